import type { Core } from '../../platform/core.ts';
import { notify } from '../notifications/notifications.ts';
import { locationById } from '../organizations/organizations.ts';
import { customerAt, managersOf } from '../people/people.ts';
import { purchaseById } from './records.ts';

/** Tells the buyer, and for a company its managers, that credits were added (S13). Never in the way of the sale. */
export function registerPurchaseJobs(core: Core): void {
  core.jobs.handle('purchase.paid', async ({ organizationId, purchaseId }) => {
    await core.database.write(organizationId, async (tx) => {
      const purchase = await purchaseById(tx, purchaseId);
      if (!purchase || purchase.balanceAfterMinor === null) return;
      const owner = await tx
        .selectFrom('customers')
        .select('location_id')
        .where('id', '=', purchase.customerId)
        .executeTakeFirstOrThrow();
      const location = await locationById(tx, owner.location_id);
      const customer = (await customerAt(tx, location.id, purchase.customerId))!;
      const managers = customer.kind === 'company' ? await managersOf(tx, customer.id) : [];
      for (const userId of new Set([purchase.buyerUserId, ...managers.map((manager) => manager.id)])) {
        await notify(tx, {
          organizationId,
          userId,
          kind: 'credits-added',
          subjectId: purchase.id,
          details: {
            credits: purchase.creditsMinor,
            balance: purchase.balanceAfterMinor,
            title: purchase.title,
            ...(customer.kind === 'company' && { forCompany: customer.name }),
          },
          href: `/l/${location.slug}/membership/credits/purchases/${purchase.id}`,
          now: core.now(),
        });
      }
    });
  });
}
