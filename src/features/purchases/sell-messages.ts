import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };

const en = {
  title: ({ name }: Named) => `Sell a package to ${name}`,
  lead: 'For money taken elsewhere, or on the invoice. Cards are for customers themselves to use.',
  backToPayments: ({ name }: Named) => `Payments of ${name}`,
  backToCheck: 'Money check',
  package: 'Package',
  credits: ({ one, credits }: { one: boolean; credits: string }) => `${credits} ${one ? 'credit' : 'credits'}`,
  free: 'Free',
  discounted: ({ percent, price }: { percent: string; price: string }) =>
    `${price} without the discount of ${percent} %`,
  how: 'Paid by',
  external: 'Money taken elsewhere',
  externalDetail: 'In cash, by bank transfer, at the desk. Paid at once, with a receipt.',
  invoice: 'Invoice',
  label: 'How it was paid',
  labelHint: 'Stands on the receipt, such as “Bank transfer, 3 March”. Not for the invoice, or for what is free.',
  memo: 'Note',
  memoMark: 'optional',
  memoHint: 'Kept with the payment. The customer does not see it.',
  review: 'Review',
  reviewing: 'Looking…',
  cancel: 'Cancel',
  change: 'Change',

  reviewTitle: ({ credits, name }: { credits: string; name: string }) => `Sell ${credits} to ${name}?`,
  customer: 'Customer',
  paidBy: 'Paid by',
  externalAs: ({ label }: { label: string }) => `${label}, paid already`,
  price: 'Price',
  discount: ({ percent }: { percent: string }) => `Discount of ${percent} %`,
  tax: ({ label }: { label: string }) => `Including ${label}`,
  total: 'Total',
  balance: 'Balance',
  note: 'Note',
  whoTells: ({ name }: Named) => `${name} is told, and the history says that you did it.`,
  confirmFor: ({ credits, name, total }: { credits: string; name: string; total: string }) =>
    `Sell ${credits} to ${name} for ${total}`,
  confirmFree: ({ credits, name }: { credits: string; name: string }) => `Give ${credits} to ${name} free`,
  selling: 'Selling…',
  done: ({ credits, name, balance }: { credits: string; name: string; balance: string }) =>
    `${credits} added to ${name}. New balance ${balance}.`,

  noPackagesTitle: 'Nothing is on sale',
  noPackages: 'Make a package first, then it can be sold here.',
  toPackages: 'Credit packages',
  noMemberTitle: ({ name }: Named) => `${name} is no member`,
  noMember: 'Only members have credits sold to them. Make them a member first.',
  changedTitle: 'Look again before you sell',
  priceChanged: 'The price has changed since you looked.',
  errorPackage: 'Choose a package that is on sale.',
  errorMethod: 'Choose how it is paid.',
  errorLabel: 'Say how it was paid.',
  errorLong: ({ most }: { most: string }) => `At most ${most} characters.`,
  errorHidden: 'It holds a character that nobody can see.',
  errorFree: 'The free packages of this cycle are used up.',
  errorInvoice: 'The plan does not allow paying on the invoice any more.',
  errorReused: 'This form was used for another sale already. Look again, then sell.',
};

/** What administrators read who sell a package to a customer. */
export const sellMessages = catalog({ en });
