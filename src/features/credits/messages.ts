import { catalog } from '../../shared/catalog.ts';
import { formatCredits } from '../../shared/credits.ts';

type OfProduct = { product: string };
type Counted = { one: boolean; credits: string };

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
  credits: ({ one, credits }: Counted) => `${credits} ${one ? 'credit' : 'credits'}`,
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

  use: 'Use credits',
  adjust: 'Adjust',
  frozenTitle: 'These credits are frozen',
  frozen: ({ name }: { name: string }) =>
    `${name} is not a member at present. The credits cannot be used until that changes; their expiry goes on.`,
  frozenOwnTitle: 'Your credits are frozen',
  frozenOwn: 'They cannot be used until you are a member again. Their expiry goes on.',

  expiring: ({ one, credits, day }: Counted & { day: string }) =>
    `${credits} ${one ? 'credit expires' : 'credits expire'} ${day}`,
  held: ({ one, credits }: Counted) => `${credits} more ${one ? 'credit is' : 'credits are'} set aside`,
  heldUntil: ({ one, credits, time }: Counted & { time: string }) =>
    `${credits} more ${one ? 'credit is' : 'credits are'} set aside until ${time}`,
  heldFor: ({ one, credits, time, product }: Counted & { time: string; product: string }) =>
    `${credits} more ${one ? 'credit is' : 'credits are'} set aside for ${product} until ${time}`,
  lots: 'What the balance is made of',
  order: 'What expires soonest is used first; credits that never expire are used last.',
  lot: ({ one, credits, day }: Counted & { day: string }) => `${credits} ${one ? 'credit' : 'credits'} until ${day}`,
  lotForever: ({ one, credits }: Counted) =>
    `${credits} ${one ? 'credit' : 'credits'} that never ${one ? 'expires' : 'expire'}`,
  lotHeld: ({ lot, held }: { lot: string; held: string }) => `${lot}, ${held} of them set aside`,
  lotsMore: 'Where they came from and went',

  purchase: ({ product }: OfProduct) => (product ? `Bought ${product}` : 'Bought credits'),
  spend: ({ product }: OfProduct) => product || 'Used credits',
  expiration: 'Expired',
  plan_allocation: ({ product }: OfProduct) => product || 'Credits of the plan',
  plan_expiration: 'Expired with the plan',
  added: 'Added by the team',
  deducted: 'Deducted by the team',
  spend_reversal: ({ product }: OfProduct) => (product ? `Returned: ${product}` : 'Returned'),
  take_back: ({ product }: OfProduct) => (product ? `Taken back: ${product}` : 'Taken back'),
  take_back_reversal: ({ product }: OfProduct) => (product ? `Given back: ${product}` : 'Given back'),
  otherEntry: ({ product }: OfProduct) => product || 'Correction',
  onAccount: 'On account',
  by: ({ actor }: { actor: string }) => `by ${actor}`,
  return: 'Return…',
  returnOf: ({ what, time }: { what: string; time: string }) => `Return… ${what}, ${time}`,
  returnedOf: ({ returned, credits }: { returned: string; credits: string }) => `${returned} of ${credits} returned`,
};

/** What the pages about credits say. */
export const creditMessages = catalog({ en });

/** An amount of credits for a sentence that tells one from many. */
export function counted(creditsMinor: bigint, locale: string): Counted {
  return { one: creditsMinor === 100n, credits: formatCredits(creditsMinor, locale) };
}

/** `1 credit`, `8.5 credits`. */
export function creditsText(creditsMinor: bigint, locale: string): string {
  return creditMessages(locale).credits(counted(creditsMinor, locale));
}

/** What happened in an entry of the history: `Bought Starter`. */
export function entryText(entry: { type: string; product: string; changeMinor: bigint }, locale: string): string {
  const text = creditMessages(locale);
  const { product } = entry;
  const sentences: Record<string, string> = {
    purchase: text.purchase({ product }),
    spend: text.spend({ product }),
    expiration: text.expiration,
    plan_allocation: text.plan_allocation({ product }),
    plan_expiration: text.plan_expiration,
    adjustment: entry.changeMinor < 0n ? text.deducted : text.added,
    spend_reversal: text.spend_reversal({ product }),
    take_back: text.take_back({ product }),
    take_back_reversal: text.take_back_reversal({ product }),
  };
  return sentences[entry.type] ?? text.otherEntry({ product });
}
