import { catalog } from '../../shared/catalog.ts';

const en = {
  invoice: ({ number }: { number: string }) => `Invoice ${number}`,
  creditNote: ({ number }: { number: string }) => `Credit note ${number}`,

  mailIssued: ({ number, amount }: Told) => `Invoice ${number}: ${amount}`,
  mailPaid: ({ number }: Told) => `Invoice ${number} is paid`,
  mailVoided: ({ number }: Told) => `Invoice ${number} is void`,
  mailCredited: ({ number, amount }: Told) => `Credit note ${number}: ${amount}`,
  mailOverdue: ({ number, amount }: Told) => `Reminder: invoice ${number}, ${amount}`,
  mailFailed: ({ number }: Told) => `The payment of invoice ${number} failed`,

  hello: ({ name }: { name: string }) => `Hello ${name},`,
  bodyIssued: ({ number, amount, day, location }: Told) =>
    `${location} has issued invoice ${number} over ${amount}. Please pay it by ${day}:`,
  bodySettled: ({ number, location }: Told) => `${location} has issued invoice ${number}. There is nothing to pay:`,
  bodyPaid: ({ number, amount }: Told) => `thank you. Invoice ${number} over ${amount} is paid:`,
  bodyVoided: ({ number, location }: Told) => `${location} has voided invoice ${number}. There is nothing to pay:`,
  bodyCredited: ({ number, amount, location }: Told) => `${location} has issued credit note ${number} over ${amount}:`,
  bodyOverdue: ({ number, amount, day }: Told) =>
    `invoice ${number} over ${amount} was due on ${day} and is not paid yet. If you have paid it already, there is nothing to do. Otherwise pay it here:`,
  bodyFailed: ({ number, amount }: Told) =>
    `the payment of ${amount} for invoice ${number} failed, and nothing was charged. Try again, or pay in another way:`,
  signed: ({ location }: { location: string }) => location,
};

type Told = { number: string; amount: string; day: string; location: string };

/** What invoices say apart from their pages: their titles, and what is mailed about them. */
export const invoicesMessages = catalog({ en });
