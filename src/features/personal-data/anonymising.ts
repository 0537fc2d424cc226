import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { forgetMails } from '../../platform/mail.ts';
import { forgetCustomerBilling } from '../billing/billing.ts';
import { forgetNews } from '../notifications/notifications.ts';
import { forgetCardsOf } from '../payments/payments.ts';
import { areasOf, type Elsewhere, forgetPerson, isAdministrator, ownerOf } from '../people/people.ts';
import { forgetSignIn } from '../sign-in/sessions.ts';
import { type Subject, subjectOf } from './personal-data.ts';

/** Why somebody cannot be forgotten yet; each is something to settle first. */
export type Obstacle = 'owner' | 'administrator' | 'payment' | 'invoice' | 'hold' | 'elsewhere';

/** Something has to be settled before this person can be forgotten. */
export class NotYet extends Refusal {
  readonly obstacle: Obstacle;

  constructor(obstacle: Obstacle) {
    super('not-yet', 409, { obstacle });
    this.obstacle = obstacle;
  }
}

type Forgetting = { organizationId: string; userId: string; actorUserId: string; now: Date } & Pick<
  Elsewhere,
  'standingChanged' | 'tell'
>;

/**
 * Forgets a person for good (E23): their name, address and everything that leads to them goes, their memberships end.
 * Ledger, purchases, receipts and invoices stay. All of it or nothing.
 */
export async function anonymise(tx: Tx, it: Forgetting): Promise<void> {
  const subject = await subjectOf(tx, it.userId);
  if (!subject) throw new NotFound();
  const obstacle = await obstacleTo(tx, subject, it.actorUserId);
  if (obstacle) throw new NotYet(obstacle);
  const customerIds = subject.customers.map(({ id }) => id);
  await forgetPerson(tx, it);
  await forgetSignIn(tx, it.userId);
  await forgetNews(tx, it.userId);
  await forgetMails(tx, subject.email);
  await forgetCustomerBilling(tx, customerIds);
  await forgetCardsOf(tx, customerIds, it.now);
}

/** What stands in the way of forgetting somebody, the first of it. */
export async function obstacleTo(db: Tx, subject: Subject, actorUserId: string): Promise<Obstacle | undefined> {
  const { userId, customers } = subject;
  if ((await ownerOf(db))?.id === userId) return 'owner';
  if (await isAdministrator(db, userId)) return 'administrator';
  for (const { locationId } of customers) {
    if (!(await areasOf(db, locationId, actorUserId)).includes('customers')) return 'elsewhere';
  }
  const ids = customers.map(({ id }) => id);
  if (await hasUndecidedMoney(db, userId, ids)) return 'payment';
  if (ids.length === 0) return undefined;
  if (await owesInvoice(db, ids)) return 'invoice';
  const held = await db
    .selectFrom('credit_lots')
    .select('id')
    .where('customer_id', 'in', ids)
    .where('held_minor', '>', 0n)
    .limit(1)
    .executeTakeFirst();
  return held && 'hold';
}

/** A payment or refund of theirs, or one that they began for a company, of which the gateway has not said what became. */
async function hasUndecidedMoney(db: Tx, userId: string, ids: string[]): Promise<boolean> {
  const theirs = await db
    .selectFrom('payments as p')
    .leftJoin('refunds as r', (join) =>
      join.onRef('r.organization_id', '=', 'p.organization_id').onRef('r.payment_id', '=', 'p.id'),
    )
    .select('p.id')
    .where((is) =>
      is.or([is('p.actor_user_id', '=', userId), ...(ids.length > 0 ? [is('p.customer_id', 'in', ids)] : [])]),
    )
    .where((is) =>
      is.or([is('p.check_at', 'is not', null), is('p.status', '=', 'review'), is('r.check_at', 'is not', null)]),
    )
    .limit(1)
    .executeTakeFirst();
  return theirs !== undefined;
}

/** An invoice that is not paid, or something collected for the next one. */
async function owesInvoice(db: Tx, ids: string[]): Promise<boolean> {
  const owed = await db
    .selectFrom('invoices as i')
    .select('i.id')
    .where('i.customer_id', 'in', ids)
    .where('i.kind', '=', 'invoice')
    .where((is) =>
      is.or([
        is('i.status', '=', 'issued'),
        is.and([
          is('i.status', '=', 'draft'),
          is.exists(
            is
              .selectFrom('invoice_items as t')
              .select('t.id')
              .whereRef('t.organization_id', '=', 'i.organization_id')
              .whereRef('t.invoice_id', '=', 'i.id')
              .where('t.removed_at', 'is', null),
          ),
        ]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return owed !== undefined;
}
