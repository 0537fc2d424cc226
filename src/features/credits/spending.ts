import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import {
  checkCredits,
  checkMove,
  type Draw,
  draw,
  type Move,
  type Moved,
  type MoveRow,
  settled,
  UnknownCustomer,
} from './moving.ts';

/** A spend; with `tell` those whom it concerns hear of it. */
export type Spend = Move & { creditsMinor: bigint; tell?: boolean };

/** Spends in transactions of its own; as `spendCredits`, with the same refusals. */
export type Spending = { spend(it: Spend): Promise<Moved> };

/** Hands on what was spent, in the transaction of the spends. */
type Tell = (tx: Tx, it: { organizationId: string; entryIds: string[] }) => Promise<void>;

type Waiting = { it: Spend; resolve(moved: Moved): void; reject(error: unknown): void };
type Queue = { waiting: Waiting[]; busy: Set<string>; underWay: number; scheduled: boolean };

/** A commit carries at most so many spends; so many commits of one organization are under way at once. */
const BATCH = 100;
const AT_ONCE = 2;
const TRIES = 4;

/**
 * Group commit: spends that arrive while a commit is under way share the next one, so that a pool on which everybody
 * draws is not limited by one commit after the other. Each has its own verdict, in the order in which they arrived; a
 * customer's spends are in one commit at a time. A lone spend waits for nobody.
 */
export function createSpending(core: Core, tell?: Tell): Spending {
  const queues = new Map<string, Queue>();

  function schedule(organizationId: string, queue: Queue): void {
    if (queue.scheduled) return;
    queue.scheduled = true;
    // Whoever arrives in the same turn of the loop comes along.
    setImmediate(() => {
      queue.scheduled = false;
      while (queue.underWay < AT_ONCE && commitNext(organizationId, queue));
    });
  }

  function commitNext(organizationId: string, queue: Queue): boolean {
    const batch = takeBatch(queue);
    if (batch.length === 0) {
      if (queue.waiting.length === 0 && queue.underWay === 0) queues.delete(organizationId);
      return false;
    }
    const customers = new Set(batch.map(({ it }) => it.customerId));
    for (const customer of customers) queue.busy.add(customer);
    queue.underWay++;
    commit(core, organizationId, batch, tell)
      .catch((error) => (batch.length === 1 ? batch[0]!.reject(error) : oneByOne(core, organizationId, batch, tell)))
      .finally(() => {
        for (const customer of customers) queue.busy.delete(customer);
        queue.underWay--;
        schedule(organizationId, queue);
      });
    return true;
  }

  return {
    spend(it) {
      return new Promise((resolve, reject) => {
        checkMove(it);
        checkCredits(it.creditsMinor);
        const queue = queues.get(it.organizationId) ?? {
          waiting: [],
          busy: new Set(),
          underWay: 0,
          scheduled: false,
        };
        queues.set(it.organizationId, queue);
        queue.waiting.push({ it, resolve, reject });
        schedule(it.organizationId, queue);
      });
    },
  };
}

/** Takes what may be committed now, in order: nothing of a customer who is in a commit already, and no key twice. */
function takeBatch(queue: Queue): Waiting[] {
  const batch: Waiting[] = [];
  const left: Waiting[] = [];
  const keys = new Set<string>();
  const passedOver = new Set(queue.busy);
  for (const item of queue.waiting) {
    const { customerId, key } = item.it;
    if (batch.length === BATCH || passedOver.has(customerId) || keys.has(key)) {
      // Nobody overtakes: what comes later of the same customer waits as well.
      passedOver.add(customerId);
      left.push(item);
    } else {
      keys.add(key);
      batch.push(item);
    }
  }
  queue.waiting = left;
  return batch;
}

/** One of them cannot be written, and nobody else suffers for it: each in a commit of its own, in the same order. */
async function oneByOne(core: Core, organizationId: string, batch: Waiting[], tell: Tell | undefined): Promise<void> {
  for (const one of batch) await commit(core, organizationId, [one], tell).catch(one.reject);
}

async function commit(core: Core, organizationId: string, batch: Waiting[], tell: Tell | undefined): Promise<void> {
  const draws: Draw[] = batch.map(({ it }) => ({ ...it, type: 'spend' }));
  const rows = await retrying(() =>
    core.database.write(organizationId, async (tx) => {
      const rows = await draw(tx, organizationId, draws);
      const entryIds = rows
        .filter((row, at) => row.verdict === 'moved' && batch[at]!.it.tell)
        .map((row) => row.entry_id);
      if (entryIds.length > 0) await tell?.(tx, { organizationId, entryIds });
      return rows;
    }),
  );
  for (const [at, { resolve, reject }] of batch.entries()) {
    try {
      resolve(settled(rows[at] as MoveRow, UnknownCustomer));
    } catch (refusal) {
      reject(refusal);
    }
  }
}

/** Moves may have crossed: then once more. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const again = ['40001', '40P01'].includes((error as { code?: string }).code ?? '');
      if (!again || tries === TRIES) throw error;
    }
  }
}
