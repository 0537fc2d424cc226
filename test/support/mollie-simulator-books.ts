import { randomBytes } from 'node:crypto';

// What Mollie knows, in memory, by the rules of its documentation. Written apart from the adapter, so that a mistake there
// is not repeated here.

export type Amount = { currency: string; value: string };

export type SimulatedPayment = {
  id: string;
  createdAt: Date;
  status: 'open' | 'pending' | 'authorized' | 'paid' | 'canceled' | 'expired' | 'failed';
  amount: Amount;
  description: string;
  methods: string[];
  metadata: unknown;
  customerId?: string;
  redirectUrl: string;
  cancelUrl?: string;
  webhookUrl?: string;
  paidAt?: Date;
  details?: { failureReason: string; failureMessage: string };
};

type RefundStatus = 'queued' | 'pending' | 'processing' | 'refunded' | 'failed' | 'canceled';
export type SimulatedRefund = {
  id: string;
  paymentId: string;
  amount: Amount;
  status: RefundStatus;
  createdAt: Date;
  metadata: unknown;
};

export type SimulatedChargeback = {
  id: string;
  paymentId: string;
  amount: Amount;
  createdAt: Date;
  reversedAt?: Date;
};

/** One account at Mollie, and what tests do to it as its owner does in the dashboard, or as banks do. */
export type MollieBooks = {
  now: () => Date;
  mode: 'test' | 'live';
  profileStatus: 'verified' | 'unverified' | 'blocked';
  /** What is switched on in the account. */
  methods: string[];
  /** Whether open payments can be canceled by us: most cannot. */
  cancelable: boolean;
  payments: Map<string, SimulatedPayment>;
  refunds: Map<string, SimulatedRefund>;
  chargebacks: Map<string, SimulatedChargeback>;
  customers: Map<string, { id: string; name: string; email?: string; metadata: unknown }>;
  /** Calls by their idempotency key, as long as they are remembered. */
  keys: Map<string, { request: string; answer?: Response }>;
  /** Told of each change that Mollie sends a hint about. */
  changed: (payment: SimulatedPayment) => Promise<void>;
};

export function openBooks(it: Pick<MollieBooks, 'now' | 'changed'>): MollieBooks {
  return {
    ...it,
    mode: 'test',
    profileStatus: 'verified',
    methods: ['ideal', 'creditcard', 'bancontact', 'banktransfer', 'paypal', 'applepay'],
    cancelable: false,
    payments: new Map(),
    refunds: new Map(),
    chargebacks: new Map(),
    customers: new Map(),
    keys: new Map(),
  };
}

export function newMollieId(prefix: 'tr' | 're' | 'chb' | 'cst'): string {
  return `${prefix}_${randomBytes(8).toString('hex')}`;
}

const DECIMALS: Record<string, number> = { JPY: 0, ISK: 0 };
const CURRENCIES =
  'AED AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS ISK JPY MXN MYR NOK NZD PHP PLN RON SEK SGD THB TWD USD ZAR'.split(
    ' ',
  );

/** Whether this is an amount as Mollie wants it: text with exactly the decimals of its currency, more than nothing. */
export function isAmount(amount: unknown): amount is Amount {
  const { currency, value } = (amount ?? {}) as Record<string, unknown>;
  if (typeof currency !== 'string' || typeof value !== 'string' || !CURRENCIES.includes(currency)) return false;
  const [, decimals = ''] = value.split('.');
  return /^\d+(\.\d+)?$/.test(value) && decimals.length === (DECIMALS[currency] ?? 2) && unitsOf(value) > 0n;
}

export function unitsOf(value: string): bigint {
  return BigInt(value.replace('.', ''));
}

export function amountOf(units: bigint, currency: string): Amount {
  const decimals = DECIMALS[currency] ?? 2;
  const digits = String(units).padStart(decimals + 1, '0');
  const value = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return { currency, value };
}

/** What was refunded of a payment: what is on its way counts only for what remains. */
export function refundedOf(books: MollieBooks, { id }: SimulatedPayment): { done: bigint; asked: bigint } {
  const all = [...books.refunds.values()].filter(({ paymentId }) => paymentId === id);
  const sum = (statuses: RefundStatus[]) =>
    all
      .filter(({ status }) => statuses.includes(status))
      .reduce((units, { amount }) => units + unitsOf(amount.value), 0n);
  return { done: sum(['refunded']), asked: sum(['queued', 'pending', 'processing', 'refunded']) };
}

/** What can still be refunded: Mollie lets 25 euros more go back than came, for the cost of sending things back. */
export function remainingOf(books: MollieBooks, payment: SimulatedPayment): bigint {
  return unitsOf(payment.amount.value) + 2500n - refundedOf(books, payment).asked;
}

export async function move(
  books: MollieBooks,
  payment: SimulatedPayment,
  status: SimulatedPayment['status'],
  details?: SimulatedPayment['details'],
): Promise<void> {
  payment.status = status;
  if (details) payment.details = details;
  if (status === 'paid') payment.paidAt = books.now();
  if (status !== 'open' && status !== 'pending') await books.changed(payment);
}

/** What happens to payments without us. */
export function dashboardOf(books: MollieBooks) {
  const paymentOf = (id: string) => books.payments.get(id)!;
  return {
    expire: (id: string) => move(books, paymentOf(id), 'expired'),
    fail: (id: string, failureReason: string) =>
      move(books, paymentOf(id), 'failed', { failureReason, failureMessage: 'The payment failed.' }),
    async chargeBack(id: string, value = paymentOf(id).amount.value): Promise<string> {
      const payment = paymentOf(id);
      const chargeback = { id: newMollieId('chb'), paymentId: id, createdAt: books.now() };
      books.chargebacks.set(chargeback.id, { ...chargeback, amount: { ...payment.amount, value } });
      await books.changed(payment);
      return chargeback.id;
    },
    async reverse(chargebackId: string): Promise<void> {
      const chargeback = books.chargebacks.get(chargebackId)!;
      chargeback.reversedAt = books.now();
      await books.changed(paymentOf(chargeback.paymentId));
    },
    /** A refund made by hand, which carries no mark of ours. */
    async refund(id: string, value: string): Promise<string> {
      const payment = paymentOf(id);
      const refund = { id: newMollieId('re'), paymentId: id, amount: { ...payment.amount, value }, metadata: null };
      books.refunds.set(refund.id, { ...refund, status: 'pending', createdAt: books.now() });
      await books.changed(payment);
      return refund.id;
    },
    /** The bank has carried out the refunds of a payment, or has not. */
    async endRefunds(id: string, status: RefundStatus): Promise<void> {
      for (const refund of books.refunds.values()) if (refund.paymentId === id) refund.status = status;
      await books.changed(paymentOf(id));
    },
    /** A paid payment that another program made with the same account. */
    foreignPayment(): string {
      const payment: SimulatedPayment = {
        ...{ id: newMollieId('tr'), createdAt: books.now(), paidAt: books.now(), status: 'paid', methods: ['ideal'] },
        ...{ amount: { currency: 'EUR', value: '12.50' }, description: 'A shirt', metadata: { order: 7 } },
        redirectUrl: 'https://shop.example/thanks',
      };
      books.payments.set(payment.id, payment);
      return payment.id;
    },
  };
}
