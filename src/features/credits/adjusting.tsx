import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { formatCredits } from '../../shared/credits.ts';
import { customerOf } from '../people/customer-frame.tsx';
import type { Customer } from '../people/people.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { ADJUST_FIELDS, type Adjustment, confirmForm, readAdjustment, refusedAdjustment } from './adjusting-form.ts';
import { adjustingMessages } from './adjusting-messages.ts';
import { AdjustForm, AdjustReview } from './adjusting-parts.tsx';
import { addCredits, deductCredits, InsufficientCredits } from './credits.ts';
import { CREDITS_OF_CUSTOMER, creditsHref, pageBelowCredits } from './customer-place.tsx';
import { counted } from './messages.ts';
import type { Filled } from './moving-form.ts';
import { type Balance, balanceOf } from './queries.ts';
import { tellOfMoves } from './telling.ts';

type At = { core: Core; visit: AtLocation; c: Ctx };

/** The balance is not what the review showed: nothing is done that was not seen. */
class BalanceChanged extends Error {}

/** Credits added and deducted by hand (UX-48): a form, a review with the balance before and after, and then it is done. */
export function adjustingPages(core: Core, guards: Guards): Route[] {
  const customers = guards.administrator('customers');
  const adjust = `${CREDITS_OF_CUSTOMER}/adjust`;
  return [
    get(adjust, customers, (visit, c) => {
      // From the review one comes back to what was filled in.
      const fields = { direction: 'add', requestKey: newRequestKey(), ...typedIn(c) };
      return showForm({ core, visit, c }, { fields, errors: {} });
    }),
    get(`${adjust}/review`, customers, (visit, c) => review({ core, visit, c })),
    post(`${adjust}/review`, customers, (visit, c) => confirm({ core, visit, c })),
  ];
}

/** The review has an address: it can be loaded again, and shows the balance as it is then. */
async function review(at: At): Promise<Response> {
  const { visit, c } = at;
  const typed = typedIn(c);
  // Whoever had to sign in again before confirming comes back without what was filled in.
  if (typed.requestKey === undefined) {
    return c.redirect(`${tabOf(at)}/adjust`, 303);
  }
  const read = readAdjustment(typed, visit.location, visit.now);
  if (!read.ok) return await showForm(at, keyed(read));
  // Somebody who goes back to the review after pressing its button: it is done.
  if (await isDone(at, read.adjustment)) return c.redirect(tabOf(at), 303);
  return await showReview(at, typed, read.adjustment);
}

async function confirm(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { location } = visit;
  const form = await readForm(c, confirmForm);
  const { seen, ...typed } = form.typed;
  // The review always has both; anything else is nobody's honest wish.
  if (!form.ok && ('requestKey' in form.errors || 'seen' in form.errors)) throw new NotFound();
  const read = readAdjustment(typed, location, visit.now);
  if (!read.ok) return await showForm(at, read);
  try {
    const done = await core.database.write(visit.organizationId, (tx) =>
      adjust(tx, at, read.adjustment, BigInt(seen ?? '')),
    );
    const { locale } = location;
    const text = adjustingMessages(locale);
    const balance = formatCredits(totalOf(done.balance), locale);
    const it = { ...counted(read.adjustment.creditsMinor, locale), name: done.customer.name, balance };
    setFlash(c, { tone: 'good', text: read.adjustment.direction === 'add' ? text.added(it) : text.deducted(it) });
    return c.redirect(creditsHref(location, done.customer.id), 303);
  } catch (refused) {
    if (refused instanceof BalanceChanged) return await showReview(at, typed, read.adjustment, true);
    return await showForm(at, { fields: typed, errors: {}, refused });
  }
}

/** Adds or deducts, in the transaction that tells of it; refuses when the balance is not the one that was seen. */
async function adjust(tx: Tx, { core, visit, c }: At, it: Adjustment, seenMinor: bigint) {
  const { organizationId, now } = visit;
  const customer = await customerOf(tx, visit, c);
  const { creditsMinor, expiresAt, memo } = it;
  const move = { organizationId, customerId: customer.id, actorUserId: visit.user.id, creditsMinor, memo, now };
  const key = keyOf(it.requestKey);
  const moved =
    it.direction === 'add'
      ? await addCredits(tx, { ...move, key, expiresAt })
      : await deductCredits(tx, { ...move, key });
  // The move holds the account: nobody changes the balance any more until this is committed.
  const balance = await balanceOf(tx, customer.id, now);
  if (!moved.replayed) {
    if (totalOf(balance) !== after(seenMinor, it)) throw new BalanceChanged();
    await tellOfMoves(tx, core.jobs, { organizationId, entryIds: [moved.entryId] });
  }
  return { customer, balance };
}

async function showForm(at: At, it: Filled & { refused?: unknown }): Promise<Response> {
  const { visit, c } = at;
  const { location, now } = visit;
  const { customer, balance } = await customerWithBalance(at);
  const filled = it.refused === undefined ? it : refusedAdjustment(it.refused, it.fields, { location, now, balance });
  if (!filled) throw it.refused;
  const text = adjustingMessages(location.locale);
  return pageBelowCredits(c, visit, customer, {
    title: text.title({ name: customer.name }),
    lead: text.lead,
    status: Object.keys(filled.errors).length > 0 ? 422 : 200,
    children: <AdjustForm {...filled} location={location} customer={customer} balance={balance} now={now} />,
  });
}

async function showReview(
  at: At,
  typed: Record<string, string>,
  adjustment: Adjustment,
  hasChanged = false,
): Promise<Response> {
  const { visit, c } = at;
  const { location, now } = visit;
  const { customer, balance } = await customerWithBalance(at);
  const { direction, creditsMinor } = adjustment;
  if (direction === 'deduct' && creditsMinor > balance.spendableMinor) {
    return await showForm(at, { fields: typed, errors: {}, refused: new InsufficientCredits() });
  }
  const text = adjustingMessages(location.locale);
  const it = { ...counted(creditsMinor, location.locale), name: customer.name };
  const seenMinor = totalOf(balance);
  return pageBelowCredits(c, visit, customer, {
    title: direction === 'add' ? text.addTitle(it) : text.deductTitle(it),
    status: hasChanged ? 409 : 200,
    children: (
      <AdjustReview
        location={location}
        customer={customer}
        balance={balance}
        adjustment={adjustment}
        fields={typed}
        seenMinor={seenMinor}
        afterMinor={after(seenMinor, adjustment)}
        hasChanged={hasChanged}
        now={now}
      />
    ),
  });
}

/** Whether the key of a review has made its entry already. */
async function isDone({ core, visit }: At, { requestKey }: Adjustment): Promise<boolean> {
  const made = await core.database.read(visit.organizationId, (db) =>
    db.selectFrom('credit_entries').select('id').where('idempotency_key', '=', keyOf(requestKey)).executeTakeFirst(),
  );
  return made !== undefined;
}

async function customerWithBalance({ core, visit, c }: At): Promise<{ customer: Customer; balance: Balance }> {
  return await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    return { customer, balance: await balanceOf(db, customer.id, visit.now) };
  });
}

/** The credits that are there, set aside or not. */
function totalOf({ spendableMinor, heldMinor }: Balance): bigint {
  return spendableMinor + heldMinor;
}

function after(balanceMinor: bigint, { direction, creditsMinor }: Adjustment): bigint {
  return direction === 'add' ? balanceMinor + creditsMinor : balanceMinor - creditsMinor;
}

function keyOf(requestKey: string): string {
  return `adjust:${requestKey}`;
}

function tabOf({ visit, c }: At): string {
  return creditsHref(visit.location, c.req.param('customerId') ?? '');
}

/** The fields of the form in the address. */
function typedIn(c: Ctx): Record<string, string> {
  const fields = ADJUST_FIELDS.map((name) => [name, c.req.query(name)] as const);
  return Object.fromEntries(fields.filter((field): field is [string, string] => field[1] !== undefined));
}

/** A form whose key was lost or spoilt in the address gets a new one. */
function keyed({ fields, errors: { requestKey, ...errors } }: Filled): Filled {
  return { fields: requestKey === undefined ? fields : { ...fields, requestKey: newRequestKey() }, errors };
}
