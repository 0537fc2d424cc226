import type { Money } from '../../shared/money.ts';

/**
 * A payment as its gateway knows it: always a whole snapshot. What happened since is the difference of two snapshots,
 * computed once, by us.
 */
export type Snapshot = {
  /** The gateway's id of the payment, under which we committed it before any money moved. */
  ref: string;
  /** Other ids under which hints may name it. */
  also?: string[];
  /** open: nothing decided; action: the payer has to do something at `next`; closed: it can never be paid any more. */
  state: 'open' | 'action' | 'processing' | 'paid' | 'closed';
  money: Money;
  refunded: bigint;
  disputed: bigint;
  /** Of what is disputed, what the bank has decided against us; left out where the gateway does not tell. */
  lost?: bigint;
  /** The refunds that we asked for, by the keys they were asked by; also those that failed since. */
  ours: OwnRefund[];
  live: boolean;
  /** Where the payer goes on. */
  next?: URL;
  failure?: { code: FailureCode; text: string };
  method?: GatewayMethod;
};

/** `minor` is what counts of it in `refunded`: 0 when it failed. */
export type OwnRefund = { key: string; minor: bigint };

/** Why a payment failed, in our words; the catalog has a sentence for each. */
export type FailureCode =
  | 'declined'
  | 'insufficient-funds'
  | 'expired-card'
  | 'authentication-failed'
  | 'abandoned'
  | 'gateway-refused';

/** A card that the gateway keeps for a customer. */
export type GatewayMethod = { ref: string; brand: string; last4: string; expiresMonth: number; expiresYear: number };

/** It may have happened: only `read` may say. Never decide from it. */
export class Unknown extends Error {}

/** It certainly did not happen: this call, not an earlier one of the same key that ended in doubt. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the payer is asked to pay, and where the gateway's page sends the browser afterwards. */
export type Order = {
  /** Our own id of the payment; the gateway carries it along. */
  paymentId: string;
  money: Money;
  title: string;
  /** The gateway's id of the customer, from `customer()`. */
  customer: string;
  returnUrl: string;
  cancelUrl: string;
  /** Where hints about this payment may be sent, for gateways that are told so with each payment. */
  hintUrl: string;
  expiresAt: Date;
  locale: string;
};

/** How the payer wants to pay: on the gateway's own page, or with a saved card by its gateway id. */
export type By = { kind: 'page' } | { kind: 'saved'; methodRef: string };

/** "Look at this reference again." Never a fact. */
export type Hint = { ref: string };

/**
 * A payment gateway. Opening moves no money; money moves only on a reference that is already committed in our database;
 * in doubt, `read`. Each call may throw `Unknown` (it may have happened) or `Refused` (it did not); every `key` makes
 * the call safe to repeat. Amount rules of a currency live here, in `amount`.
 */
export interface Gateway {
  readonly kind: string;
  readonly can: { save: boolean; delayed: boolean; refund: 'full' | 'partial' | false };
  /** Whether this amount can be charged; `least` when it is under the gateway's minimum, `step` when it must be rounder. */
  amount(money: Money): { ok: true } | { ok: false; least?: Money; step?: bigint };
  /** The self-check in Locations > Settings: whose account it is, and what is wrong; `currencies` when it lists them. */
  check(): Promise<{ account: string; live: boolean; currencies?: string[]; problems: GatewayProblem[] }>;
  customer(who: { customerId: string; name: string; email?: string }, key: string): Promise<string>;
  /** Moves no money. */
  open(order: Order, by: By, key: string): Promise<Snapshot>;
  /** Charges a saved method on an opened reference. `returnUrl` is where a bank's question sends the browser back to. */
  pay(ref: string, by: By & { kind: 'saved' }, returnUrl: string, key: string): Promise<Snapshot>;
  read(ref: string): Promise<Snapshot>;
  /** Gives up: the gateway decides whether it was paid. */
  close(ref: string): Promise<Snapshot>;
  /** Gives money back. In doubt, the same call with the same key may be made again. */
  refund(ref: string, minor: bigint, key: string): Promise<Snapshot>;
  /** The cards that the gateway keeps for a customer. */
  methods(customer: string): Promise<GatewayMethod[]>;
  forget(methodRef: string): Promise<void>;
  /** What a webhook's body asks us to look at. Throws `Refused` when it is not the gateway's. */
  hints(rawBody: string, headers: Headers, secret: string): Promise<Hint[]>;
  /** Asks the gateway to send hints to `url`; answers the secret that signs them, empty when nothing does. */
  listen(url: string, key: string): Promise<{ secret: string } | { unavailable: string }>;
  /** Asks the gateway to send no more hints to `url`. Nothing happens when it sends none. */
  unlisten(url: string): Promise<void>;
  /**
   * The payments that were made, refunded or disputed between two instants, as they stand now: what was missed is found
   * here, and both sides' books are compared by it. May name a payment more than once.
   */
  recent(from: Date, to: Date): AsyncIterable<Snapshot>;
}

/** What the self-check may find wrong; the catalog has a sentence for each. */
export type GatewayProblem =
  | 'key-is-live'
  | 'key-is-test'
  | 'key-refused'
  | 'account-unreadable'
  | 'charges-disabled'
  | 'refunds-not-allowed'
  | 'currency-not-supported'
  | 'no-answer';

/** One thing an administrator types to connect a gateway. A secret is never shown again. */
export type SettingField = { name: string; label: string; hint: string; secret: boolean; pattern: RegExp };

/** A gateway that can be connected: what it is called, what it needs, and how it is made from that. One line in app.ts. */
export type GatewayOffer = {
  kind: string;
  /** Its proper name, the same in every language. */
  name: string;
  /** None for a gateway that needs no account: it makes its own settings. */
  fields: readonly SettingField[];
  can: Gateway['can'];
  /** Whether these settings move real money. */
  isLive(settings: Record<string, string>): boolean;
  make(settings: Record<string, string>): Gateway;
};
