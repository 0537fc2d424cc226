import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };
type Counted = { one: boolean; credits: string };
type Money = { amount: string };

const of = ({ one, credits }: Counted) => `${credits} ${one ? 'credit' : 'credits'}`;
const are = ({ one, credits }: Counted) => `${of({ one, credits })} ${one ? 'is' : 'are'}`;

const en = {
  backToPayments: ({ name }: Named) => `Payments of ${name}`,
  backToCheck: 'Money check',
  backToPayment: 'The payment',
  customer: 'Paid by',
  paid: 'Paid',
  paidAt: 'On',
  startedAt: 'Begun',
  status: 'Status',
  note: 'Note',
  method: 'With',
  methodCard: 'Card',
  methodFree: 'Free',
  methodExternal: 'Paid elsewhere',
  statusOpen: 'Not decided yet',
  statusPaid: 'Paid',
  statusFailed: 'Failed',
  statusReview: 'Needs a look: no credits were added',
  refunded: 'Refunded so far',
  onItsWay: 'On its way back',
  heldBack: 'Held back by the bank',
  lost: 'Lost in a dispute',
  left: 'Left of it',
  zone: ({ location, zone }: { location: string; zone: string }) => `Times are those of ${location} (${zone}).`,

  credits: 'Its credits',
  bought: 'Bought',
  stillThere: 'Still there',
  held: 'Set aside',
  spent: 'Spent',
  expired: 'Expired',
  takenBack: 'Taken back',
  shortfall: 'Shortfall',
  waived: 'Of it waived',
  billed: 'Of it on an invoice',

  wentBack: 'What went back',
  columnDate: 'Date',
  columnWhat: 'What',
  columnBy: 'By, and why',
  columnAmount: 'Amount',
  lineRefund: 'Refunded',
  lineRefundFailed: 'A refund did not arrive',
  lineDispute: 'Held back by the bank',
  lineDisputeEnded: 'No longer held back',
  byAt: ({ name, reason }: Named & { reason: string }) => `${name}: ${reason}`,
  atGateway: 'In the dashboard of the gateway',
  atBank: 'The bank of the card',

  asking: 'We are asking the bank',
  askingWhat: ({ amount }: Money) =>
    `It is not known yet whether ${amount} went back. Nothing is refunded twice; this page looks again by itself.`,
  owed: (it: Counted) => `${of(it)} stay${it.one ? 's' : ''} a shortfall`,
  owedWhat: 'They were spent, had expired or were set aside when the money went back.',
  disputeLost: 'The dispute about this payment is lost',
  disputeLostWhat: 'The bank keeps the money, and the credits stay taken back.',
  disputed: 'The bank holds this payment back',
  disputedWhat:
    'The payer does not accept the charge. How it stands, and what to answer, is in the dashboard of the gateway. What is held back cannot be refunded.',
  refund: 'Refund…',
  waive: 'Waive…',
  bill: 'Put on the invoice…',

  refundTitle: ({ name }: Named) => `Refund a payment of ${name}`,
  refundToCard: 'The money goes back to the card it came from.',
  refundByHand: 'Give the money back yourselves, and note it here.',
  refundTakesCredits: ({ lead }: { lead: string }) => `${lead} Credits are taken back in proportion.`,
  amount: 'How much',
  amountHint: ({ amount }: Money) => `At most ${amount}.`,
  wholeOnly: ({ amount }: Money) => `This gateway gives back whole payments only: ${amount}.`,
  reason: 'Reason',
  reasonHint: 'Only the team reads it.',
  review: 'Review',
  reviewing: 'Looking…',
  cancel: 'Cancel',
  nothingTitle: 'This payment cannot be refunded here',
  'not-paid': 'Nothing was paid.',
  'nothing-left': 'All of it has gone back.',
  'on-its-way': 'The rest of it is on its way back.',
  disputedNow: 'The bank holds the money back, so it is not ours to give.',
  'no-gateway':
    'The key of the gateway it was paid with was deleted. Refund it in the dashboard of the gateway, and deduct the credits by hand.',
  'whole-only': 'This gateway gives back whole payments only, and some of this one has gone back already.',

  reviewTitle: ({ amount, name }: Money & Named) => `Refund ${amount} to ${name}?`,
  boughtStory: ({ one, credits }: Counted) => `${of({ one, credits })} ${one ? 'was' : 'were'} bought`,
  spentStory: ({ one, credits }: Counted) => `${credits} ${one ? 'is' : 'are'} spent`,
  expiredStory: ({ one, credits }: Counted) => `${credits} ${one ? 'has' : 'have'} expired`,
  heldStory: ({ one, credits }: Counted) => `${credits} ${one ? 'is' : 'are'} set aside`,
  takenStory: ({ one, credits }: Counted) => `${credits} ${one ? 'was' : 'were'} taken back before`,
  takes: (it: Counted) => `${are(it)} taken back.`,
  takesShort: ({ short, ...it }: Counted & { short: Counted }) =>
    `${are(it)} taken back, ${short.credits} ${short.one ? 'stays' : 'stay'} a shortfall.`,
  onlyShort: ({ one, credits }: Counted) =>
    `No credits are taken back, ${credits} ${one ? 'stays' : 'stay'} a shortfall.`,
  takesNothing: 'No more credits are taken back.',
  shortWhat:
    'A shortfall is noted at the payment and at Money check, until somebody waives it or puts it on an invoice.',
  goesTo: 'To',
  willBeTaken: 'Taken back',
  willBeShort: 'Stays a shortfall',
  someCredits: (it: Counted) => of(it),
  final: ({ name }: Named) => `This cannot be undone. ${name} is told of it, without the reason.`,
  confirm: ({ amount, name }: Money & Named) => `Refund ${amount} to ${name}`,
  refunding: 'Refunding…',
  change: 'Change',
  changedTitle: 'Something has changed meanwhile',
  changed: 'Nothing was refunded. Look at what would happen now before you go on.',
  changedShortfall: 'Nothing was done. Look at the shortfall as it is now before you go on.',

  done: ({ amount, name }: Money & Named) => `${amount} refunded to ${name}.`,
  doneWith: ({ told, ...it }: Money & Named & { told: string }) => `${it.amount} refunded to ${it.name}. ${told}`,
  doneTakes: (it: Counted) => `${of(it)} taken back.`,
  doneTakesShort: ({ short, ...it }: Counted & { short: Counted }) =>
    `${of(it)} taken back, ${short.credits} ${short.one ? 'stays' : 'stay'} a shortfall.`,
  doneOnlyShort: ({ one, credits }: Counted) => `${of({ one, credits })} ${one ? 'stays' : 'stay'} a shortfall.`,
  doneAsking: ({ amount }: Money) => `We are asking the bank about ${amount}. Nothing is refunded twice.`,
  refused: ({ why }: { why: string }) => `${why} Nothing was refunded.`,

  waiveTitle: ({ name }: Named) => `Waive the shortfall of ${name}?`,
  waiveWhat: ({ one, credits, title }: Counted & { title: string }) =>
    `${of({ one, credits })} of ${title} ${one ? 'was' : 'were'} gone when the money went back. Waiving lets go of ${one ? 'it' : 'them'}: no credits and no money are moved, and nobody is told.`,
  waiveFinal: 'This cannot be undone.',
  confirmWaive: (it: Counted) => `Waive ${of(it)}`,
  waiving: 'Waiving…',
  waivedNow: (it: Counted) => `${of(it)} waived.`,

  billTitle: ({ name }: Named) => `Put the shortfall of ${name} on the invoice?`,
  billWhat: ({ one, credits, title, amount }: Counted & Money & { title: string }) =>
    `${of({ one, credits })} of ${title} ${one ? 'was' : 'were'} gone when the money went back. What ${one ? 'it was' : 'they were'} sold for, ${amount}, joins the active invoice.`,
  billFinal: ({ name }: Named) =>
    `${name} pays it with that invoice. As long as it is not paid it can be taken off, and is a shortfall again then.`,
  confirmBill: ({ amount }: Money) => `Put ${amount} on the invoice`,
  billing: 'Adding…',
  billedNow: ({ amount, ...it }: Counted & Money) => `${of(it)} put on the invoice: ${amount}.`,

  shortfallReason: 'Reason',
  shortfallReasonHint: 'It is kept at Money check, with your name.',

  errorAmount: 'Write how much to refund.',
  errorAmountNumber: 'Write an amount above 0, such as 12.50.',
  errorAmountAmbiguous: 'Is this a thousand or one? Write it without a comma or point for thousands.',
  errorAmountDecimals: ({ currency, decimals }: { currency: string; decimals: number }) =>
    decimals === 0 ? `${currency} has no decimals.` : `${currency} has at most ${decimals} decimals.`,
  errorTooMuch: ({ amount }: Money) => `Only ${amount} is left to refund.`,
  errorReason: 'Write why. Every refund has a reason.',
  errorShortfallReason: 'Write why.',
  errorReasonLong: ({ most }: { most: string }) => `At most ${most} characters.`,
  errorHidden: 'This holds characters that cannot be seen. Type it anew.',
  errorReused:
    'This form was sent before with something else in it, and that was done. Send it again if this is to be done too.',
  errorNot: 'This payment cannot be refunded here.',
};

/** What administrators read about a payment, its refunds and what became of its credits. */
export const refundMessages = catalog({ en });
