import { catalog } from '../../shared/catalog.ts';

const en = {
  receipt: ({ number }: { number: string }) => `Receipt ${number}`,
  refund: ({ number }: { number: string }) => `Refund ${number}`,
  correction: ({ number }: { number: string }) => `Correction ${number}`,
  against: ({ number }: { number: string }) => `of receipt ${number}`,
  back: 'Back to the purchase',
  download: 'Download PDF',
  print: 'Print it with your browser: only the receipt is printed.',
  test: 'Test money: nothing was paid.',
  issuedBy: 'Issued by',
  issuedTo: 'Issued to',
  issued: 'Issued',
  paid: 'Paid',
  boughtBy: 'Bought by',
  method: 'Method',
  methodFree: 'Free',
  what: 'What',
  amount: 'Amount',
  list: 'Price',
  discount: 'Discount',
  less: ({ percent }: { percent: string }) => `${percent} %`,
  net: 'Before tax',
  tax: ({ label, rate }: { label: string; rate: string }) => `${label} ${rate} %`,
  taxes: 'Tax',
  total: 'Total',
  given: 'Given back',
  documents: 'Receipts',
};

/** What receipts say, on their page and on paper. */
export const receiptMessages = catalog({ en });
