import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { NotFound } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { createLocation, type Location } from '../organizations/organizations.ts';
import { connectTestGateway, createPayments } from '../payments/payments.ts';
import { testOffer } from '../payments/stripe-offers.ts';
import { membershipOf } from '../people/people.ts';
import {
  type AmountRules,
  type CreditPackage,
  createPackage,
  FreeNotConfirmed,
  movePackage,
  PackageAlreadyMade,
  PackageOutOfRange,
  type PackageTerms,
  PriceNotChargeable,
  packageAt,
  packagesOf,
  packagesOnSale,
  removePackage,
  restorePackage,
  updatePackage,
} from './packages.ts';

const FIFTY: PackageTerms = {
  name: '',
  creditsMinor: 5000n,
  priceMinor: 4900n,
  validForDays: null,
  onSale: true,
  freeConfirmed: false,
};

let core: TestCore;
let rules: AmountRules;
let space: Space;

beforeAll(async () => {
  core = await testCore();
  const gateways = [testOffer({ timeoutMs: 1000, simulatorUrl: () => 'http://127.0.0.1' })];
  const nobody = {
    paid: async () => {},
    reversed: async () => {},
    paidFor: () => Promise.reject(new Error('nothing is paid here')),
  };
  rules = createPayments(core, gateways, { purchase: nobody, invoice: nobody });
});
beforeEach(async () => {
  space = await someSpace(core, { domain: `${newId(core.now())}.example` });
});
afterAll(() => core.close());

const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) =>
  core.database.write(space.organizationId, work);
const read = <T>(work: Parameters<typeof core.database.read<T>>[1]) => core.database.read(space.organizationId, work);

function make(terms: Partial<PackageTerms> = {}, at: { location?: Location; id?: string } = {}) {
  const { organizationId, location } = space;
  const it = { ...FIFTY, ...terms, organizationId, location, id: newId(core.now()), now: core.now(), ...at };
  return write((tx) => createPackage(tx, rules, it));
}

function change(id: string, terms: Partial<PackageTerms>) {
  return write((tx) => updatePackage(tx, rules, { ...FIFTY, ...terms, location: space.location, id }));
}

const names = (packages: CreditPackage[]) => packages.map((pkg) => pkg.name);

async function elsewhere(currency: string): Promise<Location> {
  const { organizationId } = space;
  const where = { name: `In ${currency}`, currency, timeZone: 'Asia/Tokyo', locale: 'en', now: core.now() };
  return await write((tx) => createLocation(tx, { ...where, organizationId }));
}

test('a package that is saved on sale is on sale at once, at the end of the list (S5, S6)', async () => {
  await make({ name: 'First' });
  const second = await make({ name: 'Second', validForDays: 90 });
  await make({ name: 'Hidden', onSale: false });
  const onSale = await read((db) => packagesOnSale(db, space.location.id));
  expect(names(onSale)).toEqual(['First', 'Second']);
  expect(onSale[1]).toEqual(second);
  expect(second).toMatchObject({ creditsMinor: 5000n, priceMinor: 4900n, validForDays: 90, onSale: true });
  expect(names(await read((db) => packagesOf(db, space.location.id)))).toEqual(['First', 'Second', 'Hidden']);
});

test('a package belongs to its location: another one neither lists nor changes it', async () => {
  const pkg = await make();
  const other = await elsewhere('EUR');
  expect(await read((db) => packagesOnSale(db, other.id))).toEqual([]);
  expect(await read((db) => packageAt(db, other.id, pkg.id))).toBeUndefined();
  const now = core.now();
  const at = { locationId: other.id, id: pkg.id, now };
  await expect(write((tx) => removePackage(tx, at))).rejects.toThrow(NotFound);
  await expect(write((tx) => restorePackage(tx, at))).rejects.toThrow(NotFound);
  await expect(write((tx) => movePackage(tx, { ...at, to: 0 }))).rejects.toThrow(NotFound);
  const edit = { ...FIFTY, priceMinor: 1n, location: other, id: pkg.id };
  await expect(write((tx) => updatePackage(tx, rules, edit))).rejects.toThrow(NotFound);
  expect((await read((db) => packageAt(db, space.location.id, pkg.id)))?.priceMinor).toBe(4900n);
});

test('another organization has no way to a package (E25)', async () => {
  const pkg = await make();
  const strange = await someSpace(core, { domain: 'strange.example' });
  const found = await core.database.read(strange.organizationId, (db) => packageAt(db, space.location.id, pkg.id));
  expect(found).toBeUndefined();
});

test('credits, price, name and validity out of range are refused and nothing is written (E25)', async () => {
  const wrong: Partial<PackageTerms>[] = [
    { creditsMinor: 0n },
    { creditsMinor: -100n },
    { creditsMinor: 100_000_001n },
    { priceMinor: -1n },
    { priceMinor: 100_000_000_001n },
    { name: 'x'.repeat(81) },
    { validForDays: 0 },
    { validForDays: 3651 },
    { validForDays: 1.5 },
    { validForDays: Number.NaN },
  ];
  for (const terms of wrong) await expect(make(terms)).rejects.toThrow(PackageOutOfRange);
  expect(await read((db) => packagesOf(db, space.location.id))).toEqual([]);
  await make({ creditsMinor: 1n, name: 'x'.repeat(80), validForDays: 1 });
  await make({ creditsMinor: 100_000_000n, priceMinor: 100_000_000_000n, validForDays: 3650 });
});

test('a price of 0 is refused until somebody confirms that it is meant (E25)', async () => {
  await expect(make({ priceMinor: 0n })).rejects.toThrow(FreeNotConfirmed);
  const pkg = await make({ priceMinor: 0n, freeConfirmed: true });
  expect(pkg.priceMinor).toBe(0n);
  await expect(change(pkg.id, { priceMinor: 0n })).rejects.toThrow(FreeNotConfirmed);
});

test('a price that the connected gateway cannot charge is refused with the reason (E14)', async () => {
  const { organizationId, location } = space;
  const cheap = await make({ priceMinor: 49n });
  await write((tx) => connectTestGateway(tx, core, { organizationId, locationId: location.id, now: core.now() }));
  const refused = await make({ priceMinor: 49n }).catch((error) => error);
  expect(refused).toBeInstanceOf(PriceNotChargeable);
  expect(refused).toMatchObject({ total: { minor: 49n }, least: { minor: 50n, currency: 'EUR' } });
  await expect(change(cheap.id, { priceMinor: 48n })).rejects.toThrow(PriceNotChargeable);
  await make({ priceMinor: 50n });
  await make({ priceMinor: 0n, freeConfirmed: true });
});

test('what the gateway charges is the price with its tax: in KWD that must end in 0 (E14, E24)', async () => {
  const location = await elsewhere('KWD');
  const { organizationId } = space;
  await write((tx) => connectTestGateway(tx, core, { organizationId, locationId: location.id, now: core.now() }));
  const refused = await make({ priceMinor: 15_505n }, { location }).catch((error) => error);
  expect(refused).toMatchObject({ code: 'price-not-chargeable', step: 10n });
  await make({ priceMinor: 15_500n }, { location });
  const taxed: Location = { ...location, tax: { mode: 'exclusive', ratePpm: 50_000, label: 'VAT' } };
  const withTax = await make({ priceMinor: 15_500n }, { location: taxed }).catch((error) => error);
  expect(withTax).toMatchObject({ code: 'price-not-chargeable', total: { minor: 16_275n, currency: 'KWD' } });
});

test('saving a new package twice makes one, and its id is good for no other package (S5)', async () => {
  const id = newId(core.now());
  const made = await make({ name: 'Starter' }, { id });
  expect(await make({ name: 'Starter' }, { id })).toMatchObject(made);
  await expect(make({ name: 'Another' }, { id })).rejects.toThrow(PackageAlreadyMade);
  expect(names(await read((db) => packagesOf(db, space.location.id)))).toEqual(['Starter']);
});

test('a removed package comes back under the same id to the same place (UX-41)', async () => {
  await make({ name: 'First' });
  const second = await make({ name: 'Second' });
  await make({ name: 'Third' });
  const at = { locationId: space.location.id, id: second.id, now: core.now() };
  await write((tx) => removePackage(tx, at));
  await write((tx) => removePackage(tx, at));
  expect(names(await read((db) => packagesOnSale(db, space.location.id)))).toEqual(['First', 'Third']);
  expect(await read((db) => packageAt(db, space.location.id, second.id))).toEqual({ ...second, removed: true });
  await expect(change(second.id, { name: 'Edited' })).rejects.toThrow(NotFound);
  await write((tx) => restorePackage(tx, at));
  expect(await read((db) => packagesOnSale(db, space.location.id))).toContainEqual(second);
  expect(names(await read((db) => packagesOf(db, space.location.id)))).toEqual(['First', 'Second', 'Third']);
});

test('an edit answers the terms before it, and giving them back undoes it (UX-41)', async () => {
  const made = await make({ name: 'Starter', validForDays: 30 });
  const { before } = await change(made.id, { name: 'Big', priceMinor: 9900n, onSale: false });
  expect(await read((db) => packagesOnSale(db, space.location.id))).toEqual([]);
  await change(made.id, before);
  expect(await read((db) => packagesOf(db, space.location.id))).toEqual([made]);
});

test('editing and removing a package changes nothing of what was sold (UX-42)', async () => {
  const { organizationId, location, memberId } = space;
  const pkg = await make({ name: 'Starter', validForDays: 30 });
  const membership = await read((db) => membershipOf(db, location.id, memberId));
  const sold = {
    organization_id: organizationId,
    id: newId(core.now()),
    location_id: location.id,
    customer_id: membership!.customerId,
    buyer_user_id: memberId,
    request_key: 'once',
    request_hash: Buffer.alloc(32),
    package_id: pkg.id,
    title: 'Starter',
    credits_minor: 5000n,
    valid_for_days: 30,
    currency: 'EUR',
    list_minor: 4900n,
    discount_percent: 0,
    net_minor: 4900n,
    tax_minor: 0n,
    total_minor: 4900n,
    tax_rate_ppm: 0,
    tax_label: '',
    method: 'card' as const,
    created_at: core.now(),
  };
  await write((tx) => tx.insertInto('purchases').values(sold).execute());
  const history = () => read((db) => db.selectFrom('purchases').selectAll().execute());
  const before = await history();
  await change(pkg.id, { name: 'Other', priceMinor: 9900n, creditsMinor: 100n, validForDays: null });
  await write((tx) => removePackage(tx, { locationId: location.id, id: pkg.id, now: core.now() }));
  expect(await history()).toEqual(before);
  expect(before).toMatchObject([sold]);
});

test('a move goes to the place it names, again changes nothing, and the place before undoes it (UX-41)', async () => {
  for (const name of ['A', 'B', 'C', 'D']) await make({ name });
  const locationId = space.location.id;
  const list = () => read((db) => packagesOf(db, locationId));
  const [a, , c] = await list();
  const move = (id: string, to: number) => write((tx) => movePackage(tx, { locationId, id, to }));
  expect((await move(c!.id, 1)).from).toBe(2);
  expect(names(await list())).toEqual(['A', 'C', 'B', 'D']);
  expect((await move(c!.id, 1)).from).toBe(1);
  expect(names(await list())).toEqual(['A', 'C', 'B', 'D']);
  await move(c!.id, 2);
  expect(names(await list())).toEqual(['A', 'B', 'C', 'D']);
  await move(a!.id, 9999);
  expect(names(await list())).toEqual(['B', 'C', 'D', 'A']);
});

test('administrators who reorder at the same time leave one whole list', async () => {
  for (const name of ['A', 'B', 'C', 'D', 'E']) await make({ name });
  const locationId = space.location.id;
  const list = await read((db) => packagesOf(db, locationId));
  await Promise.all(
    list.map((pkg, index) => write((tx) => movePackage(tx, { locationId, id: pkg.id, to: 4 - index }))),
  );
  const after = await read((db) => packagesOf(db, locationId));
  expect(names(after).toSorted()).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(after.map((pkg) => pkg.position)).toEqual([1, 2, 3, 4, 5]);
});
