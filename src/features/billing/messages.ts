import { catalog } from '../../shared/catalog.ts';

const en = {
  settingsTitle: 'Tax and billing',
  settingsLead: ({ location }: { location: string }) =>
    `What stands on the receipts of ${location}, and which tax is in its prices.`,
  billing: 'Billing details',
  billingLead:
    'They are copied onto each document when it is issued. Changing them changes nothing that was issued before.',
  tax: 'Tax',
  taxLead: 'One rate for everything that is sold. Purchases made before keep the tax that they were made with.',
  legalName: 'Name on documents',
  legalNameHint: ({ name }: { name: string }) => `${name} when left empty.`,
  address: 'Address',
  addressHint: 'As on an envelope, line by line.',
  taxId: 'Tax number',
  optional: 'optional',
  taxMode: 'Prices',
  taxModeNone: 'No tax',
  taxModeInclusive: 'Tax is in the prices',
  taxModeExclusive: 'Tax is added to the prices',
  taxRate: 'Rate',
  taxLabel: 'Name of the tax',
  taxLabelHint: 'As it stands on receipts: VAT, GST, sales tax.',
  save: 'Save',
  saving: 'Saving…',
  saved: 'Saved. Documents that are issued from now on show it.',
  tab: 'Billing details',
  mine: 'My billing details',
  mineLead: 'For receipts of what you buy for yourself.',
  company: ({ company }: { company: string }) => `Billing details of ${company}`,
  companyLead: ({ company }: { company: string }) => `For receipts of what is bought for ${company}.`,
  ofCustomerLead: ({ name }: { name: string }) => `For receipts of what is bought for ${name}.`,
  more: 'More',
  errorTooLong: ({ most }: { most: string }) => `At most ${most} characters.`,
  errorTooManyLines: ({ most }: { most: string }) => `At most ${most} lines.`,
  errorHidden: 'There are characters in it that cannot be seen. Type it anew.',
  errorRate: 'A percentage over 0 and at most 100, with at most four decimals, such as 19 or 8.875.',
  errorLabel: 'Say what the tax is called.',
  errorMode: 'Choose one of these.',
};

/** What pages about tax and billing details say. */
export const billingMessages = catalog({ en });
