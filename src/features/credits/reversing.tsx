import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { creditsInput, formatCredits } from '../../shared/credits.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import { customerOf } from '../people/customer-frame.tsx';
import type { Customer } from '../people/people.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { CreditKeyReused, MoreThanLeft, reverseSpend, UnknownMove } from './credits.ts';
import { CREDITS_OF_CUSTOMER, creditsHref, pageBelowCredits, Wrong } from './customer-place.tsx';
import { fullTime } from './days.ts';
import { lastDayOf } from './expiring.ts';
import { endOfValidity } from './expiry.ts';
import { localTime } from './local-time.ts';
import { counted, creditsText } from './messages.ts';
import { Actions, AmountField, NoteField } from './move-fields.tsx';
import { amount, type Filled, fieldErrors, memo, requestKey } from './moving-form.ts';
import { movingMessages } from './moving-messages.ts';
import { type Spent, spentIn } from './returnable.ts';
import { RETURNED_DAYS } from './returning.ts';
import { tellOfMoves } from './telling.ts';

const returnForm = z.object({ requestKey, amount, memo });

type At = { core: Core; visit: AtLocation; c: Ctx };

/** Giving back what was spent, whole or in part: from the history of a customer. */
export function reversingPages(core: Core, guards: Guards): Route[] {
  const customers = guards.administrator('customers');
  const path = `${CREDITS_OF_CUSTOMER}/entries/:entryId/return`;
  return [
    get(path, customers, (visit, c) => showForm({ core, visit, c })),
    post(path, customers, (visit, c) => giveBack({ core, visit, c })),
  ];
}

async function giveBack(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const { locale, timeZone } = location;
  const form = await readForm(c, returnForm);
  // The page always has a key; anything else is nobody's honest wish.
  if (!form.ok && 'requestKey' in form.errors) throw new NotFound();
  if (!form.ok) return await showForm(at, { fields: form.typed, errors: fieldErrors(form.errors, locale) });
  const { requestKey, amount: creditsMinor, memo } = form.values;
  try {
    const { customer, spent, moved } = await core.database.write(organizationId, async (tx) => {
      const { customer, spent } = await spentAt(tx, at);
      const it = { organizationId, customerId: customer.id, entryId: spent.id, actorUserId: visit.user.id };
      const moved = await reverseSpend(tx, { ...it, key: `return:${requestKey}`, creditsMinor, memo, timeZone, now });
      if (!moved.replayed) await tellOfMoves(tx, core.jobs, { organizationId, entryIds: [moved.entryId] });
      return { customer, spent, moved };
    });
    const text = movingMessages(locale);
    const done = { ...counted(creditsMinor, locale), balance: formatCredits(moved.balanceAfterMinor, locale) };
    const { product } = spent;
    setFlash(c, { tone: 'good', text: product === '' ? text.returned(done) : text.returnedFor({ ...done, product }) });
    return c.redirect(creditsHref(location, customer.id), 303);
  } catch (refused) {
    return await showForm(at, { fields: form.typed, errors: {}, refused });
  }
}

async function showForm(at: At, again?: Filled & { refused?: unknown }): Promise<Response> {
  const { core, visit, c } = at;
  const { location } = visit;
  const { customer, spent } = await core.database.read(visit.organizationId, (db) => spentAt(db, at));
  const filled = again ? refusedForm(again, spent, location) : freshForm(spent);
  const { returnTitle } = movingMessages(location.locale);
  return pageBelowCredits(c, visit, customer, {
    title: returnTitle({ name: customer.name }),
    status: again ? 422 : 200,
    children: <ReturnForm location={location} customer={customer} spent={spent} now={visit.now} {...filled} />,
  });
}

/** The customer and the spend that the address names; what is no spend of this customer is not there. */
async function spentAt(db: Tx, { visit, c }: At): Promise<{ customer: Customer; spent: Spent }> {
  const customer = await customerOf(db, visit, c);
  const spent = await spentIn(db, customer.id, c.req.param('entryId') ?? '', visit.now);
  if (!spent) throw new NotFound();
  return { customer, spent };
}

/** All that is left, unless one writes less. */
function freshForm({ leftMinor }: Spent): Filled {
  return { fields: { requestKey: newRequestKey(), amount: creditsInput(leftMinor) }, errors: {} };
}

function refusedForm({ refused, fields, errors }: Filled & { refused?: unknown }, spent: Spent, { locale }: Location) {
  const text = movingMessages(locale);
  if (refused === undefined) return { fields, errors };
  if (refused instanceof MoreThanLeft)
    return { fields, errors: { amount: text.errorMoreThanLeft(counted(spent.leftMinor, locale)) } };
  if (refused instanceof UnknownMove) throw new NotFound();
  if (!(refused instanceof CreditKeyReused)) throw refused;
  // What was sent before with something else goes on as a new wish.
  return { fields: { ...fields, requestKey: newRequestKey() }, errors: { '': text.errorReused } };
}

type FormProps = Filled & { location: Location; customer: Customer; spent: Spent; now: Date };

function ReturnForm({ location, customer, spent, now, fields, errors }: FormProps) {
  const { locale } = location;
  const text = movingMessages(locale);
  const back = creditsHref(location, customer.id);
  const facts = (
    <Card>
      <Facts items={spentFacts(spent, location)} />
    </Card>
  );
  if (spent.leftMinor === 0n) {
    const action = (
      <ButtonLink href={back} size="small">
        {text.back}
      </ButtonLink>
    );
    return (
      <>
        <Notice tone="info" role="status" id="all-returned" title={text.allReturnedTitle} actions={action}>
          {text.allReturned}
        </Notice>
        {facts}
      </>
    );
  }
  const filled = { locale, fields, errors };
  return (
    <>
      <Wrong locale={locale} errors={errors} />
      {facts}
      <Notice tone={spent.expiredMinor > 0n ? 'warn' : 'plain'} id="where-to">
        {whereTo(spent, location, now)}
      </Notice>
      <Form action={`${back}/entries/${spent.id}/return`} fields={{ requestKey: fields.requestKey ?? '' }}>
        <AmountField {...filled} autofocus={Object.keys(errors).length === 0} />
        <NoteField {...filled} hint={text.memoHint} />
        <Actions locale={locale} id="return-credits" label={text.return} pendingLabel={text.returning} back={back} />
      </Form>
    </>
  );
}

function spentFacts(spent: Spent, location: Location): FactsProps['items'] {
  const { locale } = location;
  const text = movingMessages(locale);
  const facts: FactsProps['items'] = [
    { term: text.spentOn, value: spent.product || text.spentWithout },
    { term: text.spentAt, value: fullTime(spent.at, location) },
  ];
  if (spent.actorName) facts.push({ term: text.spentBy, value: spent.actorName });
  if (spent.memo) facts.push({ term: text.spentMemo, value: spent.memo });
  const returnedMinor = spent.creditsMinor - spent.leftMinor;
  facts.push({ term: text.spentCredits, value: creditsText(spent.creditsMinor, locale) });
  if (returnedMinor > 0n) facts.push({ term: text.returnedBefore, value: creditsText(returnedMinor, locale) });
  return [...facts, { term: text.leftToReturn, value: creditsText(spent.leftMinor, locale), strong: true }];
}

/** Where what is returned goes: to its lots, or for 30 days when they have expired. */
function whereTo({ leftMinor, expiredMinor }: Spent, location: Location, now: Date): string {
  const { locale, timeZone } = location;
  const text = movingMessages(locale);
  if (expiredMinor === 0n) return text.goesBack;
  const day = localTime(location).day(lastDayOf(endOfValidity(now, RETURNED_DAYS, timeZone)!), now);
  return expiredMinor === leftMinor
    ? text.goesBackExpired({ day })
    : text.goesBackPartly({ ...counted(expiredMinor, locale), day });
}
