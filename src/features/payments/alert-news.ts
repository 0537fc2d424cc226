import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { notify } from '../notifications/notifications.ts';
import { locationById } from '../organizations/organizations.ts';
import type { AlertKind } from './alerts.ts';

type Raised = {
  organizationId: string;
  locationId: string;
  id: string;
  kind: AlertKind;
  isFoundByComparing: boolean;
  now: Date;
};

/** Tells those who look after the money of a location of an alert, in the transaction that raises it. */
export async function tellOfAlert(tx: Tx, it: Raised): Promise<void> {
  // The first that is open of its kind is told, and leads to all.
  if (it.isFoundByComparing && (await isOneOfMany(tx, it))) return;
  const { slug } = await locationById(tx, it.locationId);
  const href = `/l/${slug}/settings/money-check#alert-${it.id}`;
  for (const userId of await billingAdministrators(tx, it.locationId)) {
    const { organizationId, now } = it;
    const details = { alert: it.kind };
    await notify(tx, { organizationId, userId, kind: 'money-alert', subjectId: it.id, details, href, now });
  }
}

async function isOneOfMany(tx: Tx, { locationId, kind, id }: Raised): Promise<boolean> {
  const other = await tx
    .selectFrom('money_alerts')
    .select('id')
    .where('location_id', '=', locationId)
    .where('kind', '=', kind)
    .where('resolved_at', 'is', null)
    .where('id', '<>', id)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

/** The owner of the organization, and the administrators of the area. */
async function billingAdministrators(tx: Tx, locationId: string): Promise<string[]> {
  const owners = await tx.selectFrom('organization_owners').select('user_id').execute();
  const administrators = await tx
    .selectFrom('administrators')
    .select('user_id')
    .where('location_id', '=', locationId)
    .where(sql<boolean>`'billing' = any (areas)`)
    .execute();
  return [...new Set([...owners, ...administrators].map((row) => row.user_id))];
}
