import { randomBytes } from 'node:crypto';
import { balanceOf } from '../../src/features/credits/credits.ts';
import type { Location } from '../../src/features/organizations/organizations.ts';
import { createPackage, type PackageTerms } from '../../src/features/packages/packages.ts';
import { connectTestGateway, createPayments, type GatewayMakers } from '../../src/features/payments/payments.ts';
import { createCompany, createMembership, createUser } from '../../src/features/people/people.ts';
import { createPurchases, purchaseHandler } from '../../src/features/purchases/purchases.ts';
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
  purchases(): Promise<{ id: string; paidAt: Date | null; packageId: string }[]>;
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
  const now = core.now();
  const domain = `${randomBytes(4).toString('hex')}.example.com`;
  const { organizationId, location, administratorId, memberId } = await someSpace(core, { domain });
  const { database } = core;
  const person = (userId: string, name: string): Person => ({ userId, name, email: `${name.toLowerCase()}@${domain}` });
  const made = { organizationId, locationId: location.id, now };
  const addPackage = async (terms: Partial<PackageTerms>) => {
    const id = newId(core.now());
    const full: PackageTerms = { ...BLANK, ...terms };
    await database.write(organizationId, (tx) =>
      createPackage(tx, { unchargeable: () => undefined }, { ...full, organizationId, location, id, now: core.now() }),
    );
    return id;
  };

  const people = await database.write(organizationId, async (tx) => {
    const company = await createCompany(tx, { ...made, name: 'Acme' });
    const join = async (name: string, more: Partial<Parameters<typeof createMembership>[1]>): Promise<Buyer> => {
      const userId = await createUser(tx, { ...made, name, email: person('', name).email });
      const membership = { ...made, userId, name, type: 'member', ...more } as const;
      const { customerId } = await createMembership(tx, membership);
      return { ...person(userId, name), customerId };
    };
    if (options.sells ?? true) {
      const connectionId = await connectTestGateway(tx, core, made);
      // With a secret already there nobody asks the gateway to send hints.
      if (options.hints === false) {
        const sealed = core.secrets.seal('whsec_nobody_knows', `${connectionId} webhook`);
        const silent = { sealed_webhook_secret: sealed };
        await tx.updateTable('gateway_connections').set(silent).where('id', '=', connectionId).execute();
      }
    }
    const { customer_id: customerId } = await tx
      .selectFrom('memberships')
      .select('customer_id')
      .where('user_id', '=', memberId)
      .executeTakeFirstOrThrow();
    return {
      member: { ...person(memberId, 'Mia'), customerId },
      manager: await join('Max', { company: { id: company.id, role: 'manager' } }),
      employee: await join('Eva', { company: { id: company.id, role: 'member' } }),
      nonmember: await join('Noa', { type: 'nonmember' }),
      company: { customerId: company.customerId, name: 'Acme' },
    };
  });
  const packages = { ten: '', fifty: '', hundred: '' };
  if (options.packages ?? true) {
    for (const key of ['ten', 'fifty', 'hundred'] as const) packages[key] = await addPackage(LIST[key]);
  }
  return {
    organizationId,
    location,
    administrator: person(administratorId, 'Ada'),
    ...people,
    packages,
    at: (path) => `/l/${location.slug}${path}`,
    addPackage,
    give: (to, credits) => give(core, { organizationId, location, to, credits, addPackage }),
    async balance(customerId) {
      const { spendableMinor } = await database.read(organizationId, (db) => balanceOf(db, customerId, core.now()));
      return Number(spendableMinor) / 100;
    },
    async purchases() {
      const rows = await database.read(organizationId, (db) =>
        db.selectFrom('purchases').select(['id', 'paid_at', 'package_id', 'method']).orderBy('created_at').execute(),
      );
      return rows
        .filter((row) => row.method !== 'free')
        .map((row) => ({ id: row.id, paidAt: row.paid_at, packageId: row.package_id }));
    },
  };
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
  const payments = createPayments(core, {} as GatewayMakers, { purchase: purchaseHandler(core) });
  await createPurchases(core, payments, async () => 0).buy({
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
