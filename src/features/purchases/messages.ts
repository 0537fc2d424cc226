import { catalog } from '../../shared/catalog.ts';
import { localTime } from '../credits/local-time.ts';
import type { Location } from '../organizations/organizations.ts';
import type { NotFree } from '../subscriptions/subscriptions.ts';

const en = {
  homeTitle: 'Home',
  hello: ({ name }: { name: string }) => `Hello, ${name}`,
  creditsTitle: 'Credits',
  creditsPlace: 'Membership',
  yourBalance: 'Your balance',
  companyBalance: ({ company }: { company: string }) => `Balance of ${company}`,
  creditsUnit: 'credits',
  wallet: 'Buying for',
  personalWallet: 'Me',
  personalWalletDetail: 'You pay, and the credits are yours.',
  companyWalletDetail: ({ company }: { company: string }) => `${company} pays, and the credits are shared.`,
  showWallet: 'Show this wallet',
  walletBalance: ({ credits }: { credits: string }) => `${credits} credits`,
  buyCredits: 'Buy credits',
  buy: ({ price }: { price: string }) => `Buy for ${price}`,
  getFree: 'Get it free',
  buyLabel: ({ action, title }: { action: string; title: string }) => `${action}: ${title}`,
  free: 'Free',
  perCredit: ({ price }: { price: string }) => `${price} per credit`,
  save: ({ percent }: { percent: string }) => `Save ${percent} %`,
  mostPopular: 'Most popular',
  validForDays: ({ days }: { days: string }) => `Valid for ${days} days`,
  neverExpires: 'Never expires',
  freeUsedUp: ({ one, count, day }: { one: boolean; count: string; day: string }) =>
    one
      ? `You have had the free package of your plan. The next one is free from ${day}; until then packages cost their price.`
      : `You have had the ${count} free packages of your plan. The next ones are free from ${day}; until then packages cost their price.`,
  freeNone: 'Your plan has no free packages, so they cost their price.',
  freeForManagers: 'Free packages of the company are for its managers.',
  managersBuyTitle: ({ company }: { company: string }) => `Credits of ${company} are bought by its managers`,
  managersBuy: 'They can let members buy too. What you buy for yourself is yours, and needs nobody.',
  managersNone: ({ company }: { company: string }) => `${company} has no manager at present. The team can help.`,
  askManager: ({ managers }: { managers: string }) => `Ask ${managers}`,
  asking: 'Asking…',
  asked: ({ managers, time }: { managers: string; time: string }) =>
    `You asked ${managers} on ${time}. You are told when you may buy.`,
  cardNotOpen: ({ company }: { company: string }) => `No card of ${company} is open to its members.`,
  cardsExpired: ({ company }: { company: string }) => `The card of ${company} that members may use has expired.`,
  companyWalletAsk: ({ company }: { company: string }) => `Bought by the managers of ${company}.`,
  notPermitted: ({ company }: { company: string }) => `The managers of ${company} do not let members pay this way.`,
  noPackagesTitle: 'Nothing on sale just now',
  noPackages: ({ place }: { place: string }) => `${place} sells no credit packages at the moment.`,
  contactTeam: 'Write to the team',
  noGatewayTitle: 'Paying by card is not set up yet',
  noGateway: ({ place }: { place: string }) =>
    `${place} has not connected a payment gateway, so these packages cannot be bought here yet.`,
  notChargeable: ({ least }: { least: string }) =>
    `Cards can be charged ${least} at the least, so this price cannot be paid by card.`,
  notChargeableNoLeast: 'This price cannot be charged to a card in this currency.',
  history: 'All transactions',
  recent: 'Recent activity',
  nothingYetTitle: 'No credits yet',
  nothingYet: 'Buy a package, and each purchase and each use of credits is listed here with the balance after it.',
  toPayTitle: ({ amount, name }: { amount: string; name: string }) => `${amount} to pay for ${name}`,
  toPay: ({ number, day }: { number: string; day: string }) => `Invoice ${number}, due by ${day}.`,
  toPayOpen: 'See the invoice',
  buyAgain: 'Buy again',
  buyAgainDetail: ({ title, price }: { title: string; price: string }) => `${title} for ${price}`,
  seePackages: 'See packages',

  sheetTitle: ({ credits }: { credits: string }) => `${credits} credits`,
  forWallet: ({ wallet }: { wallet: string }) => `For ${wallet}`,
  forMe: 'For me',
  package: 'Package',
  listPrice: 'Price',
  discount: ({ percent }: { percent: string }) => `Your discount (${percent} %)`,
  net: 'Net',
  taxLine: ({ label, rate }: { label: string; rate: string }) => `${label} ${rate} %`,
  total: 'Total',
  balanceAfter: 'Balance',
  beforeAfter: ({ before, after }: { before: string; after: string }) => `${before} → ${after}`,
  beforeAfterSpoken: ({ before, after }: { before: string; after: string }) =>
    `${before} credits now, ${after} afterwards`,
  validUntil: 'Valid until',
  payWith: 'Pay with',
  invoice: 'Invoice',
  addedToInvoice: ({ day }: { day: string }) => `Added to your invoice of ${day}. You have the credits at once.`,
  addedToNext: 'Added to your next invoice. You have the credits at once.',
  addedToInvoiceOf: ({ owner, day }: { owner: string; day: string }) =>
    `Added to the invoice of ${owner} of ${day}. The credits are there at once.`,
  addedToNextOf: ({ owner }: { owner: string }) =>
    `Added to the next invoice of ${owner}. The credits are there at once.`,
  tooMuchOnAccount: ({ limit, owed }: { limit: string; owed: string }) =>
    `At most ${limit} of packages can be on account, and ${owed} are.`,
  onAccount: 'On account',
  owed: 'Owed',
  settled: 'Paid with its invoice',
  notOwed: 'Taken off the invoice',
  invoiceNext: 'The next one',
  invoiceNamed: ({ number }: { number: string }) => `Invoice ${number}`,
  boughtAt: 'Bought',
  putOnInvoice: ({ total }: { total: string }) => `Put ${total} on the invoice`,
  byTeam: ({ name }: { name: string }) => `${name}, of the team`,
  final: 'Purchases are final and cannot be refunded automatically.',
  noTax: 'No tax is added.',
  taxIncluded: ({ tax, label }: { tax: string; label: string }) => `Includes ${tax} ${label}.`,
  taxAdded: ({ tax, label }: { tax: string; label: string }) => `Includes ${tax} ${label} on top of the price.`,
  pay: ({ total }: { total: string }) => `Pay ${total}`,
  getCreditsFree: ({ credits }: { credits: string }) => `Get ${credits} credits free`,
  paying: 'Paying…',
  backToPackages: 'Back to the packages',

  priceChanged: ({ price }: { price: string }) =>
    `The price has changed to ${price}. Please look again before you pay.`,
  notOnSaleTitle: 'This package is no longer on sale',
  notOnSale: 'It was taken off sale while you looked at it. You have not been charged.',
  methodGone: 'This way to pay is not available any more. Please choose another one.',
  notAMember: 'Only members buy credits, and this is no member now.',
  keyReused: 'This page was used for another purchase already. Please look again before you pay.',
  chooseMethod: 'Choose how to pay.',

  failedTitle: 'That did not work',
  notCharged: 'You have not been charged.',
  cancelled: 'You came back without paying.',

  addedTitle: ({ credits, balance }: { credits: string; balance: string }) =>
    `${credits} credits added. New balance ${balance}.`,
  receipt: 'See the receipt',
  boughtBefore: ({ time }: { time: string }) => `You bought this at ${time}.`,

  purchaseTitle: 'Purchase',
  waitingTitle: 'We are confirming your payment',
  waiting: 'The bank is being asked. This page looks again by itself, and nobody is charged twice.',
  actionTitle: 'Your payment is not finished',
  actionPage:
    'If you have just paid, we are confirming it and the credits will be here in a moment. If not, go on where you were, or come back later.',
  actionReturned:
    'The bank is being asked. This page looks again by itself, and nobody is charged twice. If you have not paid yet, you can still go on.',
  actionBank: 'Your bank wants to know that it is you.',
  goOn: 'Go on to pay',
  cancelPayment: 'Do not buy',
  unfinishedTitle: ({ title }: { title: string }) => `Your payment for ${title} is not finished`,
  unfinished: 'If you have just paid, we are confirming it and the credits will be here in a moment.',
  askFirstTitle: ({ title }: { title: string }) => `You have an unfinished purchase of ${title}`,
  askFirstOpen: 'If you have just paid, its credits will be here in a moment. If not, you can go on where you were.',
  askFirstAsked: 'The bank is being asked. Its credits will be here as soon as it answers.',
  askFirstOther: 'Another purchase is charged on its own.',
  continueIt: ({ title }: { title: string }) => `Continue with ${title}`,
  buyAnother: ({ title }: { title: string }) => `Buy ${title} anyway`,
  seeHowItStands: 'See how it stands',
  reviewTitle: 'The team is looking at this payment',
  review: 'Something about it was not as expected. No credits were added; the team will write to you.',
  paidTitle: ({ credits }: { credits: string }) => `${credits} credits added`,
  balanceThen: 'Balance afterwards',
  paidAt: 'Paid',
  boughtBy: 'Bought by',
  method: 'Paid with',
  methodFree: 'Free',
  number: 'Reference',
  receiptNamed: ({ number }: { number: string }) => `Receipt ${number}`,
  refundNamed: ({ number }: { number: string }) => `Receipt ${number} of what went back`,
  refundedTitle: ({ amount }: { amount: string }) => `${amount} refunded`,
  refundedText: 'It goes back to where it came from. It may take your bank some days to show it.',
  heldBackTitle: ({ amount }: { amount: string }) => `${amount} held back by your bank`,
  heldBackText: 'The bank was told that the charge is not accepted. The team will hear from it.',
  lostTitle: ({ amount }: { amount: string }) => `${amount} back with you, by your bank`,
  lostText: 'Your bank has decided that the charge is not accepted. Nothing more is to be done.',
  takenBackText: ({ one, credits }: { one: boolean; credits: string }) =>
    `${credits} ${one ? 'credit was' : 'credits were'} taken back.`,
  lineRefund: ({ time }: { time: string }) => `Refunded, ${time}`,
  lineRefundFailed: ({ time }: { time: string }) => `A refund did not arrive, ${time}`,
  lineDispute: ({ time }: { time: string }) => `Held back by your bank, ${time}`,
  lineDisputeEnded: ({ time }: { time: string }) => `No longer held back, ${time}`,
  paidInTheEnd: 'Paid in the end',
  takenBack: 'Credits taken back',
  tryAgain: 'Try again',
  handOffTitle: 'Going to the payment page',
  handOff: 'The payment provider takes over for a moment.',
  shortfallItem: ({ one, credits, title }: { one: boolean; credits: string; title: string }) =>
    `${credits} ${one ? 'credit' : 'credits'} of ${title}, used before their refund`,
};

/** What the pages about buying say. */
export const purchaseMessages = catalog({ en });

/** Why a package costs something although the plan makes packages free. */
export function notFreeText(why: NotFree, location: Location, now: Date): string {
  const text = purchaseMessages(location.locale);
  if (why.kind === 'managers-only') return text.freeForManagers;
  if (why.count === 0) return text.freeNone;
  const count = new Intl.NumberFormat(location.locale).format(why.count);
  return text.freeUsedUp({ one: why.count === 1, count, day: localTime(location).day(why.againAt, now) });
}
