import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Jobs } from '../../platform/jobs.ts';
import { type News, notify } from '../notifications/notifications.ts';
import { managersOf } from '../people/people.ts';

declare module '../../platform/jobs.ts' {
  interface Queues {
    'credits.moved': { organizationId: string; entryIds: string[] };
    'credits.renewed': { organizationId: string; keys: string[] };
  }
}

/**
 * Has those told whose credits were moved, once the caller's transaction is committed and never in its way. To be handed
 * the entries that it made, not those that stood before.
 */
export async function tellOfMoves(
  tx: Tx,
  jobs: Jobs,
  { organizationId, entryIds }: { organizationId: string; entryIds: string[] },
): Promise<void> {
  const [first] = entryIds;
  if (first !== undefined) await jobs.enqueue(tx, 'credits.moved', first, { organizationId, entryIds });
}

/**
 * Has those told whose plans bring them credits for another cycle, once the caller's transaction is committed; nobody of
 * cycles that brought none. `keys` are those of the grants.
 */
export async function tellOfRenewals(
  tx: Tx,
  jobs: Jobs,
  { organizationId, keys, now }: { organizationId: string; keys: string[]; now: Date },
): Promise<void> {
  if (keys.length > 0) await jobs.enqueue(tx, 'credits.renewed', newId(now), { organizationId, keys });
}

/** Tells the owner of credits what others did with them: used, returned, added and deducted by the team. */
export function registerCreditsJobs(core: Core): void {
  core.jobs.handle('credits.moved', async ({ organizationId, entryIds }) => {
    await core.database.write(organizationId, async (tx) => {
      await tellOwners(tx, core, { organizationId, entries: await entriesToTell(tx, { ids: entryIds }) });
    });
  });
  core.jobs.handle('credits.renewed', async ({ organizationId, keys }) => {
    await core.database.write(organizationId, async (tx) => {
      await tellOwners(tx, core, { organizationId, entries: await entriesToTell(tx, { keys }) });
    });
  });
}

async function tellOwners(tx: Tx, core: Core, it: { organizationId: string; entries: Entry[] }): Promise<void> {
  const { organizationId, entries } = it;
  const owners = await ownersOf(tx, entries);
  for (const entry of entries) {
    const news = newsOf(entry);
    // Whoever did it knows.
    const others = (owners.get(entry.customer_id) ?? []).filter((userId) => userId !== entry.actor_user_id);
    for (const userId of news ? others : []) {
      await notify(tx, { ...news!, organizationId, userId, subjectId: entry.id, href: hrefOf(entry), now: core.now() });
    }
  }
}

type Entry = Awaited<ReturnType<typeof entriesToTell>>[number];

async function entriesToTell(tx: Tx, which: { ids: string[] } | { keys: string[] }) {
  return await tx
    .selectFrom('credit_entries as e')
    .innerJoin('customers as c', (join) =>
      join.onRef('c.organization_id', '=', 'e.organization_id').onRef('c.id', '=', 'e.customer_id'),
    )
    .innerJoin('locations as l', (join) =>
      join.onRef('l.organization_id', '=', 'c.organization_id').onRef('l.id', '=', 'c.location_id'),
    )
    .select(['e.id', 'e.customer_id', 'e.type', 'e.change_minor', 'e.credits_minor', 'e.balance_after_minor'])
    // What lapsed of the cycle before was written off in the same step.
    .leftJoin('credit_entries as x', (join) =>
      join
        .onRef('x.organization_id', '=', 'e.organization_id')
        .onRef('x.customer_id', '=', 'e.customer_id')
        .onRef('x.version', '=', 'e.previous_version')
        .onRef('x.created_at', '=', 'e.created_at')
        .on('x.type', '=', 'plan_expiration'),
    )
    .select(['e.product', 'e.memo', 'e.actor_user_id', 'c.kind', 'c.name', 'l.slug', 'x.credits_minor as lapsed_minor'])
    .where('ids' in which ? 'e.id' : 'e.idempotency_key', 'in', 'ids' in which ? which.ids : which.keys)
    .orderBy('e.created_at')
    .orderBy('e.version')
    .execute();
}

/** Whom the credits of some customers concern: whose own they are, and a company's managers. */
async function ownersOf(tx: Tx, entries: Entry[]): Promise<Map<string, string[]>> {
  const owners = new Map<string, string[]>();
  const of = (kind: Entry['kind']) => [
    ...new Set(entries.filter((entry) => entry.kind === kind).map((entry) => entry.customer_id)),
  ];
  const people = of('individual');
  if (people.length > 0) {
    const rows = await tx
      .selectFrom('memberships')
      .select(['customer_id', 'user_id'])
      .where('customer_id', 'in', people)
      .execute();
    for (const row of rows) owners.set(row.customer_id, [row.user_id]);
  }
  for (const company of of('company')) {
    const managers = await managersOf(tx, company);
    owners.set(
      company,
      managers.map(({ id }) => id),
    );
  }
  return owners;
}

/** What there is to tell of an entry; nothing of those that others tell of, such as a purchase. */
function newsOf(entry: Entry): News | undefined {
  const { product, memo } = entry;
  const figures = {
    credits: entry.credits_minor,
    balance: entry.balance_after_minor,
    ...(entry.kind === 'company' && { forCompany: entry.name }),
  };
  if (entry.type === 'spend') return { kind: 'credits-used', details: { ...figures, product } };
  if (entry.type === 'spend_reversal') return { kind: 'credits-returned', details: { ...figures, product } };
  // Of money that went back others tell; here somebody has decided it.
  if (entry.type === 'take_back') return { kind: 'credits-taken-back', details: { ...figures, product } };
  if (entry.type === 'plan_allocation')
    return { kind: 'credits-with-plan', details: { ...figures, plan: product, lapsed: entry.lapsed_minor ?? 0n } };
  if (entry.type !== 'adjustment') return undefined;
  const kind = entry.change_minor > 0n ? 'credits-added-by-team' : 'credits-deducted-by-team';
  return { kind, details: { ...figures, memo } };
}

/** The entry in the history of its owner, on whichever page it is by then. */
function hrefOf({ id, kind, slug }: Entry): string {
  const query = new URLSearchParams({ ...(kind === 'company' && { wallet: 'company' }), entry: id });
  return `/l/${slug}/membership/credits/transactions?${query}#entry-${id}`;
}
