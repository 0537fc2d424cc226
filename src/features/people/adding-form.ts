import { z } from 'zod';
import { isId } from '../../platform/ids.ts';
import { AlreadyAdded, AlreadyHere, NameTaken } from './adding.ts';
import { addingMessages } from './adding-messages.ts';
import { type CompanyPlace, NoCompanyForNonmembers } from './company-place.ts';
import { emailAddress } from './email-address.ts';

/** The longest name of a person or company. */
export const MAX_NAME_LENGTH = 120;
/** Characters that show nothing or turn the text around; what joins letters and colours emoji may stay. */
const HIDDEN = /[[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\u200c\u200d\ufe0f]]/v;

const name = z
  .string('required')
  .transform((typed) => typed.normalize('NFC').replaceAll(/ +/g, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'required')
      .max(MAX_NAME_LENGTH, 'too-long')
      .refine((it) => !HIDDEN.test(it), 'hidden')
      .regex(/[\p{L}\p{N}]/u, 'no-letters'),
  );

const id = z.string().optional();
const company = z
  .string()
  .refine((it) => it === '' || isId(it), 'choose')
  .default('');
const role = z.enum(['member', 'manager'], 'choose').default('member');

/** A person's fields in any form. */
export const personFields = { name, email: emailAddress };

/** The form of a new member. `company` is the id of the company's customer. Messages are codes of the catalog. */
export const memberForm = z.object({
  id,
  ...personFields,
  type: z.enum(['member', 'nonmember'], 'choose'),
  company,
  role,
});

/** The form of a new company. */
export const companyForm = z.object({ id, name });

/** The form that puts somebody into a company, or takes them out. */
export const placeForm = z.object({ company, role });

/** Where a form puts somebody. */
export function placeOf(values: z.output<typeof placeForm>): CompanyPlace | undefined {
  return values.company === '' ? undefined : { customerId: values.company, role: values.role };
}

/** Sentences for the codes of these forms; `''` belongs to no field. */
export function fieldErrors(codes: Record<string, string>, locale: string): Record<string, string> {
  const text = addingMessages(locale);
  const sentences: Record<string, string> = {
    'too-long': text.errorTooLong({ most: String(MAX_NAME_LENGTH) }),
    hidden: text.errorHidden,
    'no-letters': text.errorNoLetters,
    'email-invalid': text.errorEmail,
    'email-letters': text.errorEmailLetters,
    choose: text.errorChoose,
  };
  return Object.fromEntries(
    Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? text.errorRequired]),
  );
}

/** A refusal as an error beside its field; `undefined` when it belongs to no field of these forms. */
export function refusalErrors(error: unknown, locale: string): Record<string, string> | undefined {
  const text = addingMessages(locale);
  if (error instanceof AlreadyAdded) return { '': text.errorAlreadyAdded };
  if (error instanceof NameTaken) return { name: text.errorNameTaken };
  if (error instanceof NoCompanyForNonmembers) return { company: text.errorNoCompany };
  if (!(error instanceof AlreadyHere)) return undefined;
  const { name: who, standing } = error.person;
  const sentences = {
    member: text.errorIsMember,
    requested: text.errorHasAsked,
    removed: text.errorWasRemoved,
    other: text.errorIsKnown,
  };
  return { email: sentences[standing]({ name: who }) };
}
