import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { endOfValidity, grantPurchasedCredits } from '../credits/credits.ts';
import { aboutPayment, type PaidFor, type Payment, raiseAlert, type SubjectHandlers } from '../payments/payments.ts';
import { reverseCredits } from './reversing.ts';

declare module '../../platform/jobs.ts' {
  interface Queues {
    'purchase.paid': { organizationId: string; purchaseId: string };
  }
}

/**
 * What happens when the payment of a purchase is paid: its credits are granted in that very transaction. And when some of
 * the money goes back: credits follow.
 */
export function purchaseHandler(core: Core): SubjectHandlers['purchase'] {
  return {
    reversed: (tx, payment, now) => reverseCredits(tx, core.jobs, payment, now),
    paidFor,
    async paid(tx, payment, now) {
      const row = await tx
        .selectFrom('purchases as p')
        .innerJoin('locations as l', (join) =>
          join.onRef('l.organization_id', '=', 'p.organization_id').onRef('l.id', '=', 'p.location_id'),
        )
        .select(['p.id', 'p.customer_id', 'p.credits_minor', 'p.net_minor', 'p.valid_for_days', 'p.buyer_user_id'])
        .leftJoin('memberships as m', (join) =>
          join.onRef('m.organization_id', '=', 'p.organization_id').onRef('m.customer_id', '=', 'p.customer_id'),
        )
        .select(['p.title', 'l.time_zone', 'm.status as standing'])
        .where('p.id', '=', payment.subjectId)
        .executeTakeFirstOrThrow();
      await grant(tx, core, {
        organizationId: payment.organizationId,
        purchaseId: row.id,
        customerId: row.customer_id,
        creditsMinor: row.credits_minor,
        costMinor: row.net_minor,
        validForDays: row.valid_for_days,
        timeZone: row.time_zone,
        buyerUserId: row.buyer_user_id,
        title: row.title,
        now,
      });
      // Honoured, and frozen with everything else the person has (E4).
      if (row.standing === 'removed')
        await raiseAlert(tx, { ...aboutPayment(payment, now), kind: 'granted-while-removed' });
    },
  };
}

/** What a purchase's receipt says. */
async function paidFor(tx: Tx, { subjectId }: Payment): Promise<PaidFor> {
  const row = await tx
    .selectFrom('purchases as p')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'p.organization_id').onRef('u.id', '=', 'p.buyer_user_id'),
    )
    .select(['p.title', 'p.list_minor', 'p.discount_percent', 'p.net_minor', 'p.tax_label', 'p.tax_rate_ppm'])
    .select('u.name as buyer')
    .where('p.id', '=', subjectId)
    .executeTakeFirstOrThrow();
  const line = { title: row.title, listMinor: row.list_minor, discountPercent: row.discount_percent };
  return {
    buyer: row.buyer,
    lines: [{ ...line, netMinor: row.net_minor }],
    taxLabel: row.tax_label,
    taxRatePpm: row.tax_rate_ppm,
  };
}

type Granting = {
  organizationId: string;
  purchaseId: string;
  customerId: string;
  creditsMinor: bigint;
  costMinor: bigint;
  validForDays: number | null;
  timeZone: string;
  buyerUserId: string;
  title: string;
  now: Date;
};

/** Credits, "paid" and the news of it are one transaction: none of them is ever there without the others. */
export async function grant(tx: Tx, core: Core, it: Granting): Promise<void> {
  const { lotId } = await grantPurchasedCredits(tx, {
    organizationId: it.organizationId,
    customerId: it.customerId,
    key: `purchase:${it.purchaseId}`,
    purchaseId: it.purchaseId,
    creditsMinor: it.creditsMinor,
    costMinor: it.costMinor,
    expiresAt: endOfValidity(it.now, it.validForDays, it.timeZone),
    actorUserId: it.buyerUserId,
    product: it.title,
    now: it.now,
  });
  await tx.updateTable('purchases').set({ lot_id: lotId, paid_at: it.now }).where('id', '=', it.purchaseId).execute();
  const { organizationId, purchaseId } = it;
  await core.jobs.enqueue(tx, 'purchase.paid', purchaseId, { organizationId, purchaseId });
}
