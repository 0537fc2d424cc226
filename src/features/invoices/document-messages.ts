import { catalog } from '../../shared/catalog.ts';

const en = {
  active: 'Active invoice',
  invoice: ({ number }: { number: string }) => `Invoice ${number}`,
  creditNote: ({ number }: { number: string }) => `Credit note ${number}`,
  against: ({ number }: { number: string }) => `of invoice ${number}`,
  stampPaid: 'Paid',
  stampVoid: 'Void',
  issuedBy: 'From',
  issuedTo: 'To',
  opened: 'Opened',
  issued: 'Issued',
  due: 'Due by',
  paid: 'Paid on',
  voided: 'Void since',
  what: 'What',
  list: 'Price',
  discount: 'Discount',
  less: ({ percent }: { percent: string }) => `${percent} %`,
  amount: 'Amount',
  days: ({ from, to }: { from: string; to: string }) => (from === to ? from : `${from} – ${to}`),
  credited: 'credited',
  net: 'Before tax',
  tax: ({ label, rate, net }: { label: string; rate: string; net: string }) => `${label} ${rate} % on ${net}`,
  total: 'Total',
  totalCredited: 'Credited',
  left: 'To pay',
  noteDue: ({ amount, day }: { amount: string; day: string }) => `Please pay ${amount} by ${day}.`,
  noteOnline: ({ url }: { url: string }) => `Pay online: ${url}`,
  notePaid: ({ day }: { day: string }) => `Paid on ${day}. Thank you.`,
  notePaidWith: ({ day, method }: { day: string; method: string }) => `Paid on ${day}: ${method}. Thank you.`,
  noteNothing: 'There is nothing to pay.',
  noteVoid: 'This invoice is void. Nothing is owed for it.',
  noteCredit: ({ number }: { number: string }) => `It takes away what stands on it from invoice ${number}.`,
};

/** What invoices and credit notes say themselves, on their page and on paper. */
export const documentMessages = catalog({ en });
