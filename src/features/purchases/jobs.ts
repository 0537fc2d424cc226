import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { notify } from '../notifications/notifications.ts';
import type { Payments } from '../payments/payments.ts';
import { concernedBy } from './concerned.ts';
import { purchaseById } from './records.ts';
import { tellOfReversal } from './reversal-news.ts';

/** What is told of purchases once their transactions are committed. Never in the way of the sale. */
export function registerPurchaseJobs(core: Core, payments: Pick<Payments, 'issueReceipts'>): void {
  core.jobs.handle('purchase.paid', async (job) => {
    await issueReceipts(core, payments, job);
    await tellOfCredits(core, job);
  });
  core.jobs.handle('purchase.reversed', async (job) => {
    await payments.issueReceipts(job.organizationId, job.paymentId);
    await tellOfReversal(core, job);
  });
}

/** Numbers of receipts are counted one by one: that is why it is done behind the sale (UX-34). */
async function issueReceipts(
  core: Core,
  payments: Pick<Payments, 'issueReceipts'>,
  it: { organizationId: string; purchaseId: string },
): Promise<void> {
  const purchase = await core.database.read(it.organizationId, (db) => purchaseById(db, it.purchaseId));
  if (purchase?.paymentId) await payments.issueReceipts(it.organizationId, purchase.paymentId);
}

/** Tells the buyer, and for a company its managers, that credits were added (S13). */
async function tellOfCredits(core: Core, it: { organizationId: string; purchaseId: string }): Promise<void> {
  const { organizationId } = it;
  await core.database.write(organizationId, async (tx) => {
    const purchase = await purchaseById(tx, it.purchaseId);
    if (!purchase || purchase.balanceAfterMinor === null) return;
    const { userIds, href, company } = await concernedBy(tx, purchase);
    const figures = { credits: purchase.creditsMinor, balance: purchase.balanceAfterMinor };
    const soldBy = purchase.onBehalf ? { soldBy: await nameOf(tx, purchase.buyerUserId) } : {};
    const details = { ...figures, title: purchase.title, ...company, ...soldBy };
    const news = { organizationId, kind: 'credits-added', subjectId: purchase.id, details, href } as const;
    for (const userId of userIds) await notify(tx, { ...news, userId, now: core.now() });
  });
}

async function nameOf(tx: Tx, userId: string): Promise<string> {
  const row = await tx.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirstOrThrow();
  return row.name;
}
