import type { Tx } from '../../platform/database/database.ts';
import type { Jobs } from '../../platform/jobs.ts';
import { least } from '../../shared/money.ts';
import { giveBackOfPurchase, takeBackCredits } from '../credits/credits.ts';
import { locationById } from '../organizations/organizations.ts';
import { aboutPayment, creditsToBeGone, type Payment, raiseAlert, settleAlerts } from '../payments/payments.ts';
import { purchaseById } from './records.ts';
import { enqueueReversal, reversalKey } from './reversal-news.ts';
import { lockShortfall, owedOf, type Shortfall, writeShortfall } from './shortfall.ts';

/** A purchase whose credits follow its money. */
type Reversed = Shortfall & { organizationId: string; customerId: string; title: string; creditsMinor: bigint };

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
  await writeShortfall(tx, { ...it, takenBackMinor: it.takenBackMinor + taken.creditsMinor, shortfallMinor });
  if (shortfallMinor === it.shortfallMinor) return;
  const details = { creditsMinor: String(owedOf({ ...it, shortfallMinor })) };
  await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'shortfall', details });
}

async function giveBack(tx: Tx, payment: Payment, it: Reversed, creditsMinor: bigint, now: Date): Promise<void> {
  const owed = least(it.shortfallMinor, creditsMinor);
  const shortfallMinor = it.shortfallMinor - owed;
  const waivedMinor = least(it.waivedMinor, shortfallMinor);
  const billedMinor = least(it.billedMinor, shortfallMinor - waivedMinor);
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
  await writeShortfall(tx, {
    ...it,
    takenBackMinor: it.takenBackMinor - given,
    shortfallMinor,
    waivedMinor,
    billedMinor,
  });
  if (shortfallMinor === waivedMinor + billedMinor)
    await settleAlerts(tx, { kind: 'shortfall', paymentId: payment.id, now });
  if (billedMinor === it.billedMinor) return;
  // It is paid for by the card after all, and stands on an invoice, perhaps one that was sent.
  const details = { creditsMinor: String(it.billedMinor - billedMinor) };
  await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'shortfall-billed', details });
}

/** An administrator lets go of what was gone of credits whose money has gone back. The alert about it is theirs to close. */
export async function waiveShortfall(tx: Tx, payment: Payment): Promise<void> {
  const it = await lockShortfall(tx, payment.subjectId);
  await writeShortfall(tx, { ...it, waivedMinor: it.shortfallMinor - it.billedMinor });
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
  const { subjectId, organizationId } = payment;
  const it = await lockShortfall(tx, subjectId);
  const { customerId, title, creditsMinor } = (await purchaseById(tx, subjectId))!;
  return { ...it, organizationId, customerId, title, creditsMinor };
}
