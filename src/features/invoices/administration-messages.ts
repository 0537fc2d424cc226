import { catalog } from '../../shared/catalog.ts';

type Amount = { amount: string; name: string };
type Counted = { one: boolean; credits: string };
const count = ({ one, credits }: Counted) => `${credits} ${one ? 'credit' : 'credits'}`;

const en = {
  back: 'Invoices',
  backToInvoice: 'Back to the invoice',
  of: ({ name }: { name: string }) => `Of ${name}`,
  cancel: 'Cancel',
  pdf: 'Download PDF',

  draftOn: ({ day }: { day: string }) => `It is made ready by itself on ${day}.`,
  draftByHand: 'It collects what the customer buys on an invoice, until you make it ready for payment.',
  draftTitle: 'This is the active invoice',
  underWayTitle: 'A payment is under way',
  underWay: 'The gateway is being asked. Until it has answered, nothing about this invoice can be changed.',
  wasRefunded: ({ amount }: { amount: string }) => `${amount} of its payment was given back.`,
  wasDisputed: ({ amount }: { amount: string }) => `${amount} of its payment is held back by a bank.`,
  seePayment: 'See the payment',

  issue: 'Make ready for payment',
  issueTitle: ({ name }: { name: string }) => `Make the invoice of ${name} ready?`,
  issueWhat: ({ amount, name, day }: Amount & { day: string }) =>
    `${name} is asked to pay ${amount} by ${day}. The invoice gets its number, and what stands on it cannot be changed any more.`,
  issueFree: ({ name }: { name: string }) =>
    `There is nothing to pay on it: it gets its number and is settled at once. ${name} is told.`,
  confirmIssue: ({ amount }: { amount: string }) => `Issue the invoice over ${amount}`,
  issuing: 'Issuing…',
  issued: ({ number, name }: { number: string; name: string }) => `Invoice ${number} of ${name} is ready for payment.`,
  issueChanged: 'Something was added or removed meanwhile. Look again before you issue it.',

  remove: 'Remove',
  removeOf: ({ title }: { title: string }) => `Remove: ${title}`,
  removeTitle: ({ title }: { title: string }) => `Remove “${title}” from the invoice?`,
  removeWhat: ({ amount, name }: Amount) => `${name} does not have to pay these ${amount} then.`,
  confirmRemove: ({ amount }: { amount: string }) => `Remove ${amount}`,
  removing: 'Removing…',
  removed: ({ title }: { title: string }) => `${title} was removed from the invoice.`,

  takeBack: 'The credits that came with it',
  takeBackAsk: (it: Counted) => `${count(it)} of it ${it.one ? 'is' : 'are'} unspent.`,
  takeBackAskAll: (it: Counted) => `${count(it)} of all this ${it.one ? 'is' : 'are'} unspent.`,
  takeBackYesChosen: 'Take back what is unspent of what is credited',
  takeBackOfItem: (it: Counted) => `${count(it)} of it ${it.one ? 'is' : 'are'} unspent.`,
  takeBackYes: (it: Counted) => `Take back ${count(it)}`,
  takeBackYesDetail: 'What is spent already stays spent.',
  takeBackNo: 'Leave them',
  takeBackNoDetail: 'The customer keeps them, and owes nothing for them.',
  nothingUnspent: 'Of the credits that came with it nothing is left to take back.',
  unspentChanged: 'Credits were used or returned meanwhile. Look at the figures again.',

  external: 'Record a payment',
  externalTitle: ({ name, amount }: Amount) => `Record that ${name} has paid ${amount}`,
  externalLead: 'For money that did not come through the gateway. The invoice is paid then, and a receipt is issued.',
  externalHow: 'How it was paid',
  howBank: 'Bank transfer',
  howCash: 'Cash',
  howCheque: 'Cheque',
  howTerminal: 'Card terminal',
  howOther: 'In another way',
  externalOn: 'On which day',
  externalOnHint: ({ day }: { day: string }) => `Not before ${day}, when it was issued, and not after today.`,
  externalMemo: 'Memo',
  externalMemoHint: 'Such as the reference of the transfer. The customer sees it.',
  optional: 'optional',
  confirmExternal: ({ amount }: { amount: string }) => `Record ${amount} as paid`,
  recording: 'Recording…',
  recorded: ({ amount, name }: Amount) => `${amount} of ${name} recorded. The invoice is paid.`,
  label: ({ how, memo }: { how: string; memo: string }) => `${how}: ${memo}`,
  errorHow: 'Choose how it was paid.',
  errorDay: 'Choose a day from when it was issued until today.',
  errorMemo: ({ most }: { most: string }) => `At most ${most} characters that can be seen.`,

  charge: 'Charge the saved card',
  chargeTitle: ({ name, amount }: Amount) => `Charge ${amount} to a card of ${name}?`,
  chargeLead: ({ name }: { name: string }) => `${name} has saved these cards here. The receipt says who charged it.`,
  chargeWith: 'Card',
  confirmCharge: ({ amount }: { amount: string }) => `Charge ${amount}`,
  charging: 'Charging…',
  charged: ({ amount, name }: Amount) => `${amount} charged to ${name}. The invoice is paid.`,
  chargeAsking: 'The gateway is being asked. This page looks again by itself, and nobody is charged twice.',
  chargeNeedsPayer: ({ name }: { name: string }) =>
    `The bank wants to hear from ${name} first, so nothing was charged. ${name} can pay on their own page.`,
  chargeFailedTitle: 'That did not work',
  chargeNothing: 'Nothing was charged.',
  chooseCard: 'Choose a card.',
  noCardTitle: 'No card can be charged',
  noCard: ({ name }: { name: string }) => `${name} has saved no card here that is still good.`,
  noGateway: 'No gateway is connected that takes cards for invoices.',

  void: 'Void',
  voidTitle: ({ number, name }: { number: string; name: string }) => `Void invoice ${number} of ${name}?`,
  voidWhat: ({ amount, name }: Amount) =>
    `${name} does not have to pay these ${amount} any more. The invoice keeps its number and cannot be opened again.`,
  confirmVoid: ({ amount }: { amount: string }) => `Void the invoice over ${amount}`,
  voiding: 'Voiding…',
  voidDone: ({ number }: { number: string }) => `Invoice ${number} is void.`,

  credit: 'Write a credit note',
  creditTitle: ({ number, name }: { number: string; name: string }) => `Credit invoice ${number} of ${name}`,
  creditLead:
    'A credit note takes away what you choose, each item whole. It has a number of its own; the invoice stays as it is.',
  creditPaid: 'The invoice is paid: a credit note gives no money back. Refund its payment for that.',
  creditItems: 'What is credited',
  confirmCredit: 'Write the credit note',
  crediting: 'Writing…',
  creditDone: ({ number, amount }: { number: string; amount: string }) =>
    `Credit note ${number} over ${amount} is written.`,
  chooseItems: 'Choose at least one item.',
  creditNotes: 'Credit notes',

  history: 'What happened',
  columnWhen: 'When',
  columnStep: 'What',
  columnBy: 'Who',
  byItself: 'by itself',
  stepAdded: ({ title }: { title: string }) => `Added: ${title}`,
  stepRemoved: ({ title }: { title: string }) => `Removed: ${title}`,
  stepIssued: 'Made ready for payment',
  stepVoided: 'Voided',
  stepSettled: 'Settled: nothing was left to pay',
  stepCredited: ({ number, amount }: { number: string; amount: string }) => `Credit note ${number} over ${amount}`,
  stepPaid: ({ amount, method }: { amount: string; method: string }) => `${amount} paid: ${method}`,
  stepFailed: ({ amount, method }: { amount: string; method: string }) => `A payment of ${amount} failed: ${method}`,
  stepReview: ({ amount, method }: { amount: string; method: string }) =>
    `A payment of ${amount} has to be looked at: ${method}`,
  stepPaying: ({ amount, method }: { amount: string; method: string }) =>
    `A payment of ${amount} is under way: ${method}`,
  methodCard: 'card',

  goneIssued: 'It was made ready for payment meanwhile. Look at it as it is now.',
  goneDraft: 'It is not ready for payment.',
  gonePaid: 'It was paid meanwhile. Look at it as it is now.',
  goneVoid: 'It was voided meanwhile.',
  goneNote: 'This is a credit note.',
  goneEmpty: 'There is nothing on it.',
  goneUnderWay: 'A payment of it is under way. Wait until the gateway has answered.',
  goneDue: ({ amount }: { amount: string }) => `What is to be paid has changed: it is ${amount} now. Look again.`,
  goneCard: 'This card cannot be charged any more. Choose another one.',
  goneCredited: 'A credit note took something off it. Credit the rest in place of voiding it.',
  goneItems: 'Some of it was credited meanwhile. Look at what is left.',
  goneKey: 'This page was used before. Look at the invoice as it is now.',
};

/** What administrators read about an invoice. */
export const administrationMessages = catalog({ en });
