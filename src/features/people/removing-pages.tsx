import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { customerOf } from './customer-frame.tsx';
import type { Elsewhere } from './elsewhere.ts';
import { areasOf, managersOf } from './people.ts';
import { PlanEnds, planEnds } from './plan-ends.tsx';
import { type Person, personOf } from './profile-queries.ts';
import { removeFromLocation, restoreToLocation } from './removing.ts';
import { removingMessages } from './removing-messages.ts';
import { decisionOf, personHref } from './requests.tsx';
import { type Decided, StandingHasChanged } from './standing.ts';

const CUSTOMER = '/l/:location/community/customers/:customerId';

/** The type is what the page showed: whoever became a member meanwhile is not removed by it. */
const removeForm = z.object({ type: z.enum(['member', 'nonmember']), plan: planEnds });
const noFields = z.object({});

type At = { core: Core; visit: AtLocation; c: Ctx; elsewhere: Elsewhere };

/** Removing people from a location, after a page that says what it means, and restoring them. */
export function removingPages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const customers = guards.administrator('customers');
  return [
    get(`${CUSTOMER}/remove`, customers, async (visit, c) => {
      const removal = await core.database.read(visit.organizationId, (db) => removalOf(db, visit, c, elsewhere));
      // Such as somebody who goes back to this page after pressing its button.
      if (removal.person.status !== 'active') return c.redirect(personHref(visit, c), 303);
      return removePage(visit, c, removal);
    }),
    post(`${CUSTOMER}/remove`, customers, (visit, c) => remove({ core, visit, c, elsewhere })),
    post(`${CUSTOMER}/restore`, customers, (visit, c) => restore({ core, visit, c, elsewhere })),
    // Whoever had to sign in again before restoring comes back to the address of the action.
    get(`${CUSTOMER}/restore`, customers, (visit, c) => c.redirect(personHref(visit, c), 303)),
  ];
}

async function remove(at: At): Promise<Response> {
  const { visit, c, elsewhere } = at;
  const form = await readForm(c, removeForm);
  // The page always names the type; anything else is nobody's honest wish.
  if (!form.ok) throw new NotFound();
  const { type, plan } = form.values;
  const { name: location, locale } = visit.location;
  return await decide(
    at,
    (tx) => removeFromLocation(tx, { ...decisionOf(visit, c, elsewhere), type, plan }),
    ({ user: { name } }) => removingMessages(locale).removed({ name, location }),
  );
}

async function restore(at: At): Promise<Response> {
  const { visit, c, elsewhere } = at;
  await readForm(c, noFields);
  const text = removingMessages(visit.location.locale);
  return await decide(
    at,
    (tx) => restoreToLocation(tx, decisionOf(visit, c, elsewhere)),
    ({ user, type }) => (type === 'member' ? text.restored : text.restoredNonmember)(user),
  );
}

/** Decides, tells what came of it (the same for a second press), and shows the person as they stand now. */
async function decide(
  { core, visit, c }: At,
  decision: (tx: Tx) => Promise<Decided>,
  told: (it: Decided) => string,
): Promise<Response> {
  try {
    setFlash(c, { tone: 'good', text: told(await core.database.write(visit.organizationId, decision)) });
  } catch (error) {
    if (!(error instanceof StandingHasChanged)) throw error;
    const { changedMeanwhile } = removingMessages(visit.location.locale);
    setFlash(c, { tone: 'plain', text: changedMeanwhile({ name: error.person }) });
  }
  return c.redirect(personHref(visit, c), 303);
}

type Removal = {
  person: Person;
  creditsMinor: bigint;
  plan: string | undefined;
  isLastManager: boolean;
  isAdministrator: boolean;
};

/** Who would be removed, and what hangs on it. */
async function removalOf(db: Tx, visit: AtLocation, c: Ctx, { balancesOf, plansOf }: Elsewhere): Promise<Removal> {
  const customer = await customerOf(db, visit, c);
  if (customer.kind !== 'individual') throw new NotFound();
  const person = await personOf(db, customer);
  const balances = await balancesOf?.(db, [customer.id]);
  const { userId } = person;
  const company = person.company?.isRemoved ? undefined : person.company;
  const managers = company?.role === 'manager' ? await managersOf(db, company.customerId) : [];
  return {
    person,
    creditsMinor: balances?.get(customer.id) ?? 0n,
    plan: (await plansOf?.(db, [customer.id]))?.get(customer.id),
    isLastManager: managers.length > 0 && managers.every(({ id }) => id === userId),
    isAdministrator: (await areasOf(db, visit.location.id, userId)).length > 0,
  };
}

function removePage(visit: AtLocation, c: Ctx, removal: Removal): Response {
  const { locale, name: location } = visit.location;
  const { name, type } = removal.person;
  const text = removingMessages(locale);
  const title = text.removeTitle({ name, location });
  return administratorPage(c, visit, {
    title,
    current: 'members',
    width: 'narrow',
    children: (
      <>
        <PageHead back={{ href: personHref(visit, c), label: name }} title={title} />
        <Card>
          <div class="stack">
            <ul class="grid list-disc gap-2 pl-5">
              {whatItMeans(visit, removal).map((sentence) => (
                <li>{sentence}</li>
              ))}
            </ul>
            <Form action={`${personHref(visit, c)}/remove`} fields={{ type }}>
              <PlanEnds locale={locale} plan={removal.plan} />
              <FormActions>
                <Button tone="danger" id="confirm-remove" pendingLabel={text.removing}>
                  {text.removeConfirm({ name })}
                </Button>
                <ButtonLink href={personHref(visit, c)} tone="quiet">
                  {text.cancel}
                </ButtonLink>
              </FormActions>
            </Form>
          </div>
        </Card>
      </>
    ),
  });
}

function whatItMeans(visit: AtLocation, { person, creditsMinor, ...it }: Removal): string[] {
  const { locale, name: location } = visit.location;
  const { name, type, company } = person;
  const text = removingMessages(locale);
  const credits = formatCredits(creditsMinor, locale);
  const sentences = [(type === 'member' ? text.endsMember : text.endsNonmember)({ name, location })];
  if (creditsMinor > 0n) sentences.push(text.freezes({ credits, one: creditsMinor === 100n }));
  if (company) sentences.push(text.keepsCompany({ name, company: company.name }));
  if (company && it.isLastManager) sentences.push(text.lastManager({ company: company.name }));
  if (it.isAdministrator) sentences.push(text.staysAdministrator({ name, location }));
  return [...sentences, text.takesBack({ name })];
}
