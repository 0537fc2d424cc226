import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { Button } from '../../web/ui/button.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { fieldErrors, MAX_NAME_LENGTH, personFields, refusalErrors } from './adding-form.ts';
import { companyMessages } from './company-messages.ts';
import { renameCompany, renamePerson } from './company-standing.ts';
import { customerOf } from './customer-frame.tsx';
import { profileMessages } from './profile-messages.ts';
import { personOf } from './profile-queries.ts';
import { personHref } from './requests.tsx';

const CUSTOMER = '/l/:location/community/customers/:customerId/name';
const OWN = '/l/:location/more/name';

const nameForm = z.object({ name: personFields.name });

/** Other names: of members and companies by administrators, and one's own. */
export function renamingPages(core: Core, guards: Guards): Route[] {
  const customers = guards.administrator('customers');
  return [
    post(CUSTOMER, customers, (visit, c) => renameCustomer(core, visit, c)),
    get(CUSTOMER, customers, (visit, c) => c.redirect(personHref(visit, c), 303)),
    post(OWN, guards.atLocation, (visit, c) => renameOneself(core, visit, c)),
    get(OWN, guards.atLocation, (visit, c) => c.redirect(`/l/${visit.location.slug}/more`, 303)),
  ];
}

async function renameCustomer(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location } = visit;
  const form = await readForm(c, nameForm);
  if (!form.ok) return told(c, personHref(visit, c), fieldErrors(form.errors, location.locale).name);
  const { name } = form.values;
  try {
    await core.database.write(visit.organizationId, async (tx) => {
      const customer = await customerOf(tx, visit, c);
      if (customer.kind === 'company') {
        await renameCompany(tx, { locationId: location.id, customerId: customer.id, name });
      } else {
        await renamePerson(tx, { userId: (await personOf(tx, customer)).userId, name });
      }
    });
  } catch (error) {
    const errors = refusalErrors(error, location.locale);
    if (!errors) throw error;
    return told(c, personHref(visit, c), errors.name);
  }
  setFlash(c, { tone: 'good', text: companyMessages(location.locale).renamed({ name }) });
  return c.redirect(personHref(visit, c), 303);
}

async function renameOneself(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, user } = visit;
  const form = await readForm(c, nameForm);
  const back = `/l/${location.slug}/more`;
  if (!form.ok) return told(c, back, fieldErrors(form.errors, location.locale).name);
  const { name } = form.values;
  await core.database.write(visit.organizationId, (tx) => renamePerson(tx, { userId: user.id, name }));
  setFlash(c, { tone: 'good', text: companyMessages(location.locale).renamed({ name }) });
  return c.redirect(back, 303);
}

/** What is wrong with a name is told on the page it came from; nothing else was typed there. */
function told(c: Ctx, back: string, wrong: string | undefined): Response {
  setFlash(c, { tone: 'bad', text: wrong ?? '' });
  return c.redirect(back, 303);
}

/** Another name, behind a word that opens it. */
export function Rename({ action, name, locale }: { action: string; name: string; locale: string }) {
  const text = companyMessages(locale);
  return (
    <details class="mt-4">
      <summary class="button button-secondary button-small">{text.rename}</summary>
      <div class="mt-4">
        <Form action={action}>
          <Field
            name="name"
            label={profileMessages(locale).name}
            value={name}
            autocomplete="off"
            maxlength={MAX_NAME_LENGTH}
            required
          />
          <FormActions>
            <Button>{text.saveName}</Button>
          </FormActions>
        </Form>
      </div>
    </details>
  );
}
