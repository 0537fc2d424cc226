import { sql } from 'kysely';
import type { Core } from '../../platform/core.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import type { Payments } from './payments.ts';
import { nextCheck } from './transition.ts';

/** At most this many payments are claimed from one organization at a time. */
const BATCH = 20;

/**
 * Looks again at every payment that is due and undecided. It needs no webhook: a payment whose browser never came back,
 * whose gateway did not answer, or during which we were killed, settles here. Answers how many were looked at.
 */
export async function checkDuePayments(core: Core, payments: Pick<Payments, 'settle'>): Promise<number> {
  let looked = 0;
  for (const organization of await allOrganizations(core.database)) {
    const due = await claimDue(core, organization.id);
    looked += due.length;
    await Promise.all(
      due.map((id) =>
        payments.settle(organization.id, id).catch((error) => {
          core.log('error', 'payment.check-failed', { paymentId: id, message: (error as Error).message });
        }),
      ),
    );
  }
  return looked;
}

/** Moves what is due to its next check first, so that two programs do not look at once and a crash costs one interval. */
async function claimDue(core: Core, organizationId: string): Promise<string[]> {
  const now = core.now();
  return await core.database.write(organizationId, async (tx) => {
    const rows = await tx
      .selectFrom('payments')
      .select(['id', 'checks', 'give_up_at'])
      .where('organization_id', '=', organizationId)
      .where('check_at', '<=', now)
      .orderBy('check_at')
      .limit(BATCH)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const row of rows) {
      const checkAt = nextCheck({
        checks: row.checks + 1,
        firstMs: core.config.firstCheckMs,
        giveUpAt: row.give_up_at,
        now,
      });
      await tx
        .updateTable('payments')
        .set({ check_at: checkAt, checks: sql`checks + 1` })
        .where('id', '=', row.id)
        .execute();
    }
    return rows.map((row) => row.id);
  });
}
