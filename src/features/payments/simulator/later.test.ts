import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, sendForm, startSimulator, type TestSimulator } from '../../../../test/support/simulator.ts';
import type { Snapshot } from '../gateway.ts';

const CARDS = {
  disputes: '4000000000000259',
  inquires: '4000000000001976',
  failsRefunds: '4000000000005126',
  delaysRefunds: '4000000000007726',
};

describe('Test cards that bring something about later', () => {
  let now = new Date();
  let simulator: TestSimulator;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  beforeAll(async () => {
    simulator = await startSimulator({ now: () => now });
    ({ gateway } = connectTo(simulator));
  });
  afterAll(() => simulator.close());

  const buy = async (card: string): Promise<string> => {
    const customer = await gateway.customer({ customerId: 'c', name: 'Ann' }, randomUUID());
    const order = {
      ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title: '50 credits', customer },
      ...{ returnUrl: 'https://roost.example/r', cancelUrl: 'https://roost.example/c', hintUrl: '', locale: 'en' },
      expiresAt: new Date(now.getTime() + 31 * 60_000),
    };
    const { ref, next } = await gateway.open(order, { kind: 'page' }, randomUUID());
    await sendForm(next!, { test: card });
    return ref;
  };
  const wait = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };
  const read = async (ref: string) => {
    const { state, refunded, disputed } = (await gateway.read(ref)) as Snapshot;
    return { state, refunded, disputed };
  };

  test('a card whose payment is disputed a little later', async () => {
    const ref = await buy(CARDS.disputes);
    expect(await read(ref)).toEqual({ state: 'paid', refunded: 0n, disputed: 0n });
    wait(6_000);
    expect(await read(ref)).toEqual({ state: 'paid', refunded: 0n, disputed: 4900n });
  });

  test('what a dispute was lost about is not disputed once more', async () => {
    const ref = await buy(CARDS.disputes);
    await simulator.dashboard.dispute(ref, '10.00');
    await simulator.dashboard.decide(ref, 'lose');
    wait(6_000);
    expect(await read(ref)).toMatchObject({ disputed: 4900n });
    await simulator.dashboard.decide(ref, 'lose');
    await expect(simulator.dashboard.dispute(ref)).rejects.toThrow('between 1 and 0');
    expect(await read(ref)).toMatchObject({ disputed: 4900n });
  });

  test('a card about which the bank asks a little later, which takes nothing', async () => {
    const ref = await buy(CARDS.inquires);
    wait(6_000);
    expect(await read(ref)).toEqual({ state: 'paid', refunded: 0n, disputed: 0n });
    expect(await (await fetch(`${simulator.dashboard.url}/payments/${ref}`)).text()).toContain('The bank asks');
  });

  test('a card whose refund fails a little later', async () => {
    const ref = await buy(CARDS.failsRefunds);
    expect(await gateway.refund(ref, 1000n, randomUUID())).toMatchObject({ refunded: 1000n });
    wait(6_000);
    expect(await read(ref)).toMatchObject({ refunded: 0n });
  });

  test('a card whose refund is under way for a while: it counts all the time', async () => {
    const ref = await buy(CARDS.delaysRefunds);
    expect(await gateway.refund(ref, 1000n, randomUUID())).toMatchObject({ refunded: 1000n });
    const state = async () => {
      const answer = await fetch(`${simulator.baseUrl}/v1/refunds?limit=1`, {
        headers: { Authorization: `Bearer ${simulator.apiKey}` },
      });
      return ((await answer.json()) as { data: { status: string }[] }).data[0]!.status;
    };
    expect(await state()).toBe('pending');
    wait(6_000);
    expect(await state()).toBe('succeeded');
    expect(await read(ref)).toMatchObject({ refunded: 1000n });
  });

  test('sixteen who look at once bring it about once, and a restart forgets nothing', async () => {
    const ref = await buy(CARDS.disputes);
    await simulator.restart();
    wait(6_000);
    const all = await Promise.all(Array.from({ length: 16 }, () => read(ref)));
    expect(new Set(all.map(({ disputed }) => disputed))).toEqual(new Set([4900n]));
    const { intentId } = await intentOf(ref);
    const disputes = await simulator.database.read(simulator.organizationId, (db) =>
      db
        .selectFrom('simulator_objects')
        .where('belongs_to', '=', intentId)
        .where('kind', '=', 'dispute')
        .select('id')
        .execute(),
    );
    expect(disputes).toHaveLength(1);
  });

  test('what was refunded in full before is not disputed any more, and nothing is stuck by it', async () => {
    const ref = await buy(CARDS.disputes);
    await simulator.dashboard.refund(ref);
    wait(6_000);
    expect(await read(ref)).toEqual({ state: 'paid', refunded: 4900n, disputed: 0n });
  });

  async function intentOf(ref: string): Promise<{ intentId: string }> {
    return { intentId: (await gateway.read(ref)).also![0]! };
  }
});
