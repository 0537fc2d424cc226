import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import type { AtLocation } from '../sign-in/visit.ts';
import { connectionAt } from './connections.ts';
import { simulatorDashboardPath } from './simulator/accounts.ts';

/** Where the test gateway's own dashboard is; other gateways have theirs at home. */
export async function dashboardOf(db: Tx, core: Core, visit: AtLocation): Promise<string | undefined> {
  const connection = await connectionAt(db, visit.location.id);
  if (!connection) return undefined;
  const account = { organizationId: visit.organizationId, accountId: connection.id };
  const path = await simulatorDashboardPath(db, account);
  return path && `${core.config.simulatorUrl}${path}`;
}
