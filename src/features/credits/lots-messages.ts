import { catalog } from '../../shared/catalog.ts';

type Counted = { one: boolean; credits: string };

const areThere = ({ one, credits }: Counted) => `${credits} ${one ? 'credit' : 'credits'}`;

const en = {
  title: 'Where credits came from and went',
  lead: 'Credits that came together stay together: each card is what came at once, and what became of it.',
  ofCustomer: ({ name }: { name: string }) => `Where credits of ${name} came from and went`,
  back: 'Transactions',
  allLots: 'All that came',
  open: 'To be used, in this order',
  openLead: ({ one, credits }: Counted) => `Together they are the balance: ${areThere({ one, credits })}.`,
  openLeadHeld: ({ one, credits, held }: Counted & { held: string }) =>
    `Together they are the balance: ${areThere({ one, credits })}, ${held} of them set aside.`,
  closed: 'Used up or expired',
  older: 'Load more',
  first: 'Back to the first',
  newest: 'Back to the newest',
  emptyTitle: 'No credits yet',
  empty: 'Whatever comes is listed here, with what it is used for.',

  cameBack: 'Came back after they had expired',
  replaces: 'See those that had expired',
  receipt: 'Receipt',
  payments: 'Payments',
  usedNext: 'Used next',
  usedUp: 'Used up',
  expired: 'Expired',
  takenBack: 'Taken back',
  left: ({ left, all }: { left: string; all: string }) => `${left} of ${all} left`,
  expiredUnused: ({ left, all }: { left: string; all: string }) => `${left} of ${all} expired unused`,
  came: 'Came',
  cameBy: ({ day, actor }: { day: string; actor: string }) => `${day}, by ${actor}`,
  expires: 'Expires',
  expiredOn: 'Expired',
  endOf: ({ day }: { day: string }) => `At the end of ${day}`,
  never: 'Never',
  held: 'Set aside',
  reason: 'Reason',
  cost: 'Paid for what is left',
  free: 'Nothing',
  uses: 'Uses, the latest first',
  leftAfter: ({ left }: { left: string }) => `${left} left`,
  allUses: 'All uses',
  allUsesOf: ({ lot }: { lot: string }) => `All uses: ${lot}`,

  balanceOn: 'Balance on a day',
  day: 'Day',
  show: 'Show',
  balanceOnIs: ({ day }: { day: string }) => `At the end of ${day}`,
  balanceToday: 'Today, so far',
  nothingOn: 'There were no credits.',
  frozenOn: 'The credits were frozen.',
  heldOn: ({ one, credits }: Counted) => `${areThere({ one, credits })} of them set aside`,
  errorDay: 'Write a day that is in the calendar.',
  errorFuture: 'This day is not over yet. Choose today or a day before.',
};

/** What the pages say that tell where credits came from and went. */
export const lotsMessages = catalog({ en });
