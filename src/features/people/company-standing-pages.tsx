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
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { companyMessages } from './company-messages.ts';
import { type Company, companyOf, setCompanyRemoved } from './company-standing.ts';
import { customerOf } from './customer-frame.tsx';
import type { Elsewhere } from './elsewhere.ts';
import { PlanEnds, planEnds } from './plan-ends.tsx';
import { peopleOf } from './profile-queries.ts';
import { decisionOf, personHref } from './requests.tsx';

const COMPANY = '/l/:location/community/companies/:customerId';
/** When its plan ends, if it has one. */
const decideForm = z.object({ plan: planEnds });

type At = { core: Core; visit: AtLocation; c: Ctx; elsewhere: Elsewhere };

/** Removing companies from a location, after a page that says what it means, and restoring them. */
export function companyStandingPages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const customers = guards.administrator('customers');
  const at = (visit: AtLocation, c: Ctx): At => ({ core, visit, c, elsewhere });
  return [
    get(`${COMPANY}/remove`, customers, (visit, c) => show(at(visit, c))),
    post(`${COMPANY}/remove`, customers, (visit, c) => decide(at(visit, c), true)),
    post(`${COMPANY}/restore`, customers, (visit, c) => decide(at(visit, c), false)),
    // Whoever had to sign in again before restoring comes back to the address of the action.
    get(`${COMPANY}/restore`, customers, (visit, c) => c.redirect(personHref(visit, c), 303)),
  ];
}

async function show({ core, visit, c, elsewhere }: At): Promise<Response> {
  const { locale, name: location } = visit.location;
  const text = companyMessages(locale);
  const { company, people, credits, plan } = await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    return {
      company: await companyNamed(db, visit, c),
      people: (await peopleOf(db, customer)).length,
      credits: (await elsewhere.balancesOf?.(db, [customer.id]))?.get(customer.id) ?? 0n,
      plan: (await elsewhere.plansOf?.(db, [customer.id]))?.get(customer.id),
    };
  });
  // Such as somebody who goes back to this page after pressing its button.
  if (company.removedAt) return c.redirect(personHref(visit, c), 303);
  const { name } = company;
  const title = text.removeCompanyTitle({ name, location });
  const sentences = [
    text.companyEnds({ name }),
    ...(credits > 0n ? [text.companyFreezes({ credits: formatCredits(credits, locale), one: credits === 100n })] : []),
    ...(people > 0 ? [text.companyPeople({ people: String(people) })] : []),
    text.companyTakesBack({ name }),
  ];
  return administratorPage(c, visit, {
    title,
    current: 'companies',
    width: 'narrow',
    children: (
      <>
        <PageHead back={{ href: personHref(visit, c), label: name }} title={title} />
        <Card>
          <ul class="mb-4 grid list-disc gap-2 pl-5">
            {sentences.map((sentence) => (
              <li>{sentence}</li>
            ))}
          </ul>
          <Form action={`/l/${visit.location.slug}/community/companies/${company.customerId}/remove`}>
            <PlanEnds locale={locale} plan={plan} />
            <FormActions>
              <Button tone="danger" id="confirm-remove" pendingLabel={text.removing}>
                {text.removeOf({ name })}
              </Button>
              <ButtonLink href={personHref(visit, c)} tone="quiet">
                {text.cancel}
              </ButtonLink>
            </FormActions>
          </Form>
        </Card>
      </>
    ),
  });
}

async function decide({ core, visit, c, elsewhere }: At, removed: boolean): Promise<Response> {
  const form = await readForm(c, decideForm);
  if (!form.ok) throw new NotFound();
  const { plan } = form.values;
  const text = companyMessages(visit.location.locale);
  const { name } = await core.database.write(visit.organizationId, async (tx) => {
    await customerOf(tx, visit, c);
    return await setCompanyRemoved(tx, { ...decisionOf(visit, c, elsewhere), removed, plan });
  });
  setFlash(c, { tone: 'good', text: (removed ? text.companyRemoved : text.companyRestored)({ name }) });
  return c.redirect(personHref(visit, c), 303);
}

async function companyNamed(db: Tx, visit: AtLocation, c: Ctx): Promise<Company> {
  const customer = await customerOf(db, visit, c);
  if (customer.kind !== 'company') throw new NotFound();
  return await companyOf(db, visit.location.id, customer.id);
}

/** That a company is removed, with the way back; shown on its page. */
export function CompanyStanding({ visit, company }: { visit: AtLocation; company: Company }) {
  if (!company.removedAt) return null;
  const { slug, locale, name: location } = visit.location;
  const text = companyMessages(locale);
  return (
    <Notice
      tone="info"
      actions={
        <Form action={`/l/${slug}/community/companies/${company.customerId}/restore`} layout="plain">
          <Button size="small">{text.restoreCompany}</Button>
        </Form>
      }
    >
      {text.companyWasRemoved({ name: company.name, location })}
    </Notice>
  );
}

/** The way to removing a company; it begins on a page of its own. */
export function CompanyLeaving({ visit, company }: { visit: AtLocation; company: Company }) {
  if (company.removedAt) return null;
  const { slug, locale, name: location } = visit.location;
  const text = companyMessages(locale);
  return (
    <Card title={text.standing}>
      <p>{text.removeCompanyLead(company)}</p>
      <p class="mt-4">
        <ButtonLink href={`/l/${slug}/community/companies/${company.customerId}/remove`} id="remove">
          {text.removeCompany({ location })}
        </ButtonLink>
      </p>
    </Card>
  );
}
