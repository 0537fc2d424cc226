import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, httpPayer, startSimulator, type TestSimulator } from '../../../../../test/support/simulator.ts';
import type { Dashboard } from '../../../../../test/support/simulator-dashboard.ts';

describe('The dashboard of the test gateway', () => {
  let simulator: TestSimulator;
  let dashboard: Dashboard;
  let gateway: ReturnType<typeof connectTo>['gateway'];
  beforeAll(async () => {
    simulator = await startSimulator();
    ({ dashboard } = simulator);
    ({ gateway } = connectTo(simulator));
  });
  afterAll(() => simulator.close());

  const open = async (minor = 4900n) => {
    const customer = await gateway.customer({ customerId: 'c', name: 'Ann' }, randomUUID());
    const order = {
      ...{ paymentId: randomUUID(), money: { minor, currency: 'EUR' }, title: '50 credits', customer },
      ...{ returnUrl: 'https://roost.example/r', cancelUrl: 'https://roost.example/c', hintUrl: '', locale: 'en' },
      expiresAt: new Date(Date.now() + 31 * 60_000),
    };
    return await gateway.open(order, { kind: 'page' }, randomUUID());
  };
  const buy = async () => {
    const { ref, next } = await open();
    await httpPayer.pay(next!, 'approved');
    return ref;
  };
  const page = async (path: string) => (await fetch(dashboard.url + path)).text();
  const press = (ref: string, form: Record<string, string>) =>
    fetch(`${dashboard.url}/payments/${ref}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
    });

  test('an address that is not quite right leads nowhere, and neither does that of another organization', async () => {
    const cut = dashboard.url.slice(0, -1);
    const other = await startSimulator({ on: simulator.database });
    const mixed = dashboard.url.replace(/[0-9a-f]{32}$/, '') + other.dashboard.url.slice(-32);
    const wrong = `${cut}${dashboard.url.endsWith('0') ? '1' : '0'}`;
    for (const url of [cut, mixed, wrong, `${simulator.baseUrl}/dashboard/x`]) {
      const answer = await fetch(url);
      expect([answer.status, await answer.text()], url).toEqual([
        404,
        expect.stringContaining('There is no such dashboard'),
      ]);
    }
    const ref = await buy();
    expect((await fetch(`${other.dashboard.url}/payments/${ref}`)).status).toBe(404);
    await other.close();
  });

  test('needs no script and nothing inline', async () => {
    const answer = await fetch(dashboard.url);
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(await answer.text()).not.toMatch(/<script|<style| style=| on\w+=/);
  });

  test('lists every payment with its card, state, refunds and disputes, also one that nobody tried to pay', async () => {
    await open(700n);
    const ref = await buy();
    await dashboard.refund(ref, '12.50');
    await dashboard.dispute(ref);
    const list = await page('');
    expect(list).toContain('€7.00');
    expect(list).toMatch(/€49\.00.*Paid.*•••• 4242.*€12\.50 refunded.*The money is held back/s);
  });

  test('goes on to older payments', async () => {
    for (let nth = 0; nth < 26; nth++) await open();
    const [, next] = /href="([^"]*\?after=[^"]*)"/.exec(await page('')) ?? [];
    const older = await (await fetch(next!)).text();
    expect(older).toContain('Newest');
    expect((await page('?after=pi_none')).length).toBeGreaterThan(0);
  });

  test('a payment offers only what can be done to it now', async () => {
    const waiting = (await open()).ref;
    expect(await page(`/payments/${waiting}`)).not.toMatch(/value="(refund|dispute|arrives)"/);
    const ref = await buy();
    expect(await page(`/payments/${ref}`)).toMatch(/value="refund".*value="dispute"/s);
    await dashboard.refund(ref);
    await dashboard.dispute(ref).catch(() => {});
    const refunded = await page(`/payments/${ref}`);
    expect(refunded).not.toContain('value="refund"');
    expect(refunded).toContain('value="refund-fails"');
  });

  test('what cannot be done changes nothing, and the page says why', async () => {
    const ref = await buy();
    const wrong = await press(ref, { press: 'refund', amount: '50' });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toMatch(/role="alert">Not done\. The test gateway says: Refund amount \(5000\)/);
    const unclear = await press(ref, { press: 'refund', amount: '1,000' });
    expect(await unclear.text()).toMatch(/role="alert">Write an amount/);
    expect((await gateway.read(ref)).refunded).toBe(0n);
    expect(await (await press(ref, { press: 'steal' })).text()).toContain('There is no such button');
  });

  test('sixteen presses of the same button refund once', async () => {
    const ref = await buy();
    const answers = await Promise.all(Array.from({ length: 16 }, () => press(ref, { press: 'refund', amount: '' })));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect((await gateway.read(ref)).refunded).toBe(4900n);
  });

  test('what was done is told once on the next page', async () => {
    const ref = await buy();
    const answer = await press(ref, { press: 'refund', amount: '' });
    expect(await (await fetch(answer.headers.get('location')!)).text()).toMatch(/role="status">Refunded\./);
    expect(await page('?done=toString')).not.toContain('role="status"');
  });

  test('percents that are none are refused with what was typed, and no day begins', async () => {
    const send = (form: Record<string, string>) =>
      fetch(`${dashboard.url}/bad-day`, {
        method: 'POST',
        body: new URLSearchParams({ press: 'begin', seed: '1', ...form }),
        redirect: 'manual',
      });
    for (const [name, value] of [
      ['failsBefore', '101'],
      ['failsBefore', '-1'],
      ['failsBefore', 'x'],
      ['seed', ''],
    ] as const) {
      const answer = await send({ [name]: value });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toMatch(/role="alert">Write whole numbers/);
    }
    expect(await (await send({ failsBefore: '101' })).text()).toContain('value="101"');
    expect(await page('')).not.toContain('Things go wrong on purpose');
    await dashboard.faults({ losesEvents: 5 });
    expect(await page('')).toContain('Things go wrong on purpose');
    await dashboard.quiet();
    expect(await page('')).not.toContain('Things go wrong on purpose');
  });

  test('a form of a stranger cannot send the browser elsewhere', async () => {
    const ref = await buy();
    const [, event] = /action="[^"]*(\/events\/evt_\w+)"/.exec(await page(`/payments/${ref}`)) ?? [];
    const answer = await fetch(dashboard.url + event, {
      method: 'POST',
      body: new URLSearchParams({ times: '1', back: '//elsewhere.example' }),
      redirect: 'manual',
    });
    expect(answer.headers.get('location')).toBe(`${dashboard.url}/events?done=doneSent`);
  });
});
