import { catalog } from '../../shared/catalog.ts';

type Customer = { customer: string };
type OfPayment = Customer & { amount: string; title: string };

const en = {
  place: 'Locations > Settings',
  title: 'Money check',
  lead: 'What went wrong with money, or needs a decision. Every night our books are compared with those of the gateway.',
  run: 'Check now',
  running: 'Comparing…',
  nothingTitle: 'Nothing to look at',
  nothing: 'What is not as it should be appears here, with what to do about it.',
  noGateway: 'No gateway is connected, so there is nothing to compare with.',
  compared: ({ gateway, time }: { gateway: string; time: string }) => `Compared with ${gateway} at ${time}.`,
  notCompared: ({ gateway }: { gateway: string }) => `Not compared with ${gateway} yet.`,
  zone: ({ location, zone }: { location: string; zone: string }) => `Times are those of ${location} (${zone}).`,
  foundNothing: 'Compared: nothing new to look at.',
  found: ({ found }: { found: number }) =>
    found === 1 ? 'Compared: one more thing to look at.' : `Compared: ${found} more things to look at.`,
  noAnswer: ({ gateway }: { gateway: string }) =>
    `${gateway} does not answer at the moment. It was not compared; try again in a while.`,

  open: 'To look at',
  openMore: ({ shown, count }: { shown: number; count: number }) =>
    `The newest ${shown} of ${count}. The others follow when these are done.`,
  payment: 'Payment',
  customer: 'Customer',
  amount: 'Amount',
  heldBack: 'Held back',
  gateway: 'Gateway',
  reference: 'Its reference there',
  since: 'Since',
  toDo: 'What to do',
  bill: 'Put on the invoice…',
  billOf: ({ customer, title }: Customer & { title: string }) => `Put on the invoice… ${title}, ${customer}`,
  waive: 'Waive…',
  waiveOf: ({ customer, title }: Customer & { title: string }) => `Waive… ${title}, ${customer}`,
  note: 'What was done',
  noteHint: 'It is kept, with your name.',
  resolve: 'Done',
  resolveOf: ({ what }: { what: string }) => `Done: ${what}`,
  resolving: 'Saving…',
  resolved: 'Noted. It is no longer open.',
  resolvedBefore: 'This was done already.',
  errorNote: 'Write what was done.',
  errorNoteLong: ({ most }: { most: string }) => `At most ${most} characters.`,
  errorHidden: 'This holds characters that cannot be seen. Type it anew.',

  done: 'Done',
  columnWhat: 'What',
  columnAbout: 'About',
  columnSince: 'Since',
  columnDone: 'Done',
  columnNote: 'Note',
  by: ({ name }: { name: string }) => `by ${name}`,
  byItself: 'By itself',

  'late-payment': 'A payment that was given up was paid after all',
  'late-payment-what': ({ customer, amount, title }: OfPayment) =>
    `${customer} paid ${amount} for ${title} when we no longer expected it. The credits were added.`,
  'late-payment-do': ({ customer }: Customer) =>
    `Ask ${customer} whether this was meant, and refund it if they paid twice.`,
  review: 'A payment is not what was asked for',
  'review-live': 'Test money arrived where real money was asked for, or the other way round. No credits were added.',
  'review-currency': 'It was paid in another currency than asked for. No credits were added.',
  'review-amount': 'Another amount was paid than asked for. No credits were added.',
  'review-do':
    'Whoever looks after the account at the gateway compares it there, and refunds it there if it was not meant.',
  shortfall: 'Credits were spent before their money went back',
  'shortfall-what': ({ one, credits, title }: { one: boolean; credits: string; title: string }) =>
    `${credits} ${one ? 'credit' : 'credits'} of ${title} could not be taken back.`,
  'shortfall-do': ({ customer }: Customer) =>
    `Agree with ${customer} how they make up for it: put it on their invoice, or waive it.`,
  'shortfall-billed': 'What is on an invoice was paid for after all',
  'shortfall-billed-what': ({ one, credits, title }: { one: boolean; credits: string; title: string }) =>
    `${credits} ${one ? 'credit' : 'credits'} of ${title} ${one ? 'was' : 'were'} put on an invoice because the money had gone back. It has come again.`,
  'shortfall-billed-do': ({ customer }: Customer) =>
    `Take the item off the invoice of ${customer}, or credit it. This closes by itself then.`,
  dispute: 'A payment is disputed',
  'dispute-what': ({ customer, title }: Customer & { title: string }) =>
    `${customer} told their bank that they do not accept the charge for ${title}. The bank holds the money back, and what was left of the credits was taken back.`,
  'dispute-do':
    'Whoever looks after the account at the gateway answers the bank there, before its day. If we win, the credits come back by themselves.',
  'dispute-do-not-told':
    'Whoever looks after the account at the gateway answers the bank there, before its day. If we win, the credits come back by themselves. This gateway does not tell us when we lose: note it here then.',
  'dispute-won': 'Won: the money and the credits are back.',
  'dispute-lost': 'Lost: the bank keeps the money, and the credits stay taken back.',
  'gateway-failing': 'The gateway does not answer',
  'gateway-failing-what':
    'It was asked several times in a row. Nothing is lost: payments settle when it answers again.',
  'gateway-failing-refused':
    'It refused to answer several times in a row: its key may have been revoked. Nothing is lost: payments settle when it answers again.',
  'gateway-failing-do':
    'Whoever looks after the settings checks the connection at Payment gateways. This closes by itself when it answers.',
  'missing-here': 'The gateway has a payment that is not in our books',
  'missing-here-what': 'It was paid to the same account, and not through this program as far as we know.',
  'missing-here-do':
    'Whoever looks after the account at the gateway looks it up there, and refunds it there if nobody knows what it is for.',
  'missing-there': 'The gateway does not know a payment of ours',
  'missing-there-what': ({ customer, amount, title }: OfPayment) =>
    `We have ${amount} of ${customer} for ${title} as paid; the gateway does not.`,
  'missing-there-do':
    'Whoever looks after the account at the gateway looks for it there. Nothing is taken back until somebody decides.',
  differs: 'Our books and the gateway differ',
  'differs-state': 'For the one it is paid, for the other it is not.',
  'differs-amount': 'The amounts differ.',
  'differs-currency': 'The currencies differ.',
  'differs-live': 'For the one it is real money, for the other it is test money.',
  'differs-refunded': 'What was refunded differs.',
  'differs-disputed': 'What is disputed differs.',
  'differs-lost': 'For the gateway a dispute is lost.',
  'differs-do':
    'Check again in a while. If it stays, whoever looks after the account at the gateway compares the two there.',
  'refund-refused': 'A refund was not made',
  'refund-refused-what': ({ why }: { why: string }) => `${why} No money and no credits were moved.`,
  'refund-refused-do': ({ customer }: Customer) => `Refund it once more, or give ${customer} the money in another way.`,
  'granted-while-removed': 'Somebody who was removed has paid',
  'granted-while-removed-what': ({ customer, amount, title }: OfPayment) =>
    `${customer} was removed while paying ${amount} for ${title}. The credits were added and are frozen.`,
  'granted-while-removed-do': ({ customer }: Customer) => `Restore ${customer}, or refund the payment.`,
  'paid-too-much': 'More was paid than was due',
  'paid-too-much-what': ({ customer, amount, title }: OfPayment) =>
    `${customer} paid ${amount} for ${title}, of which not all was due any more.`,
  'paid-too-much-do': ({ customer }: Customer) => `Refund ${customer} what was not due.`,
};

/** What is said about money that somebody has to look at. */
export const moneyCheckMessages = catalog({ en });
