import type { Tx } from '../../platform/database/database.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import type { InvoicesContext } from './invoices.ts';
import { issue, NothingToIssue } from './issuing.ts';

type Due = { id: string; locationId: string };

/** How many drafts are looked up at once. */
const BATCH = 200;

/**
 * Issues the drafts whose time has come, everywhere, each in a transaction of its own. One that fails is left for the next
 * round and is in nobody's way.
 */
export async function issueDueEverywhere(context: InvoicesContext): Promise<void> {
  const { core } = context;
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    const failed: string[] = [];
    for (;;) {
      const due = await core.database.read(organizationId, (db) => dueDrafts(db, core.now(), failed));
      for (const draft of due) {
        try {
          await core.database.write(organizationId, (tx) => issueOne(context, tx, draft));
        } catch (error) {
          failed.push(draft.id);
          core.log('error', 'invoice.not-issued', { invoiceId: draft.id, message: (error as Error).message });
        }
      }
      if (due.length < BATCH) break;
    }
  }
}

async function dueDrafts(db: Tx, now: Date, except: readonly string[]): Promise<Due[]> {
  let query = db
    .selectFrom('invoices')
    .select(['id', 'location_id as locationId'])
    .where('issue_at', '<=', now)
    .orderBy('issue_at')
    .orderBy('id')
    .limit(BATCH);
  if (except.length > 0) query = query.where('id', 'not in', except);
  return await query.execute();
}

async function issueOne(context: InvoicesContext, tx: Tx, { id: invoiceId, locationId }: Due): Promise<void> {
  try {
    await issue(context, tx, { locationId, invoiceId, now: context.core.now() });
  } catch (error) {
    // Everything was taken off it again: it goes on collecting.
    if (!(error instanceof NothingToIssue)) throw error;
    await tx.updateTable('invoices').set({ issue_at: null }).where('id', '=', invoiceId).execute();
  }
}
