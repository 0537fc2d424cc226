import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import { MAX_CREDITS_MINOR } from '../../shared/credits.ts';
import type { Money } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { connectionAt, type Payments } from '../payments/payments.ts';
import { priceFor } from './price.ts';

export { packageTitle } from './messages.ts';
export { type Price, priceFor } from './price.ts';
export { mostPopular, savingsOf } from './savings.ts';

/** What a location sells: so many credits (hundredths) for a list price in the location's currency. */
export type CreditPackage = {
  id: string;
  locationId: string;
  /** May be empty: the number of credits then names it. */
  name: string;
  creditsMinor: bigint;
  priceMinor: bigint;
  /** Whole days; `null` never expires. */
  validForDays: number | null;
  position: number;
  onSale: boolean;
};

/** What an administrator decides about a package. */
export type PackageTerms = Pick<CreditPackage, 'name' | 'creditsMinor' | 'priceMinor' | 'validForDays' | 'onSale'> & {
  /** Somebody said in so many words that a price of 0 is meant. */
  freeConfirmed: boolean;
};

/** Knows which amounts the gateways can charge. */
export type AmountRules = Pick<Payments, 'unchargeable'>;

/** The highest price, in minor units of any currency. */
export const MAX_PRICE_MINOR = 100_000_000_000n;
export const MAX_NAME_LENGTH = 80;
export const MAX_VALID_DAYS = 3650;

/** A value is out of its range; `details.field` names it: name, credits, price or validity. */
export class PackageOutOfRange extends Refusal {
  constructor(field: 'name' | 'credits' | 'price' | 'validity') {
    super('package-out-of-range', 422, { field });
  }
}

/** A price of 0 that nobody confirmed. */
export class FreeNotConfirmed extends Refusal {
  constructor() {
    super('free-not-confirmed', 422);
  }
}

/** The connected gateway cannot charge `total`: under its `least`, no multiple of its `step` (minor units), or too much. */
export class PriceNotChargeable extends Refusal {
  readonly total: Money;
  readonly least: Money | undefined;
  readonly step: bigint | undefined;
  constructor(total: Money, limits: { least?: Money; step?: bigint }) {
    super('price-not-chargeable', 422);
    this.total = total;
    this.least = limits.least;
    this.step = limits.step;
  }
}

/** The id was used before for a package with other terms. */
export class PackageAlreadyMade extends Refusal {
  constructor() {
    super('package-already-made', 409);
  }
}

/** The packages that members of a location can buy, in the administrator's order. */
export async function packagesOnSale(db: Tx, locationId: string): Promise<CreditPackage[]> {
  return (await packagesOf(db, locationId)).filter((pkg) => pkg.onSale);
}

/** All packages of a location that are not removed, in order. */
export async function packagesOf(db: Tx, locationId: string): Promise<CreditPackage[]> {
  return (await ofLocation(db, locationId).orderBy('position').orderBy('id').execute()).map(toPackage);
}

/** One package of a location, removed or not; `undefined` when there is none with this id. */
export async function packageAt(
  db: Tx,
  locationId: string,
  id: string,
): Promise<(CreditPackage & { removed: boolean }) | undefined> {
  if (!isId(id)) return undefined;
  const row = await db
    .selectFrom('credit_packages')
    .selectAll()
    .where('id', '=', id)
    .where('location_id', '=', locationId)
    .executeTakeFirst();
  return row && { ...toPackage(row), removed: row.removed_at !== null };
}

/**
 * Puts a new package at the end of the list. The caller mints `id` with the form, so that pressing twice makes one. Refuses
 * terms out of range, a free package nobody confirmed, a price the connected gateway cannot charge, and an id that was
 * used for other terms.
 */
export async function createPackage(
  tx: Tx,
  rules: AmountRules,
  it: PackageTerms & { organizationId: string; location: Location; id: string; now: Date },
): Promise<CreditPackage> {
  await refuseTerms(tx, rules, it.location, it);
  const last = (await packagesOf(tx, it.location.id)).at(-1);
  const row = await tx
    .insertInto('credit_packages')
    .values({
      ...columns(it),
      organization_id: it.organizationId,
      id: it.id,
      location_id: it.location.id,
      position: (last?.position ?? 0) + 1,
      created_at: it.now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'id']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row) return toPackage(row);
  const made = await packageAt(tx, it.location.id, it.id);
  if (!made || made.removed || !sameTerms(made, it)) throw new PackageAlreadyMade();
  return made;
}

/** Changes what is sold from now on; what was sold stays as it was. Refuses as `createPackage` does; answers the terms before. */
export async function updatePackage(
  tx: Tx,
  rules: AmountRules,
  it: PackageTerms & { location: Location; id: string },
): Promise<{ before: CreditPackage }> {
  const before = await packageAt(tx, it.location.id, it.id);
  if (!before || before.removed) throw new NotFound();
  await refuseTerms(tx, rules, it.location, it);
  await tx.updateTable('credit_packages').set(columns(it)).where('id', '=', it.id).execute();
  return { before };
}

/** Takes a package off the list for good, or until it is restored. Removing twice is removing once. */
export async function removePackage(tx: Tx, it: { locationId: string; id: string; now: Date }): Promise<CreditPackage> {
  return await setRemoved(tx, it, it.now);
}

/** Brings a removed package back under the same id, to the place it had. */
export async function restorePackage(tx: Tx, it: { locationId: string; id: string }): Promise<CreditPackage> {
  return await setRemoved(tx, it, null);
}

/** Moves a package to the place `to`, counted from 0; the same place again changes nothing. Answers the place it had. */
export async function movePackage(
  tx: Tx,
  it: { locationId: string; id: string; to: number },
): Promise<{ pkg: CreditPackage; from: number }> {
  // Locked in the order of their ids and sorted afterwards: two who reorder at once do it one after the other.
  const rows = await ofLocation(tx, it.locationId).orderBy('id').forUpdate().execute();
  const list = rows.map(toPackage).sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
  const from = list.findIndex((pkg) => pkg.id === it.id);
  const pkg = list[from];
  if (!pkg) throw new NotFound();
  list.splice(from, 1);
  list.splice(Math.max(0, Math.min(it.to, list.length)), 0, pkg);
  for (const [index, other] of list.entries()) {
    if (other.position === index + 1) continue;
    await tx
      .updateTable('credit_packages')
      .set({ position: index + 1 })
      .where('id', '=', other.id)
      .execute();
  }
  return { pkg, from };
}

async function refuseTerms(tx: Tx, rules: AmountRules, location: Location, terms: PackageTerms): Promise<void> {
  const { name, creditsMinor, priceMinor, validForDays } = terms;
  if (name.length > MAX_NAME_LENGTH) throw new PackageOutOfRange('name');
  if (creditsMinor < 1n || creditsMinor > MAX_CREDITS_MINOR) throw new PackageOutOfRange('credits');
  if (priceMinor < 0n || priceMinor > MAX_PRICE_MINOR) throw new PackageOutOfRange('price');
  if (
    validForDays !== null &&
    !(Number.isInteger(validForDays) && validForDays >= 1 && validForDays <= MAX_VALID_DAYS)
  ) {
    throw new PackageOutOfRange('validity');
  }
  if (priceMinor === 0n) {
    if (!terms.freeConfirmed) throw new FreeNotConfirmed();
    return;
  }
  const gateway = await connectionAt(tx, location.id);
  if (!gateway) return;
  // The gateway charges the price with its tax, not the list price.
  const { total } = priceFor(terms, 0, location.tax, location.currency);
  const limits = rules.unchargeable(gateway.kind, total);
  if (limits) throw new PriceNotChargeable(total, limits);
}

async function setRemoved(
  tx: Tx,
  it: { locationId: string; id: string },
  removedAt: Date | null,
): Promise<CreditPackage> {
  const pkg = await packageAt(tx, it.locationId, it.id);
  if (!pkg) throw new NotFound();
  if (pkg.removed !== (removedAt !== null)) {
    await tx.updateTable('credit_packages').set({ removed_at: removedAt }).where('id', '=', it.id).execute();
  }
  return pkg;
}

function ofLocation(db: Tx, locationId: string) {
  return db
    .selectFrom('credit_packages')
    .selectAll()
    .where('location_id', '=', locationId)
    .where('removed_at', 'is', null);
}

function columns(terms: PackageTerms) {
  return {
    name: terms.name,
    credits_minor: terms.creditsMinor,
    price_minor: terms.priceMinor,
    valid_for_days: terms.validForDays,
    on_sale: terms.onSale,
  };
}

function sameTerms(a: CreditPackage, b: PackageTerms): boolean {
  return (
    a.name === b.name &&
    a.creditsMinor === b.creditsMinor &&
    a.priceMinor === b.priceMinor &&
    a.validForDays === b.validForDays &&
    a.onSale === b.onSale
  );
}

type PackageRow = {
  id: string;
  location_id: string;
  name: string;
  credits_minor: bigint;
  price_minor: bigint;
  valid_for_days: number | null;
  position: number;
  on_sale: boolean;
};

function toPackage(row: PackageRow): CreditPackage {
  return {
    id: row.id,
    locationId: row.location_id,
    name: row.name,
    creditsMinor: row.credits_minor,
    priceMinor: row.price_minor,
    validForDays: row.valid_for_days,
    position: row.position,
    onSale: row.on_sale,
  };
}
