import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import { MAX_CREDITS_MINOR } from '../../shared/credits.ts';
import type { Location } from '../organizations/organizations.ts';

export { cycleText, discountText } from './messages.ts';

/** How long a plan's cycle is. */
export type Cycle = 'week' | 'month' | 'quarter' | 'half_year' | 'year';
export const CYCLES: readonly Cycle[] = ['week', 'month', 'quarter', 'half_year', 'year'];

/** What is agreed with customers again and again: for a price in each cycle, credits and better terms. */
export type Plan = {
  id: string;
  locationId: string;
  name: string;
  cycle: Cycle;
  /** In the location's currency, for one cycle. */
  priceMinor: bigint;
  /** Hundredths, granted at the start of each cycle and gone with it; 0 for a plan without credits. */
  creditsMinor: bigint;
  /** Off credit packages, in whole percent. */
  creditsDiscountPercent: number;
  /** Whether credit packages may be paid on an invoice. */
  creditsOnInvoice: boolean;
  /** Whether the invoice is issued by itself at the start of each cycle. */
  autoInvoice: boolean;
  /** How many packages of a cycle are free, when the discount makes them so. */
  freePackagesPerCycle: number;
};

/** What an administrator decides about a plan. */
export type PlanTerms = Omit<Plan, 'id' | 'locationId'>;

/** The highest price, in minor units of any currency. */
export const MAX_PRICE_MINOR = 100_000_000_000n;
export const MAX_NAME_LENGTH = 80;
export const MAX_FREE_PACKAGES = 1000;

/** A value is out of its range; `details.field` names it. */
export class PlanOutOfRange extends Refusal {
  constructor(field: 'name' | 'cycle' | 'price' | 'credits' | 'discount' | 'freePackages') {
    super('plan-out-of-range', 422, { field });
  }
}

/** The id was used before for a plan with other terms. */
export class PlanAlreadyMade extends Refusal {
  constructor() {
    super('plan-already-made', 409);
  }
}

/** The plans of a location that are not archived, by name. */
export async function plansOf(db: Tx, locationId: string): Promise<Plan[]> {
  const rows = await db
    .selectFrom('plans')
    .selectAll()
    .where('location_id', '=', locationId)
    .where('archived_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map(toPlan);
}

/** One plan of a location, archived or not; `undefined` when there is none with this id. */
export async function planAt(
  db: Tx,
  locationId: string,
  id: string | undefined,
): Promise<(Plan & { archived: boolean }) | undefined> {
  if (!isId(id)) return undefined;
  const row = await db
    .selectFrom('plans')
    .selectAll()
    .where('id', '=', id)
    .where('location_id', '=', locationId)
    .executeTakeFirst();
  return row && { ...toPlan(row), archived: row.archived_at !== null };
}

/**
 * Makes a plan. The caller mints `id` with the form, so that pressing twice makes one. Refuses terms out of range, and an
 * id that was used for other terms.
 */
export async function createPlan(
  tx: Tx,
  it: PlanTerms & { organizationId: string; location: Location; id: string; now: Date },
): Promise<Plan> {
  refuseTerms(it);
  const row = await tx
    .insertInto('plans')
    .values({
      ...columns(it),
      organization_id: it.organizationId,
      id: it.id,
      location_id: it.location.id,
      created_at: it.now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'id']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row) return toPlan(row);
  const made = await planAt(tx, it.location.id, it.id);
  if (!made || made.archived || !sameTerms(made, it)) throw new PlanAlreadyMade();
  return made;
}

/** Changes what cycles that have not begun yet are like. Refuses as `createPlan` does; answers the terms before. */
export async function updatePlan(
  tx: Tx,
  it: PlanTerms & { location: Location; id: string },
): Promise<{ before: Plan }> {
  refuseTerms(it);
  const before = await planAt(tx, it.location.id, it.id);
  if (!before || before.archived) throw new NotFound();
  await tx.updateTable('plans').set(columns(it)).where('id', '=', it.id).execute();
  return { before };
}

/** Nobody is given an archived plan any more; who has it keeps it. Archiving twice is archiving once. */
export async function archivePlan(tx: Tx, it: { locationId: string; id: string; now: Date }): Promise<Plan> {
  return await setArchived(tx, it, it.now);
}

/** Brings an archived plan back under the same id. */
export async function restorePlan(tx: Tx, it: { locationId: string; id: string }): Promise<Plan> {
  return await setArchived(tx, it, null);
}

function refuseTerms(terms: PlanTerms): void {
  const { name, cycle, priceMinor, creditsMinor, creditsDiscountPercent: percent, freePackagesPerCycle: free } = terms;
  if (name.trim() === '' || name.length > MAX_NAME_LENGTH) throw new PlanOutOfRange('name');
  if (!CYCLES.includes(cycle)) throw new PlanOutOfRange('cycle');
  if (priceMinor < 0n || priceMinor > MAX_PRICE_MINOR) throw new PlanOutOfRange('price');
  if (creditsMinor < 0n || creditsMinor > MAX_CREDITS_MINOR) throw new PlanOutOfRange('credits');
  if (!isBetween(percent, 0, 100)) throw new PlanOutOfRange('discount');
  if (!isBetween(free, 0, MAX_FREE_PACKAGES)) throw new PlanOutOfRange('freePackages');
}

function isBetween(number: number, least: number, most: number): boolean {
  return Number.isInteger(number) && number >= least && number <= most;
}

async function setArchived(tx: Tx, it: { locationId: string; id: string }, archivedAt: Date | null): Promise<Plan> {
  const plan = await planAt(tx, it.locationId, it.id);
  if (!plan) throw new NotFound();
  if (plan.archived !== (archivedAt !== null)) {
    await tx.updateTable('plans').set({ archived_at: archivedAt }).where('id', '=', it.id).execute();
  }
  return plan;
}

function columns(terms: PlanTerms) {
  return {
    name: terms.name,
    cycle: terms.cycle,
    price_minor: terms.priceMinor,
    credits_minor: terms.creditsMinor,
    credits_discount_percent: terms.creditsDiscountPercent,
    credits_on_invoice: terms.creditsOnInvoice,
    auto_invoice: terms.autoInvoice,
    free_packages_per_cycle: terms.freePackagesPerCycle,
  };
}

function sameTerms(a: PlanTerms, b: PlanTerms): boolean {
  const [these, those] = [columns(a), columns(b)];
  return (Object.keys(these) as (keyof typeof these)[]).every((column) => these[column] === those[column]);
}

type PlanRow = ReturnType<typeof columns> & { id: string; location_id: string };

function toPlan(row: PlanRow): Plan {
  return {
    id: row.id,
    locationId: row.location_id,
    name: row.name,
    cycle: row.cycle,
    priceMinor: row.price_minor,
    creditsMinor: row.credits_minor,
    creditsDiscountPercent: row.credits_discount_percent,
    creditsOnInvoice: row.credits_on_invoice,
    autoInvoice: row.auto_invoice,
    freePackagesPerCycle: row.free_packages_per_cycle,
  };
}
