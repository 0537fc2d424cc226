import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpPayer, startSimulator, type TestSimulator } from '../../../../test/support/simulator.ts';

type Listed = { data: { id: string; created: number }[]; has_more: boolean };

describe('Lists of the test gateway', () => {
  const begun = Math.floor(Date.now() / 1000);
  let now = new Date(begun * 1000 + 400);
  let simulator: TestSimulator;
  const ids: string[] = [];
  beforeAll(async () => {
    simulator = await startSimulator({ now: () => now });
    for (let nth = 0; nth < 12; nth++) {
      now = new Date((begun + nth) * 1000 + 400);
      ids.unshift((await ask('payment_intents', { amount: '4900', currency: 'eur' })).id);
    }
  });
  afterAll(() => simulator.close());

  const ask = async (path: string, form?: Record<string, string>) => {
    const answer = await fetch(`${simulator.baseUrl}/v1/${path}`, {
      headers: { Authorization: `Bearer ${simulator.apiKey}` },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    return await answer.json();
  };
  const list = async (query: string) => {
    const { data, has_more } = (await ask(`payment_intents?${query}`)) as Listed;
    return { ids: data.map(({ id }) => id), has_more };
  };

  test('begin with the newest, ten at a time unless asked otherwise', async () => {
    expect(await list('')).toEqual({ ids: ids.slice(0, 10), has_more: true });
    expect(await list('limit=100')).toEqual({ ids, has_more: false });
    expect((await ask('payment_intents?limit=101')).error.param).toBe('limit');
  });

  test('go on after an object, and back before one', async () => {
    expect(await list(`limit=5&starting_after=${ids[4]}`)).toEqual({ ids: ids.slice(5, 10), has_more: true });
    expect(await list(`limit=5&starting_after=${ids[9]}`)).toEqual({ ids: ids.slice(10), has_more: false });
    expect(await list(`limit=3&ending_before=${ids[5]}`)).toEqual({ ids: ids.slice(2, 5), has_more: true });
    expect((await ask('payment_intents?starting_after=pi_none')).error.code).toBe('resource_missing');
  });

  test('can be limited to when something was created, to the second', async () => {
    const nth = (number: number) => ids[11 - number]!;
    expect((await list(`created=${begun + 3}`)).ids).toEqual([nth(3)]);
    expect((await list(`created[gte]=${begun + 3}&created[lt]=${begun + 5}`)).ids).toEqual([nth(4), nth(3)]);
    expect((await list(`created[gt]=${begun + 3}&created[lte]=${begun + 5}`)).ids).toEqual([nth(5), nth(4)]);
  });

  test('have what is to be expanded in each of their objects, at most four levels deep', async () => {
    expect((await ask('payment_intents?limit=1&expand[0]=data.latest_charge')).data[0].latest_charge).toBeNull();
    expect((await ask('payment_intents?expand[0]=data.a.b.c.d')).error.message).toContain('4 levels');
  });

  test('do not have the intent of a page before a payer has tried a card there', async () => {
    now = new Date((begun + 12) * 1000 + 400);
    const session = await ask('checkout/sessions', {
      mode: 'payment',
      success_url: 'https://a.example',
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'eur',
      'line_items[0][price_data][unit_amount]': '4900',
      'line_items[0][price_data][product_data][name]': '50 credits',
    });
    expect((await list('')).ids).toEqual(ids.slice(0, 10));
    await httpPayer.pay(new URL(session.url), 'approved');
    const [first] = (await list('limit=1')).ids;
    expect(ids).not.toContain(first);
    expect((await ask(`checkout/sessions?payment_intent=${first}`)).data).toMatchObject([{ id: session.id }]);
    expect((await ask('checkout/sessions')).data).toMatchObject([{ id: session.id }]);
  });

  test('of events have only the types that were asked for', async () => {
    expect((await ask('events?types[0]=payment_intent.succeeded')).data).toHaveLength(1);
    expect((await ask('events?types[0]=charge.refunded')).data).toEqual([]);
  });
});
