import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { randomOf } from '../random.ts';
import type { Afterwards } from './deck.ts';
import { type Desk, lookAfter, type Paid } from './desk.ts';

const LOOKS_EVERY_MS = 400;

type Case = { number: number; key: string; after: Afterwards };

/** Some clerks look after what was bought, once it is paid. */
export class Clerks {
  readonly #desk: Desk;
  readonly #seed: number;
  readonly #waiting = new Map<string, Case>();
  readonly #ready: { it: Case; paid: Paid }[] = [];
  #noMoreSince: number | undefined;

  constructor(desk: Desk, seed: number) {
    this.#desk = desk;
    this.#seed = seed;
  }

  take(it: Case): void {
    if (it.after === 'nothing') this.#desk.tally.add('afterwards: nothing');
    else this.#waiting.set(it.key, it);
  }

  /** Nothing more is bought: whatever is still undecided after a while is left to itself. */
  noMore(): void {
    this.#noMoreSince = performance.now();
  }

  async work(clerks: number): Promise<void> {
    await Promise.all([this.#watch(), ...Array.from({ length: clerks }, () => this.#clerk())]);
  }

  async #clerk(): Promise<void> {
    while (!this.#isDone() || this.#ready.length > 0) {
      const next = this.#ready.shift();
      if (!next) await pause(LOOKS_EVERY_MS / 4);
      else {
        const { it, paid } = next;
        await lookAfter(this.#desk, randomOf(this.#seed, 2_000_000 + it.number), paid, it.after).catch((error: Error) =>
          this.#desk.complain(error.stack ?? error.message),
        );
      }
    }
  }

  #isDone(): boolean {
    if (this.#noMoreSince === undefined) return false;
    return this.#waiting.size === 0 || performance.now() - this.#noMoreSince > this.#desk.patienceMs;
  }

  async #watch(): Promise<void> {
    while (!this.#isDone()) {
      for (const { key, status, ...paid } of await this.#decided()) {
        // What was refused is never written.
        const it = this.#waiting.get(key)!;
        this.#waiting.delete(key);
        if (status === 'paid' && paid.ref) this.#ready.push({ it, paid });
      }
      await pause(LOOKS_EVERY_MS);
    }
  }

  async #decided(): Promise<(Paid & { key: string; status: string })[]> {
    const { database, organizationId } = this.#desk.space;
    const keys = [...this.#waiting.keys()];
    return await database.read(organizationId, async (db) => {
      const { rows } = await sql<Paid & { key: string; status: string }>`
        select k.key, coalesce(y.status, 'none') as status, p.id as "purchaseId", y.id as "paymentId",
          p.customer_id as "customerId", y.reference as ref, y.amount_minor as minor, p.credits_minor as credits
        from unnest(${keys}::text[]) k (key)
        left join purchases p on p.request_key = k.key left join payments y on y.id = p.payment_id
        where coalesce(y.status, 'none') in ('paid', 'failed', 'none')`.execute(db);
      return rows;
    });
  }
}
