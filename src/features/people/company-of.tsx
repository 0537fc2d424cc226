import { Button } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { AtLocation } from '../sign-in/visit.ts';
import { type Companies, type Filled, PlaceFields } from './adding-fields.tsx';
import { addingMessages } from './adding-messages.ts';
import { mayBelongToCompany } from './company-place.ts';
import { profileMessages } from './profile-messages.ts';
import type { Person } from './profile-queries.ts';

/** The company of a person, to be chosen. Those who are no members can only leave one. */
export function CompanyOf(it: {
  visit: AtLocation;
  person: Person;
  companies: Companies;
  again: Omit<Filled, 'locale'> | undefined;
}) {
  const { slug, locale } = it.visit.location;
  const { type, customerId } = it.person;
  const company = it.person.company?.isRemoved ? undefined : it.person.company;
  if (!company && (it.companies.length === 0 || !mayBelongToCompany(type))) return null;
  const text = profileMessages(locale);
  const fields = it.again?.fields ?? (company ? { company: company.customerId, role: company.role } : {});
  const companies = mayBelongToCompany(type)
    ? it.companies
    : it.companies.filter((other) => other.customerId === company?.customerId);
  return (
    <Card title={text.company}>
      <Form action={`/l/${slug}/community/customers/${customerId}/company`}>
        <PlaceFields locale={locale} fields={fields} errors={it.again?.errors ?? {}} companies={companies} />
        <FormActions>
          <Button>{text.companySave}</Button>
        </FormActions>
      </Form>
    </Card>
  );
}

/** What came of saving it. */
export function placedText(
  it: { name: string; company: string | undefined; left: string | undefined },
  role: 'manager' | 'member' | undefined,
  { locale }: Location,
): string {
  const text = addingMessages(locale);
  const { name, company, left } = it;
  if (company === undefined) return left === undefined ? text.leftBefore({ name }) : text.left({ name, company: left });
  return (role === 'manager' ? text.joinedAsManager : text.joined)({ name, company });
}
