import { catalog } from '../../shared/catalog.ts';

const en = {
  transactions: 'Transactions',
  columnDate: 'Date',
  columnWhat: 'What for',
  columnMethod: 'Method',
  columnAmount: 'Amount',
  columnStatus: 'Status',
  zone: ({ location, zone }: { location: string; zone: string }) => `Times are those of ${location} (${zone}).`,
  emptyTitle: 'No payments yet',
  emptyText: 'When this customer pays for something, the payment appears here with its method and its status.',
  sell: 'Sell a package',
  older: 'Load more',
  newest: 'Back to the newest',
  methodCard: 'Card',
  methodFree: 'Free',
  methodExternal: 'Paid elsewhere',
  testMoney: 'Test',
  statusNew: 'Starting',
  statusAction: 'Waiting for the payer',
  statusProcessing: 'Being confirmed',
  statusPaid: 'Paid',
  statusFailed: 'Failed',
  statusReview: 'Needs a look',
  statusRefunded: 'Refunded',
  statusDisputed: 'Disputed',
  columnActions: 'Actions',
  refunded: ({ amount }: { amount: string }) => `${amount} refunded`,
  heldBack: ({ amount }: { amount: string }) => `${amount} held back by the bank`,
  shortfall: ({ one, credits }: { one: boolean; credits: string }) => `${credits} ${one ? 'credit' : 'credits'} short`,
  refund: 'Refund…',
  refundOf: ({ title, time }: { title: string; time: string }) => `Refund… ${title}, ${time}`,
  waive: 'Waive…',
  waiveOf: ({ title, time }: { title: string; time: string }) => `Waive… ${title}, ${time}`,
};

/** What administrators read about payments. */
export const paymentMessages = catalog({ en });
