import type { Tx } from '../../platform/database/database.ts';
import type { Jobs } from '../../platform/jobs.ts';
import { least } from '../../shared/money.ts';
import { giveBackOfPurchase, takeBackCredits } from '../credits/credits.ts';
import { locationById } from '../organizations/organizations.ts';
import { aboutPayment, creditsToBeGone, type Payment, raiseAlert, settleAlerts } from '../payments/payments.ts';
import { enqueueReversal, reversalKey } from './reversal-news.ts';

/** Credits of a purchase follow its money: what of it has gone back, by which kind of step. */
type Reversed = {
  id: string;
  organizationId: string;
  customerId: string;
  title: string;
  creditsMinor: bigint;
  takenBackMinor: bigint;
  shortfallMinor: bigint;
  waivedMinor: bigint;
};

/**
 * Books what has to be gone of a purchase's credits, as a target for the total: the difference from what is booked is
 * taken back of what is left of its lot, and what is spent already is its shortfall. When money comes back, the shortfall
 * goes first and then credits are given back. Under the payment's row lock.
 */
export async function reverseCredits(tx: Tx, jobs: Jobs, payment: Payment, now: Date): Promise<void> {
  const purchase = await lockPurchase(tx, payment);
  const wanted = creditsToBeGone(purchase.creditsMinor, payment, payment.amount.minor);
  const more = wanted - purchase.takenBackMinor - purchase.shortfallMinor;
  if (more > 0n) await takeBack(tx, payment, purchase, more, now);
  else if (more < 0n) await giveBack(tx, payment, purchase, -more, now);
  await enqueueReversal(tx, jobs, payment);
}

async function takeBack(tx: Tx, payment: Payment, it: Reversed, creditsMinor: bigint, now: Date): Promise<void> {
  const taken = await takeBackCredits(tx, { ...move(payment, it, now), purchaseId: it.id, creditsMinor });
  const shortfallMinor = it.shortfallMinor + creditsMinor - taken.creditsMinor;
  await write(tx, { ...it, takenBackMinor: it.takenBackMinor + taken.creditsMinor, shortfallMinor });
  if (shortfallMinor === it.shortfallMinor) return;
  const details = { creditsMinor: String(shortfallMinor - it.waivedMinor) };
  await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'shortfall', details });
}

async function giveBack(tx: Tx, payment: Payment, it: Reversed, creditsMinor: bigint, now: Date): Promise<void> {
  const owed = least(it.shortfallMinor, creditsMinor);
  const shortfallMinor = it.shortfallMinor - owed;
  const waivedMinor = least(it.waivedMinor, shortfallMinor);
  const { timeZone } = await locationById(tx, payment.locationId);
  const given =
    creditsMinor === owed
      ? 0n
      : await giveBackOfPurchase(tx, {
          ...move(payment, it, now),
          purchaseId: it.id,
          creditsMinor: creditsMinor - owed,
          timeZone,
        });
  await write(tx, { ...it, takenBackMinor: it.takenBackMinor - given, shortfallMinor, waivedMinor });
  if (shortfallMinor === waivedMinor) await settleAlerts(tx, { kind: 'shortfall', paymentId: payment.id, now });
}

/** An administrator lets go of what was spent of credits whose money has gone back. */
export async function waiveShortfall(tx: Tx, payment: Payment, now: Date): Promise<void> {
  const purchase = await lockPurchase(tx, payment);
  await write(tx, { ...purchase, waivedMinor: purchase.shortfallMinor });
  await settleAlerts(tx, { kind: 'shortfall', paymentId: payment.id, now });
}

/** Each step that books something has a key of its own: the payment counts its steps. */
function move(payment: Payment, it: Reversed, now: Date) {
  return {
    organizationId: it.organizationId,
    customerId: it.customerId,
    key: reversalKey(payment.id, payment.reversals),
    actorUserId: null,
    product: it.title,
    now,
  };
}

async function lockPurchase(tx: Tx, payment: Payment): Promise<Reversed> {
  const row = await tx
    .selectFrom('purchases')
    .select(['id', 'organization_id', 'customer_id', 'title', 'credits_minor', 'taken_back_minor'])
    .select(['shortfall_minor', 'waived_minor'])
    .where('id', '=', payment.subjectId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return {
    id: row.id,
    organizationId: row.organization_id,
    customerId: row.customer_id,
    title: row.title,
    creditsMinor: row.credits_minor,
    takenBackMinor: row.taken_back_minor,
    shortfallMinor: row.shortfall_minor,
    waivedMinor: row.waived_minor,
  };
}

async function write(tx: Tx, it: Reversed): Promise<void> {
  await tx
    .updateTable('purchases')
    .set({ taken_back_minor: it.takenBackMinor, shortfall_minor: it.shortfallMinor, waived_minor: it.waivedMinor })
    .where('id', '=', it.id)
    .execute();
}
