import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { isId, newId } from '../../platform/ids.ts';

export { lastAsked } from './asking.ts';

/** A way in which a company pays: one of its saved cards, or its invoice. */
export type CompanyMethod = { kind: 'card'; id: string } | { kind: 'invoice' };

/** The ways in which the members of a company may pay for credit packages. Managers may always. */
export type Opened = { cardIds: ReadonlySet<string>; invoice: boolean };

/** How somebody stands to a company: as its manager, as its member, or not at all. */
export type CompanyRole = 'manager' | 'member' | undefined;

/** Who is about to pay for a company, and where. */
type Payer = { customerId: string; userId: string };

/** The way to pay is not open to whoever asked for it (S10, S15); `company` is who would have paid. */
export class NotPermitted extends Refusal {
  readonly company: string;
  constructor(company: string) {
    super('payment-not-permitted', 403, { company });
    this.company = company;
  }
}

/** What a company's managers opened to its members. A card that was removed is open to nobody. */
export async function openedToMembers(db: Tx, companyCustomerId: string): Promise<Opened> {
  const rows = await db
    .selectFrom('payment_permissions as p')
    .leftJoin('saved_methods as m', (join) =>
      join.onRef('m.organization_id', '=', 'p.organization_id').onRef('m.id', '=', 'p.saved_method_id'),
    )
    .select(['p.method', 'p.saved_method_id'])
    .where('p.customer_id', '=', companyCustomerId)
    .where('p.product_class', '=', 'credits')
    .where('p.open_to', '=', 'members')
    .where('m.removed_at', 'is', null)
    .execute();
  const cards = rows.flatMap((row) => row.saved_method_id ?? []);
  return { cardIds: new Set(cards), invoice: rows.some(({ method }) => method === 'invoice') };
}

/** Whether members may pay in any way at all: then they see the company's balance, and have what is free. */
export function isAnyOpen(opened: Opened): boolean {
  return opened.invoice || opened.cardIds.size > 0;
}

/** How somebody stands to a company now. */
export async function companyRoleOf(db: Tx, { customerId, userId }: Payer): Promise<CompanyRole> {
  const row = await db
    .selectFrom('companies as c')
    .innerJoin('memberships as m', (join) =>
      join.onRef('m.organization_id', '=', 'c.organization_id').onRef('m.company_id', '=', 'c.id'),
    )
    .select('m.company_role')
    .where('c.customer_id', '=', customerId)
    .where('m.user_id', '=', userId)
    .where('m.type', '=', 'member')
    .where('m.status', '=', 'active')
    .executeTakeFirst();
  return row?.company_role ?? undefined;
}

/** Whether somebody may have what is free for a company: its managers, and its members once any way to pay is open. */
export async function mayHaveFree(db: Tx, payer: Payer): Promise<boolean> {
  const role = await companyRoleOf(db, payer);
  if (role !== 'member') return role === 'manager';
  return isAnyOpen(await openedToMembers(db, payer.customerId));
}

/**
 * Refuses whoever may not pay for a company in this way now (S10, E5): what counts is what holds when the button is
 * pressed. `new-card` is the gateway's page: what is paid with there becomes a card of the company, so only managers may.
 */
export async function requirePermission(
  tx: Tx,
  it: Payer & { company: string; method: CompanyMethod | { kind: 'new-card' } | { kind: 'free' } },
): Promise<void> {
  const role = await companyRoleOf(tx, it);
  if (role === 'manager') return;
  if (role !== 'member') throw new NotPermitted(it.company);
  const opened = await openedToMembers(tx, it.customerId);
  if (!isOpen(opened, it.method)) throw new NotPermitted(it.company);
}

function isOpen(opened: Opened, method: Parameters<typeof requirePermission>[1]['method']): boolean {
  if (method.kind === 'card') return opened.cardIds.has(method.id);
  if (method.kind === 'invoice') return opened.invoice;
  return method.kind === 'free' && isAnyOpen(opened);
}

/** Who opened or closed a method last, and when. */
export type Change = { by: string; at: Date; isOpen: boolean };

/** The last change of each method of a company that was ever changed; the invoice's is under `invoice`, a card's under its id. */
export async function changesOf(db: Tx, companyCustomerId: string): Promise<Map<string, Change>> {
  const rows = await db
    .selectFrom('payment_permissions as p')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'p.organization_id').onRef('u.id', '=', 'p.changed_by'),
    )
    .select(['p.saved_method_id', 'p.open_to', 'p.changed_at', 'u.name'])
    .where('p.customer_id', '=', companyCustomerId)
    .where('p.product_class', '=', 'credits')
    .execute();
  return new Map(
    rows.map((row) => [
      row.saved_method_id ?? 'invoice',
      { by: row.name, at: row.changed_at, isOpen: row.open_to === 'members' },
    ]),
  );
}

/** Opens a method of a company to its members, or closes it again. What holds already stays as it was. */
export async function setPermission(
  tx: Tx,
  it: {
    organizationId: string;
    customerId: string;
    method: CompanyMethod;
    isOpen: boolean;
    actorUserId: string;
    now: Date;
  },
): Promise<void> {
  const openTo = it.isOpen ? ('members' as const) : ('managers' as const);
  const change = { open_to: openTo, changed_by: it.actorUserId, changed_at: it.now };
  if (it.method.kind === 'card' && !isId(it.method.id)) return;
  await tx
    .insertInto('payment_permissions')
    .values({
      organization_id: it.organizationId,
      id: newId(it.now),
      customer_id: it.customerId,
      product_class: 'credits',
      method: it.method.kind,
      saved_method_id: it.method.kind === 'card' ? it.method.id : null,
      ...change,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'customer_id', 'product_class', 'saved_method_id'])
        .doUpdateSet(change)
        .where(sql.ref('payment_permissions.open_to'), '<>', openTo),
    )
    .execute();
}
