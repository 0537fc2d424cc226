import { catalog } from '../../shared/catalog.ts';

type OfProduct = { product: string };

const en = {
  place: 'Membership > Credits',
  title: 'Transactions',
  ledger: 'Transactions, newest first',
  wallet: 'Wallet',
  walletPersonal: 'Personal',
  walletCompany: ({ company }: { company: string }) => company,
  walletPersonalDetail: 'You pay and you receive the credits',
  walletCompanyDetail: ({ company }: { company: string }) => `${company} pays and receives the credits`,
  walletShow: 'Show',
  balancePersonal: 'Your credits',
  balanceCompany: ({ company }: { company: string }) => `Credits of ${company}`,
  creditsUnit: ({ one }: { one: boolean }) => (one ? 'credit' : 'credits'),
  zone: ({ location, zone }: { location: string; zone: string }) => `Times are those of ${location} (${zone}).`,
  balanceAfter: ({ balance }: { balance: string }) => `Balance ${balance}`,
  older: 'Load more',
  newest: 'Back to the newest',
  buy: 'Buy credits',
  seePrices: 'See prices',
  emptyTitle: 'No credits yet',
  emptyText:
    'Credits pay for bookings and everything else this location offers. Buy a package, and each purchase and each use is listed here with the balance after it.',
  emptyCustomerTitle: 'No transactions yet',
  emptyCustomerText: 'Each purchase and each use of credits is listed here with the balance after it.',

  expiring: ({ one, credits, day }: { one: boolean; credits: string; day: string }) =>
    `${credits} ${one ? 'credit expires' : 'credits expire'} ${day}`,
  lots: 'What the balance is made of',
  order: 'What expires soonest is used first; credits that never expire are used last.',
  lot: ({ one, credits, day }: { one: boolean; credits: string; day: string }) =>
    `${credits} ${one ? 'credit' : 'credits'} until ${day}`,
  lotForever: ({ one, credits }: { one: boolean; credits: string }) =>
    `${credits} ${one ? 'credit' : 'credits'} that never ${one ? 'expires' : 'expire'}`,

  purchase: ({ product }: OfProduct) => (product ? `Bought ${product}` : 'Bought credits'),
  spend: ({ product }: OfProduct) => product || 'Used credits',
  expiration: 'Expired',
  plan_allocation: ({ product }: OfProduct) => product || 'Credits of the plan',
  plan_expiration: 'Expired with the plan',
  adjustment: 'Changed by the team',
  spend_reversal: ({ product }: OfProduct) => (product ? `Returned: ${product}` : 'Returned'),
  take_back: ({ product }: OfProduct) => (product ? `Taken back: ${product}` : 'Taken back'),
  take_back_reversal: ({ product }: OfProduct) => (product ? `Given back: ${product}` : 'Given back'),
  otherEntry: ({ product }: OfProduct) => product || 'Correction',
  by: ({ actor }: { actor: string }) => `by ${actor}`,
};

/** What the pages about credits say. */
export const creditMessages = catalog({ en });

/** What happened in an entry of the history: `Bought Starter`. */
export function entryText(entry: { type: string; product: string }, locale: string): string {
  const text = creditMessages(locale);
  const { product } = entry;
  const sentences: Record<string, string> = {
    purchase: text.purchase({ product }),
    spend: text.spend({ product }),
    expiration: text.expiration,
    plan_allocation: text.plan_allocation({ product }),
    plan_expiration: text.plan_expiration,
    adjustment: text.adjustment,
    spend_reversal: text.spend_reversal({ product }),
    take_back: text.take_back({ product }),
    take_back_reversal: text.take_back_reversal({ product }),
  };
  return sentences[entry.type] ?? text.otherEntry({ product });
}
