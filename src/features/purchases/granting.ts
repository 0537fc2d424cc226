import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { endOfValidity, grantPurchasedCredits } from '../credits/credits.ts';
import type { Payment } from '../payments/payments.ts';

declare module '../../platform/jobs.ts' {
  interface Queues {
    'purchase.paid': { organizationId: string; purchaseId: string };
  }
}

/** What happens when the payment of a purchase is paid: its credits are granted in that very transaction. */
export function purchaseHandler(core: Core): { paid(tx: Tx, payment: Payment, now: Date): Promise<void> } {
  return {
    async paid(tx, payment, now) {
      const row = await tx
        .selectFrom('purchases as p')
        .innerJoin('locations as l', (join) =>
          join.onRef('l.organization_id', '=', 'p.organization_id').onRef('l.id', '=', 'p.location_id'),
        )
        .select(['p.id', 'p.customer_id', 'p.credits_minor', 'p.net_minor', 'p.valid_for_days', 'p.buyer_user_id'])
        .select(['p.title', 'l.time_zone'])
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
    },
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
