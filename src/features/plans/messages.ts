import { catalog } from '../../shared/catalog.ts';
import type { Cycle } from './plans.ts';

const en = {
  title: 'Plans',
  place: 'Community',
  lead: 'What is agreed with members and companies: credits in each cycle, and better terms for credit packages. Assign one on their page.',
  newPlan: 'New plan',
  editPlan: 'Edit plan',
  columnName: 'Plan',
  columnPrice: 'Price',
  columnCredits: 'Credits',
  columnDiscount: 'Discount on packages',
  columnInvoice: 'Packages on invoice',
  columnActions: 'Actions',
  actionsOf: ({ name }: { name: string }) => `More actions for ${name}`,
  edit: 'Edit',
  archive: 'Archive',
  emptyTitle: 'No plans yet',
  emptyText:
    'A plan gives a member or a company credits in each cycle, a discount on credit packages, and the right to pay them on an invoice. Make one, then assign it on their page.',
  yes: 'Yes',
  no: 'No',
  none: 'None',

  cycle_week: 'week',
  cycle_month: 'month',
  cycle_quarter: 'quarter',
  cycle_half_year: 'half-year',
  cycle_year: 'year',
  perCycle: ({ amount, cycle }: { amount: string; cycle: string }) => `${amount} / ${cycle}`,
  percent: ({ percent }: { percent: string }) => `${percent}\u00a0%`,
  freePerCycle: ({ count, one, cycle }: { count: string; one: boolean; cycle: string }) =>
    `${count} ${one ? 'package' : 'packages'} free / ${cycle}`,

  name: 'Name',
  nameHint: 'Shown to members in their history, such as "Resident".',
  cycle: 'Cycle',
  cycleHint:
    'Credits come at its start and go with its end. A cycle from the 31st begins on the last day of shorter months.',
  option_week: 'Week',
  option_month: 'Month',
  option_quarter: 'Quarter',
  option_half_year: 'Half-year',
  option_year: 'Year',
  price: 'Price per cycle',
  credits: 'Credits per cycle',
  creditsHint: '0 for a plan without credits.',
  creditsUnit: 'credits',
  packages: 'Credit packages',
  discount: 'Discount',
  discountHint: 'Off the price of every credit package. With 100 packages are free.',
  discountUnit: '%',
  freePackages: 'Free packages per cycle',
  freePackagesHint:
    'Only for a discount of 100 %. When they are used up, packages cost their price until the next cycle.',
  onInvoice: 'Credit packages may be paid on an invoice',
  onInvoiceHint: 'Can be decided otherwise for a single member or company.',
  autoInvoice: 'Issue the invoice by itself at the start of each cycle',
  autoInvoiceHint: 'Otherwise the team makes it ready.',
  sales: 'Cycles that have begun stay as they are. Who has this plan takes changes at their next cycle.',
  save: 'Save',
  pending: 'Saving…',
  cancel: 'Cancel',

  errorRequired: 'This is needed.',
  errorNumber: 'Write a number in digits, such as 50 or 12.5.',
  errorAmbiguous: 'It is not clear whether this is a thousand: leave out the separator, as in 1000.',
  errorNameLong: ({ most }: { most: string }) => `At most ${most} characters.`,
  errorCycle: 'Choose one of the list.',
  errorPriceDecimals: ({ currency, decimals }: { currency: string; decimals: number }) =>
    decimals === 0 ? `${currency} has no decimals.` : `${currency} has at most ${decimals} decimals.`,
  errorPriceRange: ({ most }: { most: string }) => `At most ${most}.`,
  errorCreditsDecimals: 'Credits have at most two decimals.',
  errorCreditsRange: ({ most }: { most: string }) => `At most ${most} credits.`,
  errorDiscount: 'A whole number from 0 to 100.',
  errorFreePackages: ({ most }: { most: string }) => `A whole number from 0 to ${most}.`,
  errorAlreadyMade: 'This form has been saved before. Save again to make a second plan.',

  created: ({ name }: { name: string }) => `${name} is saved. Assign it on the page of a member or company.`,
  updated: ({ name }: { name: string }) => `${name} is changed, from the next cycle of whoever has it.`,
  archived: ({ name }: { name: string }) => `${name} is archived. Who has it keeps it.`,
  restored: ({ name }: { name: string }) => `${name} is back.`,
  undo: 'Undo',
};

/** What administrators read about plans. */
export const planMessages = catalog({ en });

/** A cycle in a sentence: `month`. */
export function cycleText(cycle: Cycle, locale: string): string {
  return planMessages(locale)[`cycle_${cycle}`];
}

/** A discount in whole percent: `20 %`, `None`. */
export function discountText(percent: number, locale: string): string {
  const text = planMessages(locale);
  return percent === 0 ? text.none : text.percent({ percent: new Intl.NumberFormat(locale).format(percent) });
}
