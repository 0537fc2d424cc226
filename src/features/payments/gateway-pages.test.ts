import { describe, expect, test } from 'vitest';
import { gatewaySettings, KEY, LIVE_KEY } from '../../../test/support/gateway-settings.ts';
import type { StripeByKey } from '../../../test/support/stripe-by-key.ts';
import { newId } from '../../platform/ids.ts';
import { createAdministrator, createUser } from '../people/people.ts';

const settings = gatewaySettings();
const { connect, connection, page, rows, signedIn, told } = settings;
const BOTH = { forPackages: 'on', forInvoices: 'on' };

describe('what there is to connect', () => {
  test('S3 the page lists every gateway with what it can do', async () => {
    const text = await settings.administrator.read(page());
    for (const name of ['Connect Stripe', 'Connect Test gateway']) expect(text).toContain(name);
    expect(text).toContain('Saved cards for the next purchase');
    expect(text).toContain('Instantly confirmed');
    expect(text).toContain('Refunds, of a whole payment or a part');
    expect(text).toContain('No real money');
  });

  test('S3 the form asks for what the gateway needs, and secrets are typed unseen', async () => {
    const html = await (await settings.administrator.get(`${page()}/stripe/connect`)).text();
    const [input = ''] = /<input[^>]*name="setting-apiKey"[^>]*>/.exec(html)!;
    for (const part of ['type="password"', 'autocomplete="off"', 'required']) expect(input).toContain(part);
    expect(input).not.toContain('value=');
    expect(html).toContain('Restricted key');
    expect(await settings.administrator.read(`${page()}/test/connect`)).not.toContain('Restricted key');
  });

  test('S3 E25 gateways are for administrators of settings only, and there are no others', async () => {
    const { organizationId, location } = settings.space;
    const deskId = await settings.shop.core.database.write(organizationId, async (tx) => {
      const email = `desk@${newId(settings.shop.core.now())}.example`;
      const userId = await createUser(tx, { organizationId, name: 'Desk', email, now: settings.shop.core.now() });
      await createAdministrator(tx, {
        organizationId,
        locationId: location.id,
        userId,
        areas: ['customers', 'billing'],
      });
      return userId;
    });
    for (const userId of [deskId, settings.space.memberId]) {
      const browser = await signedIn(userId);
      for (const path of ['', '/stripe/connect', '/replace-key', '/disconnect', '/check', '/uses']) {
        expect((await browser.get(page() + path)).status, path).toBe(404);
        expect((await browser.post(page() + path)).status, path).toBe(404);
      }
    }
    for (const kind of ['paypal', 'constructor', '__proto__', '%00'])
      expect((await settings.administrator.get(`${page()}/${kind}/connect`)).status, kind).toBe(404);
    expect(await rows()).toEqual([]);
  });
});

describe('connecting', () => {
  test('S3 UX-47 the test gateway is connected by two presses, and that no money moves is loud', async () => {
    expect(await told(await connect({}, 'test'))).toContain('Members can pay with test cards.');
    const text = await settings.administrator.read(page());
    expect(text).toContain('Test mode: no real money');
    expect(text).toContain((await connection())!.account);
    expect(text).toContain('10 Mar 2026, 10:00');
    expect(text).not.toContain('Replace the key');
  });

  test('S3 UX-47 Stripe is connected by a key that works, which is sealed', async () => {
    expect(await told(await connect())).toContain('Stripe is connected. Members can pay by card.');
    const [row] = await rows();
    expect(row).toMatchObject({ kind: 'stripe', live: false, for_packages: true, for_invoices: true, problems: [] });
    expect(row.account).toMatch(/^acct_\w+$/);
    expect(row.sealed_settings.toString('latin1')).not.toContain('Recognisable');
    expect(await settings.administrator.read(page())).toContain('Test mode: no real money');
  });

  test('S3 a key that does not work is told at the form, nothing is stored, and the key does not come back', async () => {
    const cases: [StripeByKey['instead'], string, string][] = [
      [undefined, 'rk_test_51RecognisableUnknown0000000001', 'The gateway refuses this key.'],
      [() => ({ status: 502, body: {} }), KEY, 'The gateway did not answer.'],
      [
        (path) =>
          path.endsWith('/account')
            ? { status: 200, body: { id: 'acct_1', object: 'account', charges_enabled: false } }
            : undefined,
        KEY,
        'The account may not take payments yet.',
      ],
      [
        (path) =>
          path.endsWith('/refunds')
            ? { status: 403, body: { error: { type: 'invalid_request_error', message: `${KEY} may not` } } }
            : undefined,
        KEY,
        'The key may not make refunds.',
      ],
      [
        (path) =>
          path.endsWith('/account')
            ? { status: 403, body: { error: { type: 'invalid_request_error', message: `${KEY} may not` } } }
            : undefined,
        KEY,
        'The key may not read the account.',
      ],
    ];
    for (const [instead, key, sentence] of cases) {
      settings.stripe.instead = instead;
      const answer = await connect({ 'setting-apiKey': key, forInvoices: 'on' });
      expect(answer.status, sentence).toBe(422);
      const html = await answer.text();
      expect(html).toContain(sentence);
      expect(html).not.toContain('Recognisable');
    }
    expect(await rows()).toEqual([]);
  });

  test('S3 E25 what is no key at all is not even tried', async () => {
    for (const key of [
      '',
      'pk_test_51Recognisable',
      `${KEY} ${KEY}`,
      `rk_test_${'x'.repeat(600)}`,
      '<b>Recognisable',
    ]) {
      const answer = await connect({ 'setting-apiKey': key });
      expect(answer.status, key).toBe(422);
      const html = await answer.text();
      expect(html).toContain('this does not look like one');
      expect(html).not.toContain('Recognisable');
    }
    expect((await settings.administrator.post(`${page()}/stripe/connect`, { connectionId: 'x' })).status).toBe(422);
    expect((await settings.administrator.post(`${page()}/stripe/connect`, { more: 'x' })).status).toBe(400);
    expect(settings.stripe.asked).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  test('S3 spaces around a pasted key are no part of it', async () => {
    await connect({ 'setting-apiKey': ` ${KEY}\n` });
    expect(await connection()).toMatchObject({ kind: 'stripe' });
  });

  test('S3 UX-47 a live key is shown as real money, with a warning on a machine that only we can reach', async () => {
    const form = await settings.administrator.read(`${page()}/stripe/connect`);
    expect(form).toContain('Use a test key here, not a live one.');
    await connect({ 'setting-apiKey': LIVE_KEY });
    expect(await connection()).toMatchObject({ live: true });
    const text = await settings.administrator.read(page());
    expect(text).toContain('Live: real money');
    expect(text).toContain('Real money on a computer of your own?');
    expect(text).not.toContain('Test mode');
  });

  test('S3 E1 pressing twice connects once, and Back to the form of an ended connection makes a new one', async () => {
    const id = newId(settings.shop.core.now());
    const fields = { ...BOTH, connectionId: id, 'setting-apiKey': KEY };
    const presses = [1, 2, 3].map(() => settings.administrator.post(`${page()}/stripe/connect`, fields));
    for (const answer of await Promise.all(presses)) expect(answer.status).toBe(303);
    expect((await rows()).map((row) => row.id)).toEqual([id]);
    expect(await settings.administrator.read(page())).not.toContain('connected already');
    await settings.administrator.fill(`${page()}/disconnect`);
    await settings.administrator.post(`${page()}/stripe/connect`, fields);
    const ended = (await rows()).filter((row) => row.disconnected_at !== null);
    expect([ended.map((row) => row.id), (await rows()).length]).toEqual([[id], 2]);
    expect(await connection()).toBeDefined();
  });

  test('S3 one gateway at a time: another one asks to disconnect first', async () => {
    await connect({}, 'test');
    const text = await settings.administrator.read(page());
    expect(text).toContain('Test gateway is connected. To connect another gateway, disconnect it first. Stripe');
    expect(await told(await settings.administrator.get(`${page()}/stripe/connect`))).toContain('connected already');
    const answer = await settings.administrator.post(`${page()}/stripe/connect`, {
      ...BOTH,
      connectionId: newId(new Date()),
      'setting-apiKey': KEY,
    });
    expect(await told(answer)).toContain('Test gateway is connected already. Only one gateway');
    expect(await rows()).toHaveLength(1);
  });

  test('S3 two who connect at the same instant: one is connected, the other one reads why not', async () => {
    for (let round = 0; round < 3; round++) {
      const press = (kind: string) =>
        settings.administrator.post(`${page()}/${kind}/connect`, {
          ...BOTH,
          connectionId: newId(settings.shop.core.now()),
          ...(kind === 'stripe' && { 'setting-apiKey': KEY }),
        });
      const answers = await Promise.all(['stripe', 'stripe', 'test', 'test'].map(press));
      expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
      const open = (await rows()).filter((row) => row.disconnected_at === null);
      expect(open).toHaveLength(1);
      await settings.administrator.fill(`${page()}/disconnect`);
    }
  });
});
