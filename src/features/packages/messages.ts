import { catalog } from '../../shared/catalog.ts';
import { formatCredits } from '../../shared/credits.ts';

const en = {
  title: 'Credit packages',
  place: 'Community',
  lead: 'What members can buy on Membership > Credits, in this order.',
  newPackage: 'New package',
  editPackage: 'Edit package',
  backToList: 'Credit packages',
  columnName: 'Package',
  columnCredits: 'Credits',
  columnPrice: 'Price',
  columnPerCredit: 'Per credit',
  columnValidity: 'Valid for',
  columnState: 'State',
  columnOrder: 'Order',
  columnActions: 'Actions',
  stateOnSale: 'On sale',
  stateOffSale: 'Off sale',
  moveUpOf: ({ title }: { title: string }) => `Move up ${title}`,
  moveDownOf: ({ title }: { title: string }) => `Move down ${title}`,
  actionsOf: ({ title }: { title: string }) => `More actions for ${title}`,
  edit: 'Edit',
  remove: 'Remove',
  emptyTitle: 'No credit packages yet',
  emptyText:
    'A package is a number of credits for a price. As soon as you save one that is on sale, members find it on Membership > Credits and can buy it.',
  nobodyCanPay: 'Members see your packages, but none of them can be paid by card yet.',
  connectGateway: 'Connect a payment gateway',
  never: 'Never expires',
  days: ({ days, text }: { days: number; text: string }) => (days === 1 ? `${text} day` : `${text} days`),
  creditsTitle: ({ one, credits }: { one: boolean; credits: string }) =>
    one ? `${credits} credit` : `${credits} credits`,
  creditsUnit: 'credits',
  perCredit: ({ price }: { price: string }) => `${price} per credit`,
  saving: ({ percent }: { percent: string }) => `Save ${percent}\u00a0%`,
  free: 'Free',

  previewTitle: 'What members see',
  previewLead: 'On Membership > Credits, before tax and discounts of a plan.',
  name: 'Name',
  nameHint: 'Shown to members and on receipts, such as "Starter". Without one, the number of credits names it.',
  optional: 'optional',
  credits: 'Number of credits',
  price: 'Price',
  priceHintTaxIncluded: ({ tax }: { tax: string }) => `Includes ${tax}.`,
  priceHintTaxAdded: ({ tax }: { tax: string }) => `${tax} is added when somebody pays.`,
  validity: 'Valid for',
  validityHint: 'Counted in days from the purchase, to the end of the last day.',
  validityCustom: 'Another number of days',
  validityDays: 'Number of days',
  validityDaysHint: 'Only for "Another number of days": from 1 to 3,650.',
  onSale: 'On sale',
  onSaleHint: 'Members can buy it as soon as you save.',
  confirmFree: 'Yes, this package costs nothing',
  confirmFreeHint: 'Only needed for a price of 0.',
  sales: 'What was sold before keeps its credits, its price and its validity.',
  save: 'Save',
  pending: 'Saving…',
  cancel: 'Cancel',

  errorRequired: 'This is needed.',
  errorNumber: 'Write a number in digits, such as 50 or 12.5.',
  errorAmbiguous: 'It is not clear whether this is a thousand: leave out the separator, as in 1000.',
  errorCreditsDecimals: 'Credits have at most two decimals.',
  errorCreditsRange: ({ most }: { most: string }) => `Between 0.01 and ${most} credits.`,
  errorPriceDecimals: ({ currency, decimals }: { currency: string; decimals: number }) =>
    decimals === 0 ? `${currency} has no decimals.` : `${currency} has at most ${decimals} decimals.`,
  errorPriceRange: ({ most }: { most: string }) => `At most ${most}.`,
  errorNameLong: ({ most }: { most: number }) => `At most ${most} characters.`,
  errorDays: 'A whole number of days from 1 to 3,650.',
  errorValidity: 'Choose one of the list.',
  errorConfirmFree: 'A price of 0 gives credits away. Tick this box if that is what you want.',
  errorLeast: ({ least, total }: { least: string; total: string }) =>
    `The payment gateway charges at least ${least}; members would pay ${total}. Choose a higher price, or 0 for a free package.`,
  errorStep: ({ step, total }: { step: string; total: string }) =>
    `The payment gateway only charges multiples of ${step}; members would pay ${total}.`,
  errorNotChargeable: ({ total }: { total: string }) => `The payment gateway cannot charge ${total}.`,
  errorAlreadyMade: 'This form has been saved before. Save again to make a second package.',

  created: ({ title }: { title: string }) => `${title} is saved.`,
  createdOnSale: ({ title }: { title: string }) => `${title} is saved and on sale.`,
  updated: ({ title }: { title: string }) => `${title} is changed.`,
  removed: ({ title }: { title: string }) => `${title} is removed.`,
  restored: ({ title }: { title: string }) => `${title} is back.`,
  moved: ({ title }: { title: string }) => `${title} is moved.`,
  undo: 'Undo',
};

/** What administrators read about packages. */
export const packageMessages = catalog({ en });

/** How long bought credits last: `30 days`, `Never expires`. */
export function validityText(days: number | null, locale: string): string {
  const text = packageMessages(locale);
  return days === null ? text.never : text.days({ days, text: new Intl.NumberFormat(locale).format(days) });
}

/** What a package is called: its name, or the number of its credits. */
export function packageTitle(pkg: { name: string; creditsMinor: bigint }, locale: string): string {
  if (pkg.name !== '') return pkg.name;
  const credits = formatCredits(pkg.creditsMinor, locale);
  return packageMessages(locale).creditsTitle({ one: pkg.creditsMinor === 100n, credits });
}
