import { z } from 'zod';
import type { Database, Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';

/** One space of an organization. Its currency is fixed when it is made; days and months are computed in its zone. */
export type Location = {
  id: string;
  slug: string;
  name: string;
  currency: string;
  timeZone: string;
  locale: string;
  tax: Tax;
};

/** One tax rate, inside the price or on top of it, in parts per million (19 % is 190000). */
export type Tax = { mode: 'none' | 'inclusive' | 'exclusive'; ratePpm: number; label: string };

/** What a location is made from; refuses currencies, zones and locales that do not exist. */
export const newLocation = z.object({
  name: z.string().trim().min(1, 'required').max(120, 'too-long'),
  currency: z.string().refine((code) => Intl.supportedValuesOf('currency').includes(code), 'unknown-currency'),
  timeZone: z.string().refine(isTimeZone, 'unknown-time-zone'),
  locale: z.string().refine(isLocale, 'unknown-locale'),
});

/** Makes an organization, the tenant: nothing crosses it. Answers its id. */
export async function createOrganization(
  database: Database,
  it: { name: string; isDemo: boolean; now: Date },
): Promise<string> {
  const id = newId(it.now);
  await database.write(id, (tx) =>
    tx.insertInto('organizations').values({ id, name: it.name, is_demo: it.isDemo, created_at: it.now }).execute(),
  );
  return id;
}

/** What an organization calls itself. */
export async function organizationName(db: Tx, id: string): Promise<string> {
  return (await db.selectFrom('organizations').select('name').where('id', '=', id).executeTakeFirstOrThrow()).name;
}

/** Another location has, or had, this address. */
export class SlugTaken extends Refusal {
  constructor() {
    super('slug-taken', 409);
  }
}

/** Makes a location with an address of its own (`slug`): the one that is asked for, or one from its name. */
export async function createLocation(
  tx: Tx,
  it: z.infer<typeof newLocation> & { organizationId: string; id?: string; slug?: string; tax?: Tax; now: Date },
): Promise<Location> {
  const tax = it.tax ?? { mode: 'none', ratePpm: 0, label: '' };
  const taken = await takenSlugs(tx);
  if (it.slug !== undefined && taken.has(it.slug)) throw new SlugTaken();
  const slug = it.slug ?? freeSlug(it.name, taken);
  const location = {
    id: it.id ?? newId(it.now),
    slug,
    name: it.name,
    currency: it.currency,
    timeZone: it.timeZone,
    locale: it.locale,
  };
  await tx
    .insertInto('locations')
    .values({
      organization_id: it.organizationId,
      id: location.id,
      slug,
      name: it.name,
      currency: it.currency,
      time_zone: it.timeZone,
      locale: it.locale,
      tax_mode: tax.mode,
      tax_rate_ppm: tax.ratePpm,
      tax_label: tax.label,
      created_at: it.now,
    })
    .execute();
  return { ...location, tax };
}

/** All locations of the organization, by name. */
export async function locationsOf(db: Tx): Promise<Location[]> {
  return (await db.selectFrom('locations').selectAll().orderBy('name').orderBy('id').execute()).map(toLocation);
}

/** Changes what can be changed of a location. An address that it had leads on to the new one, and nobody else gets it. */
export async function changeLocation(
  tx: Tx,
  it: { organizationId: string; id: string; name: string; slug: string; timeZone: string; locale: string },
): Promise<void> {
  const row = await tx
    .selectFrom('locations')
    .select('slug')
    .where('id', '=', it.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.slug !== it.slug) {
    await tx.deleteFrom('location_former_slugs').where('slug', '=', it.slug).where('location_id', '=', it.id).execute();
    if ((await takenSlugs(tx)).has(it.slug)) throw new SlugTaken();
    await tx
      .insertInto('location_former_slugs')
      .values({ organization_id: it.organizationId, slug: row.slug, location_id: it.id })
      .execute();
  }
  await tx
    .updateTable('locations')
    .set({ name: it.name, slug: it.slug, time_zone: it.timeZone, locale: it.locale })
    .where('id', '=', it.id)
    .execute();
}

/** The location that had an address before, if one did. */
export async function locationOnceAt(db: Tx, slug: string): Promise<Location | undefined> {
  const row = await db
    .selectFrom('location_former_slugs')
    .select('location_id')
    .where('slug', '=', slug)
    .executeTakeFirst();
  return row && (await locationById(db, row.location_id));
}

/** The location at an address, if there is one. */
export async function locationAt(db: Tx, slug: string): Promise<Location | undefined> {
  const row = await db.selectFrom('locations').selectAll().where('slug', '=', slug).executeTakeFirst();
  return row && toLocation(row);
}

/** A location by id; it must exist. */
export async function locationById(db: Tx, id: string): Promise<Location> {
  return toLocation(await db.selectFrom('locations').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

/** Changes the tax of a location. What was sold before keeps the tax that it was sold with. */
export async function setTax(tx: Tx, locationId: string, { mode, ratePpm, label }: Tax): Promise<void> {
  await tx
    .updateTable('locations')
    .set({ tax_mode: mode, tax_rate_ppm: ratePpm, tax_label: label })
    .where('id', '=', locationId)
    .execute();
}

/** All organizations there are, for the loops that look after each. */
export async function allOrganizations(database: Database): Promise<{ id: string; name: string; isDemo: boolean }[]> {
  const rows = await database.directory.selectFrom('organizations').selectAll().orderBy('created_at').execute();
  return rows.map((row) => ({ id: row.id, name: row.name, isDemo: row.is_demo }));
}

type LocationRow = {
  id: string;
  slug: string;
  name: string;
  currency: string;
  time_zone: string;
  locale: string;
  tax_mode: Tax['mode'];
  tax_rate_ppm: number;
  tax_label: string;
};

function toLocation(row: LocationRow): Location {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    currency: row.currency,
    timeZone: row.time_zone,
    locale: row.locale,
    tax: { mode: row.tax_mode, ratePpm: row.tax_rate_ppm, label: row.tax_label },
  };
}

/** Addresses that locations have or had. */
async function takenSlugs(db: Tx): Promise<Set<string>> {
  const now = await db.selectFrom('locations').select('slug').execute();
  const before = await db.selectFrom('location_former_slugs').select('slug').execute();
  return new Set([...now, ...before].map((row) => row.slug));
}

function freeSlug(name: string, taken: Set<string>): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  const base = plain.replace(/-+$/, '') || 'location';
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(slug)) return slug;
  }
}

function isTimeZone(zone: string): boolean {
  try {
    // Fixed offsets are no places people live in: their days never change with daylight saving.
    return !/^[+-]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isLocale(locale: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length === 1;
  } catch {
    return false;
  }
}
