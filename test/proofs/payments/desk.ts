import { sql } from 'kysely';
import { spendCredits } from '../../../src/features/credits/credits.ts';
import type { Dashboard } from '../../support/simulator-dashboard.ts';
import type { Random } from '../random.ts';
import type { Afterwards } from './deck.ts';
import { comesAbout } from './patience.ts';
import type { Space } from './space.ts';
import type { Tally } from './tally.ts';
import type { Visitor } from './visitor.ts';

/** Where payments are looked after: an administrator here, and somebody at the gateway's dashboard. */
export type Desk = {
  space: Space;
  administrator: Visitor;
  dashboard: Dashboard;
  tally: Tally;
  complain(what: string): void;
  /** How long somebody waits for a payment to be decided, or a bank to come round. */
  patienceMs: number;
};

/** A purchase that is paid, and its payment. */
export type Paid = {
  purchaseId: string;
  paymentId: string;
  customerId: string;
  ref: string;
  minor: bigint;
  credits: bigint;
};

/** Does to a paid purchase whatever is to happen to it. */
export async function lookAfter(desk: Desk, random: Random, paid: Paid, what: Afterwards): Promise<void> {
  desk.tally.add(`afterwards: ${what}`);
  await new Aftermath(desk, random, paid).happen(what);
}

class Aftermath {
  readonly #desk: Desk;
  readonly #random: Random;
  readonly #paid: Paid;

  constructor(desk: Desk, random: Random, paid: Paid) {
    this.#desk = desk;
    this.#random = random;
    this.#paid = paid;
  }

  async happen(what: Afterwards): Promise<void> {
    const { minor } = this.#paid;
    if (what.startsWith('spent')) await this.#spend();
    switch (what) {
      case 'nothing':
        return;
      case 'refunded here':
      case 'spent, then refunded':
        return await this.#refundHere(minor);
      case 'refunded here in part':
        return await this.#refundHere(this.#part());
      case 'refunded here in part, twice':
        await this.#refundHere(this.#part(2n));
        return await this.#refundHere(this.#part(2n));
      case 'refunded here by two at once, together too much':
        return void (await Promise.all([this.#refundHere((minor * 2n) / 3n, 0), this.#refundHere(minor / 2n, 1)]));
      case 'refunded here by one form sent twice at once':
        return await this.#sendTwice(this.#part());
      case 'refunded at the gateway':
        return await this.#there('refund', ({ refund }) =>
          refund(this.#paid.ref, this.#random.chance(0.3) ? '' : text(this.#part())),
        );
      case 'refunded here and at the gateway at once':
        return void (await Promise.all([
          this.#refundHere(this.#part(2n)),
          this.#there('refund', ({ refund }) => refund(this.#paid.ref, text(this.#part(2n)))),
        ]));
      case 'a refund fails later':
        await this.#refundHere(this.#part());
        return await this.#there('refund fails', ({ refundFails }) => refundFails(this.#paid.ref));
      case 'spent, refunded, and let go':
        await this.#refundHere(minor);
        return await this.#letGo();
      default:
        return await this.#atTheBank(what);
    }
  }

  /** What the payer's bank does. */
  async #atTheBank(what: Afterwards): Promise<void> {
    const { ref } = this.#paid;
    if (what.startsWith('asked about')) {
      await this.#there('inquiry', ({ inquiry }) => inquiry(ref));
      const decision = what === 'asked about and closed' ? 'close' : 'escalate';
      return await this.#there(decision, ({ decide }) => decide(ref, decision));
    }
    if (what === 'refunded in part, then disputed and lost') await this.#refundHere(this.#part(2n));
    const amount = what === 'disputed in part, and left open' ? text(this.#part()) : '';
    await this.#there('dispute', ({ dispute }) => dispute(ref, amount));
    if (what === 'disputed, then refunded here') return await this.#refundHere(this.#part());
    await this.#pause();
    if (what.endsWith('won')) await this.#there('dispute won', ({ decide }) => decide(ref, 'win'));
    if (what.endsWith('lost')) await this.#there('dispute lost', ({ decide }) => decide(ref, 'lose'));
  }

  /** Sometimes so long that what happened before is booked by then. */
  async #pause(): Promise<void> {
    if (this.#random.chance(0.5)) return;
    const booked = async () =>
      (await this.#read<{ n: bigint }>(sql`select reversals as n from payments where id = ${this.#paid.paymentId}`))[0]!
        .n > 0;
    await comesAbout(booked, this.#desk.patienceMs);
  }

  /** Through the administrators' pages: a form, a review, a button. Answers to what it led. */
  async #refundHere(minor: bigint, site = this.#random.int(0, 1)): Promise<void> {
    const { tally, complain } = this.#desk;
    const typed = { requestKey: this.#random.uuid(), amount: text(minor), reason: 'Moved away' };
    for (let tries = 0; tries < 5; tries++) {
      const seen = await this.#review(typed, site);
      if (seen === undefined) return tally.add('a refund here: nothing is left for it');
      const { status } = await this.#confirm({ ...typed, seen }, site);
      if (status === 503) return tally.add('too busy: a refund');
      if (status === 303) return tally.add('a refund here: taken');
      if (status === 422) return tally.add('a refund here: refused');
      // 409: something was booked between the review and the button.
      if (status !== 409) return complain(`a refund was answered ${status}`);
    }
  }

  async #sendTwice(minor: bigint): Promise<void> {
    const typed = { requestKey: this.#random.uuid(), amount: text(minor), reason: 'Pressed twice' };
    const seen = await this.#review(typed, 0);
    if (seen === undefined) return;
    await Promise.all([0, 1].map((site) => this.#confirm({ ...typed, seen }, site)));
  }

  /** What the review says will happen to the credits; nothing when it refuses. */
  async #review(typed: Record<string, string>, site: number): Promise<string | undefined> {
    const { status, text: html } = await this.#desk.administrator.get(
      `${this.#at()}/refund/review?${new URLSearchParams(typed)}`,
      site,
    );
    if (status >= 500 && status !== 503) this.#desk.complain(`a review was answered ${status}`);
    return / name="seen" value="([^"]+)"/.exec(html)?.[1];
  }

  #confirm(fields: Record<string, string>, site: number) {
    return this.#desk.administrator.post(`${this.#at()}/refund/review`, fields, site);
  }

  /** Lets go of what was spent. */
  async #letGo(): Promise<void> {
    const { administrator, tally } = this.#desk;
    const site = this.#random.int(0, 1);
    const { text: html } = await administrator.get(`${this.#at()}/waive`, site);
    const seen = / name="seen" value="([^"]+)"/.exec(html)?.[1];
    if (!seen) return;
    const { status } = await administrator.post(`${this.#at()}/waive`, { seen, reason: 'Never mind' }, site);
    if (status === 303) tally.add('a shortfall let go');
  }

  /** At the gateway's dashboard, which says no to what is not possible any more. */
  async #there(what: string, press: (dashboard: Dashboard) => Promise<void>): Promise<void> {
    const { dashboard, tally, complain } = this.#desk;
    try {
      await press(dashboard);
      tally.add(`at the gateway: ${what}`);
    } catch (error) {
      const { message } = error as Error;
      if (/ answered 4\d\d:| has no /.test(message)) tally.add('at the gateway: not possible any more');
      else complain(`at the gateway, ${what}: ${message}`);
    }
  }

  /** Uses what the customer has, up to what this purchase brought. */
  async #spend(): Promise<void> {
    const { database, organizationId } = this.#desk.space;
    const { customerId, credits } = this.#paid;
    const [row] = await this.#read<{ balance: bigint }>(
      sql`select balance_minor as balance from credit_accounts where customer_id = ${customerId}`,
    );
    const most = row && row.balance < credits ? row.balance : credits;
    if (most < 1n) return;
    const move = { organizationId, customerId, key: this.#random.uuid(), actorUserId: null, now: new Date() };
    const creditsMinor = this.#random.bigint((most + 1n) / 2n, most);
    await database
      .write(organizationId, (tx) => spendCredits(tx, { ...move, creditsMinor, product: 'Meeting room' }))
      .then(
        () => this.#desk.tally.add('credits were spent'),
        // Somebody else was faster.
        () => {},
      );
  }

  #part(share = 1n): bigint {
    const { minor } = this.#paid;
    return this.#random.bigint(1n, minor / share - 1n);
  }

  #at(): string {
    const { customerId, paymentId } = this.#paid;
    return `/l/${this.#desk.space.location.slug}/community/customers/${customerId}/payments/${paymentId}`;
  }

  async #read<T>(query: ReturnType<typeof sql>): Promise<T[]> {
    const { database, organizationId } = this.#desk.space;
    return await database.read(organizationId, async (db) => (await query.execute(db)).rows as T[]);
  }
}

/** An amount as it is typed. */
function text(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
}
