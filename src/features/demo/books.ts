import type { Tx } from '../../platform/database/database.ts';
import { expireCredits, spendCredits } from '../credits/credits.ts';
import { notify } from '../notifications/notifications.ts';
import type { Location } from '../organizations/organizations.ts';
import { type CreditPackage, packageTitle } from '../packages/packages.ts';
import type { Chance } from './chance.ts';
import { type PastPurchase, writePastPurchase } from './past-purchase.ts';
import type { PackageName, Use } from './people.ts';

/** Where the year is written down. */
export type Books = {
  tx: Tx;
  organizationId: string;
  location: Location;
  connectionId: string;
  packages: Record<PackageName | 'Welcome', CreditPackage>;
  chance: Chance;
  /** When lots end whose remains are still to be written off. */
  ends: Set<number>;
  /** Nobody looks at older news any more: there are none. */
  newsSince: Date;
};

/** Whose credits they are, and who hears of new ones besides the buyer. */
export type Owner = { customerId: string; company: { name: string; managers: string[] } | undefined };

type Buying = {
  owner: Owner;
  buyerUserId: string;
  what: PackageName | 'Welcome';
  card: PastPurchase['card'];
  at: Date;
};

/** Buys a package, or tries to. Answers the balance afterwards; none when nothing was bought. */
export async function buy(
  books: Books,
  it: Buying & { outcome?: PastPurchase['outcome'] },
): Promise<bigint | undefined> {
  const { organizationId, location, connectionId, chance } = books;
  const pkg = books.packages[it.what];
  const outcome = it.outcome ?? 'paid';
  const took = pkg.priceMinor === 0n ? 0 : outcome === 'abandoned' ? 31 * 60_000 : chance.between(35, 140) * 1_000;
  const settledAt = new Date(it.at.getTime() + took);
  const bought = await writePastPurchase(books.tx, {
    organizationId,
    location,
    connectionId,
    customerId: it.owner.customerId,
    buyerUserId: it.buyerUserId,
    pkg,
    reference: chance.letters(24),
    card: it.card,
    at: it.at,
    settledAt,
    outcome,
  });
  if (!bought) return undefined;
  if (bought.expiresAt) books.ends.add(bought.expiresAt.getTime());
  if (settledAt > books.newsSince) await tell(books, it, { ...bought, pkg, at: settledAt });
  return bought.balanceMinor;
}

/** Spends credits on something. Answers the balance afterwards. */
export async function use(books: Books, it: { owner: Owner; userId: string; what: Use; at: Date }): Promise<bigint> {
  const { balanceAfterMinor } = await spendCredits(books.tx, {
    organizationId: books.organizationId,
    customerId: it.owner.customerId,
    key: `demo:${it.owner.customerId}:${it.at.toISOString()}`,
    creditsMinor: it.what.creditsMinor,
    actorUserId: it.userId,
    product: it.what.product,
    now: it.at,
  });
  return balanceAfterMinor;
}

/** Writes off what ended up to `now`, each lot at the instant of its end. Answers whether there was anything. */
export async function writeOff(books: Books, now: Date): Promise<boolean> {
  const due = [...books.ends].filter((end) => end <= now.getTime()).sort((a, b) => a - b);
  let lots = 0;
  for (const end of due) {
    lots += await expireCredits(books.tx, { organizationId: books.organizationId, now: new Date(end) });
    books.ends.delete(end);
  }
  return lots > 0;
}

type Bought = { purchaseId: string; balanceMinor: bigint; pkg: CreditPackage; at: Date };

/** The buyer, and for a company its managers, hear that credits were added. */
async function tell(
  { tx, organizationId, location }: Books,
  { owner, buyerUserId }: Buying,
  it: Bought,
): Promise<void> {
  for (const userId of new Set([buyerUserId, ...(owner.company?.managers ?? [])])) {
    await notify(tx, {
      organizationId,
      userId,
      kind: 'credits-added',
      subjectId: it.purchaseId,
      details: {
        credits: it.pkg.creditsMinor,
        balance: it.balanceMinor,
        title: packageTitle(it.pkg, location.locale),
        ...(owner.company && { forCompany: owner.company.name }),
      },
      href: `/l/${location.slug}/membership/credits/purchases/${it.purchaseId}`,
      now: it.at,
    });
  }
}
