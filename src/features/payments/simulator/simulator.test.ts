import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type TestSimulator } from '../../../../test/support/simulator.ts';

describe('The test gateway as Stripe', () => {
  let simulator: TestSimulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  const ask = async (path: string, form?: Record<string, string>, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${simulator.baseUrl}/v1/${path}`, {
      headers: { Authorization: `Bearer ${simulator.apiKey}`, ...headers },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  const customerWithCard = async (card = 'pm_card_visa') => {
    const customer = (await ask('customers', { name: 'Ann' })).body.id;
    return { customer, method: (await ask(`payment_methods/${card}/attach`, { customer })).body.id };
  };
  const intentOf = async (customer: string) =>
    (await ask('payment_intents', { amount: '4900', currency: 'eur', customer })).body.id;
  const confirm = (intent: string, method: string, key: string = randomUUID()) =>
    ask(
      `payment_intents/${intent}/confirm`,
      { payment_method: method, return_url: 'https://roost.example' },
      { 'Idempotency-Key': key },
    );

  test('a key that no test gateway was connected with is refused as Stripe refuses it', async () => {
    for (const key of ['', 'rk_test_other', `rk_test_sim_${randomUUID()}_${randomUUID()}`]) {
      const answer = await ask('customers', {}, { Authorization: `Bearer ${key}` });
      expect(answer).toMatchObject({ status: 401, body: { error: { type: 'invalid_request_error' } } });
    }
  });

  test('a parameter that it does not know is refused, at any depth', async () => {
    expect(await ask('customers', { nickname: 'Annie' })).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_unknown', param: 'nickname' } },
    });
    const session = { mode: 'payment', success_url: 'https://a.example', 'payment_intent_data[capture]': 'x' };
    const lines = { 'line_items[0][quantity]': '1', 'line_items[0][price_data][currency]': 'eur' };
    const rest = {
      'line_items[0][price_data][unit_amount]': '100',
      'line_items[0][price_data][product_data][name]': 'x',
    };
    expect((await ask('checkout/sessions', { ...session, ...lines, ...rest })).body.error).toMatchObject({
      code: 'parameter_unknown',
      param: 'payment_intent_data[capture]',
    });
  });

  test('what Stripe dropped in this version of its API is not known here either', async () => {
    const old = { amount: '4900', currency: 'eur', 'payment_method_types[0]': 'card' };
    expect((await ask('payment_intents', old)).body.error.code).toBe('parameter_unknown');
  });

  test('a missing parameter and a missing object are named', async () => {
    expect((await ask('payment_intents', { currency: 'eur' })).body.error).toMatchObject({
      code: 'parameter_missing',
      param: 'amount',
    });
    expect(await ask('payment_intents/pi_none')).toMatchObject({
      status: 404,
      body: { error: { code: 'resource_missing' } },
    });
    expect((await ask('unicorns')).status).toBe(404);
  });

  test('an amount that Stripe would refuse is refused (E14)', async () => {
    const intent = (amount: string, currency: string) => ask('payment_intents', { amount, currency });
    expect((await intent('49', 'eur')).body.error.code).toBe('amount_too_small');
    expect((await intent('100000000', 'eur')).body.error.code).toBe('amount_too_large');
    expect((await intent('5125', 'kwd')).status).toBe(400);
    expect((await intent('490050', 'isk')).status).toBe(400);
    expect((await intent('490000', 'isk')).status).toBe(200);
  });

  test('the same key with the same parameters gets the same answer, refusals and declines included', async () => {
    const once = await ask('customers', { name: 'Ann' }, { 'Idempotency-Key': 'one' });
    const again = await ask('customers', { name: 'Ann' }, { 'Idempotency-Key': 'one' });
    expect(again.body).toEqual(once.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const { customer, method } = await customerWithCard('pm_card_chargeCustomerFail');
    const intent = await intentOf(customer);
    const declined = await confirm(intent, method, 'two');
    expect(declined).toMatchObject({ status: 402, body: { error: { type: 'card_error', code: 'card_declined' } } });
    expect((await confirm(intent, method, 'two')).body).toEqual(declined.body);
    expect(await chargesOf(intent)).toBe(1);
  });

  test('the same key with other parameters is an idempotency error', async () => {
    await ask('customers', { name: 'Ann' }, { 'Idempotency-Key': 'three' });
    const other = await ask('customers', { name: 'Bob' }, { 'Idempotency-Key': 'three' });
    expect(other).toMatchObject({ status: 400, body: { error: { type: 'idempotency_error' } } });
  });

  test('sixteen confirms at once, each with a key of its own, charge once', async () => {
    const { customer, method } = await customerWithCard();
    const intent = await intentOf(customer);
    const answers = await Promise.all(Array.from({ length: 16 }, () => confirm(intent, method)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error?.code === 'payment_intent_unexpected_state')).toHaveLength(15);
    expect(await chargesOf(intent)).toBe(1);
  });

  test('sixteen refunds at once give back no more than was paid', async () => {
    const { customer, method } = await customerWithCard();
    const intent = await intentOf(customer);
    await confirm(intent, method);
    const refund = () =>
      ask('refunds', { payment_intent: intent, amount: '1000' }, { 'Idempotency-Key': randomUUID() });
    const answers = await Promise.all(Array.from({ length: 16 }, refund));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    const { body } = await ask(`payment_intents/${intent}?expand[0]=latest_charge&expand[1]=payment_method`);
    expect(body).toMatchObject({ latest_charge: { amount_refunded: 4000 }, payment_method: { id: method } });
  });

  test('what was there before a restart is there after it, keys included', async () => {
    const before = await ask('customers', { name: 'Ann' }, { 'Idempotency-Key': 'four' });
    await simulator.restart();
    expect((await ask(`customers/${before.body.id}`)).body).toEqual(before.body);
    expect((await ask('customers', { name: 'Ann' }, { 'Idempotency-Key': 'four' })).body).toEqual(before.body);
  });

  test('the card of one customer cannot pay for another', async () => {
    const [ann, bob] = [await customerWithCard(), await customerWithCard()];
    expect((await confirm(await intentOf(bob.customer), ann.method)).status).toBe(400);
    expect((await ask(`payment_methods?customer=${ann.customer}&type=card`)).body.data).toMatchObject([
      { id: ann.method },
    ]);
  });

  test('a card that asks until it is saved does not ask again once it is', async () => {
    const { customer, method } = await customerWithCard('pm_card_authenticationRequiredOnSetup');
    expect((await confirm(await intentOf(customer), method)).body.status).toBe('succeeded');
  });

  async function chargesOf(intent: string): Promise<number> {
    const rows = await simulator.database.read(simulator.organizationId, (db) =>
      db
        .selectFrom('simulator_objects')
        .where('belongs_to', '=', intent)
        .where('kind', '=', 'charge')
        .select('id')
        .execute(),
    );
    return rows.length;
  }
});
