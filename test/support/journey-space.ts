import { randomBytes } from 'node:crypto';
import { balanceOf } from '../../src/features/credits/credits.ts';
import { invoiceHandler } from '../../src/features/invoices/invoices.ts';
import type { Location } from '../../src/features/organizations/organizations.ts';
import { createPackage, type PackageTerms } from '../../src/features/packages/packages.ts';
import { connectTestGateway, createPayments } from '../../src/features/payments/payments.ts';
import { createCompany, createMembership, createUser } from '../../src/features/people/people.ts';
import { createPurchases, purchaseHandler } from '../../src/features/purchases/purchases.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import { newId, newRequestKey } from '../../src/platform/ids.ts';
import { someSpace } from './people.ts';
import type { Roost } from './roost.ts';

export type Person = { userId: string; name: string; email: string };
export type Buyer = Person & { customerId: string };

/** A space that sells, with everybody who could want something there. */
export type JourneySpace = {
  organizationId: string;
  location: Location;
  administrator: Person;
  member: Buyer;
  /** Manages Acme and has a wallet of their own too. */
  manager: Buyer;
  /** Of Acme, without the right to buy for it. */
  employee: Buyer;
  nonmember: Buyer;
  company: { customerId: string; name: string };
  packages: { ten: string; fifty: string; hundred: string };
  /** `/l/<location>` and what follows. */
  at(path: string): string;
  addPackage(terms: Partial<PackageTerms>): Promise<string>;
  /** Gives credits as buying them for nothing does. */
  give(to: Buyer, credits: number): Promise<void>;
  balance(customerId: string): Promise<number>;
  /** Those that were to be paid by card, in order. */
  purchases(): Promise<{ id: string; paidAt: Date | null }[]>;
};

export type SpaceOptions = {
  /** Whether the test gateway is connected. */
  sells?: boolean;
  /** `false`: the gateway never sends a hint, as behind a router that lets nobody in. */
  hints?: boolean;
  packages?: boolean;
};

const LIST: Record<keyof JourneySpace['packages'], Partial<PackageTerms>> = {
  ten: { name: 'Taster', creditsMinor: 1_000n, priceMinor: 1_200n, validForDays: 30 },
  fifty: { name: 'Starter', creditsMinor: 5_000n, priceMinor: 4_900n },
  hundred: { name: 'Regular', creditsMinor: 10_000n, priceMinor: 8_900n, validForDays: 365 },
};

/** Makes an organization of its own in the database of a running Roost. */
export async function openSpace({ core }: Roost, options: SpaceOptions = {}): Promise<JourneySpace> {
  const domain = `${randomBytes(4).toString('hex')}.example.com`;
  const { organizationId, location, administratorId, memberId } = await someSpace(core, { domain });
  const addPackage = async (terms: Partial<PackageTerms>) => {
    const now = core.now();
    const it = { ...BLANK, ...terms, organizationId, location, id: newId(now), now };
    await core.database.write(organizationId, (tx) => createPackage(tx, { unchargeable: () => undefined }, it));
    return it.id;
  };
  const at = { organizationId, location, domain, memberId };
  const people = await core.database.write(organizationId, (tx) => settle(tx, core, at));
  if (options.sells ?? true) await core.database.write(organizationId, (tx) => connect(tx, core, at, options));
  const packages = { ten: '', fifty: '', hundred: '' };
  for (const key of options.packages === false ? [] : (['ten', 'fifty', 'hundred'] as const)) {
    packages[key] = await addPackage(LIST[key]);
  }
  return {
    organizationId,
    location,
    administrator: { userId: administratorId, name: 'Ada', email: `ada@${domain}` },
    ...people,
    packages,
    at: (path) => `/l/${location.slug}${path}`,
    addPackage,
    give: (to, credits) => give(core, { organizationId, location, to, credits, addPackage }),
    async balance(customerId) {
      const now = core.now();
      const held = await core.database.read(organizationId, (db) => balanceOf(db, customerId, now));
      return Number(held.spendableMinor) / 100;
    },
    async purchases() {
      const rows = await core.database.read(organizationId, (db) =>
        db.selectFrom('purchases').select(['id', 'paid_at', 'method']).orderBy('created_at').execute(),
      );
      return rows.filter((row) => row.method === 'card').map((row) => ({ id: row.id, paidAt: row.paid_at }));
    },
  };
}

type Place = { organizationId: string; location: Location; domain: string; memberId: string };

/** The member's wallet, a company with a manager and an employee, and somebody who is no member. */
async function settle(tx: Tx, core: Roost['core'], { organizationId, location, domain, memberId }: Place) {
  const made = { organizationId, locationId: location.id, now: core.now() };
  const { id, customerId } = await createCompany(tx, { ...made, name: 'Acme' });
  const join = async (
    name: string,
    more: { type?: 'nonmember'; company?: { id: string; role: 'manager' | 'member' } },
  ): Promise<Buyer> => {
    const email = `${name.toLowerCase()}@${domain}`;
    const userId = await createUser(tx, { ...made, name, email });
    const membership = await createMembership(tx, { ...made, userId, name, type: 'member', ...more });
    return { userId, name, email, customerId: membership.customerId };
  };
  const { customer_id: memberCustomerId } = await tx
    .selectFrom('memberships')
    .select('customer_id')
    .where('user_id', '=', memberId)
    .executeTakeFirstOrThrow();
  return {
    member: { userId: memberId, name: 'Mia', email: `mia@${domain}`, customerId: memberCustomerId },
    manager: await join('Max', { company: { id, role: 'manager' } }),
    employee: await join('Eva', { company: { id, role: 'member' } }),
    nonmember: await join('Noa', { type: 'nonmember' }),
    company: { customerId, name: 'Acme' },
  };
}

async function connect(tx: Tx, core: Roost['core'], at: Place, { hints = true }: SpaceOptions): Promise<void> {
  const { organizationId, location } = at;
  const id = await connectTestGateway(tx, core, { organizationId, locationId: location.id, now: core.now() });
  if (hints) return;
  // With a secret already there nobody asks the gateway to send hints.
  const sealed = core.secrets.seal('whsec_nobody_knows', `${id} webhook`);
  await tx.updateTable('gateway_connections').set({ sealed_webhook_secret: sealed }).where('id', '=', id).execute();
}

const BLANK: PackageTerms = {
  name: '',
  creditsMinor: 1_000n,
  priceMinor: 1_000n,
  validForDays: null,
  onSale: true,
  freeConfirmed: true,
};

type Gift = Pick<JourneySpace, 'organizationId' | 'location' | 'addPackage'> & { to: Buyer; credits: number };

/** A package that costs nothing, bought once and taken off sale. */
async function give(core: Roost['core'], { organizationId, location, to, credits, addPackage }: Gift): Promise<void> {
  const packageId = await addPackage({ name: 'Welcome', creditsMinor: BigInt(credits * 100), priceMinor: 0n });
  const payments = createPayments(core, [], { purchase: purchaseHandler(core), invoice: invoiceHandler(core, {}) });
  await createPurchases(core, payments, async () => ({ percent: 0 })).buy({
    organizationId,
    location,
    wallet: { kind: 'personal', customerId: to.customerId, name: to.name },
    buyer: { id: to.userId, name: to.name, email: to.email },
    requestKey: newRequestKey(),
    packageId,
    method: { kind: 'free' },
    seenTotalMinor: 0n,
    now: core.now(),
  });
  await core.database.write(organizationId, (tx) =>
    tx.updateTable('credit_packages').set({ on_sale: false }).where('id', '=', packageId).execute(),
  );
}
