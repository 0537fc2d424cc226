import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, sendForm, startSimulator, type TestSimulator } from '../../../../test/support/simulator.ts';
import type { Snapshot } from '../gateway.ts';

describe('The pages of the test gateway', () => {
  let simulator: TestSimulator;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  let now = new Date();
  beforeAll(async () => {
    simulator = await startSimulator({ now: () => now });
    ({ gateway } = connectTo(simulator));
  });
  afterAll(() => simulator.close());

  const openPage = async (title = '50 credits'): Promise<Snapshot & { next: URL }> => {
    const customer = await gateway.customer({ customerId: 'c', name: 'Ann', email: 'a@example.com' }, randomUUID());
    const order = {
      ...{ paymentId: randomUUID(), money: { minor: 4900n, currency: 'EUR' }, title, customer, locale: 'en' },
      returnUrl: 'https://app.example/return?session={CHECKOUT_SESSION_ID}',
      cancelUrl: 'https://app.example/cancel',
      hintUrl: '',
      expiresAt: new Date(now.getTime() + 31 * 60_000),
    };
    return (await gateway.open(order, { kind: 'page' }, randomUUID())) as Snapshot & { next: URL };
  };
  const typed = { number: '4242 4242 4242 4242', expires: '12/34', cvc: '123', name: 'Ann' };

  test('say that no real money moves, what is bought and how much it costs', async () => {
    const page = await (await fetch((await openPage('5 < 6 credits')).next)).text();
    expect(page).toContain('<title>Test gateway — no real money</title>');
    expect(page).toContain('5 &lt; 6 credits');
    expect(page).toContain('Pay €49.00');
    expect(page).toContain('4000 0025 0000 3155');
    expect(page).toContain('href="https://app.example/cancel"');
  });

  test('hold nothing that a strict policy forbids, and may lead back to the shop', async () => {
    const answer = await fetch((await openPage()).next);
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self' https://app.example; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(await answer.text()).not.toMatch(/<script|<style| style=| on\w+=/);
    expect((await fetch(`${simulator.baseUrl}/styles.css`)).headers.get('content-type')).toContain('text/css');
  });

  test('a typed test card pays and leads back with the session in the address', async () => {
    const { ref, next } = await openPage();
    const answer = await sendForm(next, typed);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`https://app.example/return?session=${ref}`);
    expect(await gateway.read(ref)).toMatchObject({ state: 'paid', method: { expiresMonth: 12, expiresYear: 2034 } });
  });

  test('any other number is refused and shown nowhere: it may be a real card', async () => {
    const { ref, next } = await openPage();
    const answer = await sendForm(next, { ...typed, number: '4111111111111111' });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toMatch(/role="alert">This is not a test card/);
    expect(page).not.toContain('4111111111111111');
    expect((await gateway.read(ref)).state).toBe('action');
  });

  test.each([
    ['a month that does not exist', { expires: '13/34' }],
    ['an expiry that is past', { expires: '01/20' }],
    ['a code that is too short', { cvc: '1' }],
  ])('%s is refused in place', async (_, wrong) => {
    const { ref, next } = await openPage();
    const answer = await sendForm(next, { ...typed, ...wrong });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('aria-invalid="true"');
    expect(page).toContain('value="4242424242424242"');
    expect((await gateway.read(ref)).state).toBe('action');
  });

  test('a decline is told in place, and the next card pays on the same page', async () => {
    const { ref, next } = await openPage();
    const answer = await sendForm(next, { test: '4000000000009995' });
    expect(answer.status).toBe(402);
    expect(await answer.text()).toMatch(/role="alert">The card has insufficient funds/);
    expect((await sendForm(next, { test: '4242424242424242' })).status).toBe(303);
    expect(await gateway.read(ref)).toMatchObject({ state: 'paid', money: { minor: 4900n, currency: 'EUR' } });
  });

  test('sixteen presses of the button at once pay once', async () => {
    const { ref, next } = await openPage();
    const answers = await Promise.all(Array.from({ length: 16 }, () => sendForm(next, typed)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const { also } = await gateway.read(ref);
    const charges = await simulator.database.read(simulator.organizationId, (db) =>
      db
        .selectFrom('simulator_objects')
        .where('belongs_to', '=', also![0]!)
        .where('kind', '=', 'charge')
        .select('id')
        .execute(),
    );
    expect(charges).toHaveLength(1);
  });

  test('a paid page says so when it is opened again, and leads on', async () => {
    const { ref, next } = await openPage();
    await sendForm(next, typed);
    const page = await (await fetch(next)).text();
    expect(page).toContain('This is paid');
    expect(page).toContain(`href="https://app.example/return?session=${ref}"`);
  });

  test('a page that was left alone for too long takes no money any more', async () => {
    const { ref, next } = await openPage();
    now = new Date(now.getTime() + 32 * 60_000);
    const answer = await sendForm(next, typed);
    expect(await answer.text()).toContain('This page has expired');
    expect(await gateway.read(ref)).toMatchObject({ state: 'closed', failure: { code: 'abandoned' } });
  });

  test('the bank’s question names the amount, and an answer given twice changes nothing', async () => {
    const { ref, next } = await openPage();
    const question = new URL((await sendForm(next, { test: '4000002760003184' })).headers.get('location')!);
    expect(await (await fetch(question)).text()).toMatch(/Is it you\?.*€49\.00.*3184/s);
    const refused = await sendForm(question, { answer: 'no' });
    const back = refused.headers.get('location')!;
    expect(back).toContain(`${next}?declined=`);
    expect(await (await fetch(back)).text()).toMatch(/role="alert">The bank could not confirm/);
    await sendForm(question, { answer: 'yes' });
    expect((await gateway.read(ref)).state).toBe('action');
    expect(await (await fetch(question)).text()).toContain('This question was answered');
  });

  test('a question that another attempt has overtaken can no longer pay', async () => {
    const { ref, next } = await openPage();
    const first = new URL((await sendForm(next, { test: '4000002760003184' })).headers.get('location')!);
    const second = new URL((await sendForm(next, { test: '4000002500003155' })).headers.get('location')!);
    await sendForm(first, { answer: 'yes' });
    expect((await gateway.read(ref)).state).toBe('action');
    expect((await sendForm(second, { answer: 'yes' })).headers.get('location')).toContain('https://app.example/return');
    expect((await gateway.read(ref)).method).toMatchObject({ last4: '3155' });
  });

  test('an address that is no page of ours is told so', async () => {
    for (const path of ['/pay/cs_test_1', `/pay/cs_test_${'0'.repeat(56)}`, '/3ds/x']) {
      const answer = await fetch(`${simulator.baseUrl}${path}`);
      expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('There is no such page')]);
    }
  });
});
