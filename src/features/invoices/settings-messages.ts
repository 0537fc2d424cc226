import { catalog } from '../../shared/catalog.ts';

const en = {
  title: 'Invoicing',
  lead: ({ location }: { location: string }) => `How ${location} invoices. What was issued before stays as it is.`,
  dueDays: 'Days to pay',
  dueDaysHint: 'Counted from the day on which an invoice is made ready. 0 means on that very day.',
  daysUnit: 'days',
  reminders: 'Remind customers of what is overdue',
  remindersHint: 'On the day after the last day to pay, and once more three days later.',
  cap: 'Most that a customer may owe for credit packages',
  capHint: 'Who owes as much cannot buy more packages on an invoice. Empty means no limit.',
  optional: 'optional',
  save: 'Save',
  saving: 'Saving…',
  saved: 'Saved. Invoices that are made ready from now on follow it.',
  errorDays: ({ most }: { most: string }) => `A whole number of days from 0 to ${most}.`,
  errorCap: 'An amount, such as 500 or 500.00.',
};

/** What the settings of invoicing say. */
export const settingsMessages = catalog({ en });
