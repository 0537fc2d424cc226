import { describe, expect, test } from 'vitest';
import { gatewaySettings, KEY, LIVE_KEY } from '../../../test/support/gateway-settings.ts';
import { newId } from '../../platform/ids.ts';

const OTHER_KEY = 'rk_test_51Recognisable0000000000000002';

const settings = gatewaySettings();
const { connect, connection, page, rows, told } = settings;

describe('the connected gateway', () => {
  test('S3 what it is used for is chosen when connecting, and changed later', async () => {
    await settings.administrator.fill(`${page()}/stripe/connect`, { 'setting-apiKey': KEY, forInvoices: 'on' });
    expect(await connection()).toMatchObject({ forPackages: false, forInvoices: true });
    const uses = (fields: Record<string, string>) => settings.administrator.post(`${page()}/uses`, fields);
    const { id } = (await connection())!;
    expect(await told(await uses({ connectionId: id, forPackages: 'on' }))).toContain('Saved.');
    expect(await connection()).toMatchObject({ forPackages: true, forInvoices: false });
    expect(await told(await uses({ connectionId: id }))).toContain('Nobody can pay by card now.');
    expect(await connection()).toMatchObject({ forPackages: false, forInvoices: false });
    await uses({ connectionId: newId(new Date()), forPackages: 'on' });
    expect(await connection()).toMatchObject({ forPackages: false });
    expect((await settings.administrator.get(`${page()}/uses`)).headers.get('location')).toBe(page());
  });

  test('S3 Check now asks again, keeps what it found, and shows it until it is mended', async () => {
    await connect();
    const check = async () =>
      settings.administrator.post(`${page()}/check`, { connectionId: (await connection())!.id });
    settings.shop.core.clock.advance(60 * 60_000);
    settings.stripe.instead = (path) =>
      path.endsWith('/account')
        ? { status: 200, body: { id: 'acct_1', object: 'account', charges_enabled: false } }
        : undefined;
    expect(await told(await check())).toContain('The check found something wrong.');
    expect(await connection()).toMatchObject({ problems: ['charges-disabled'], checkedAt: settings.shop.core.now() });
    const text = await settings.administrator.read(page());
    expect(text).toContain('11:00, 1 problem');
    expect(text).toContain('The account may not take payments yet.');
    settings.stripe.instead = () => ({ status: 500, body: {} });
    await check();
    expect((await connection())!.problems).toEqual(['no-answer']);
    settings.stripe.instead = undefined;
    expect(await told(await check())).toContain('Stripe answers, and nothing is wrong.');
    expect((await connection())!.problems).toEqual([]);
    settings.shop.core.clock.set('2026-03-10T09:00:00Z');
  });

  test('S3 whether news of payments come is shown, and Check now asks for them again', async () => {
    await connect();
    expect(await settings.administrator.read(page())).toContain('payments are checked every minute instead');
    settings.stripe.asked = [];
    settings.stripe.instead = (path) =>
      path.endsWith('/webhook_endpoints')
        ? { status: 400, body: { error: { type: 'invalid_request_error', message: `no such place, ${KEY}` } } }
        : undefined;
    const check = async () =>
      settings.administrator.post(`${page()}/check`, { connectionId: (await connection())!.id });
    await check();
    expect(settings.stripe.asked).toContain('/v1/webhook_endpoints');
    expect(settings.shop.core.logged.find((line) => line.includes('gateway.does-not-send'))).toContain(
      'no such place, •••',
    );
    expect(await settings.administrator.read(page())).toContain('payments are checked every minute instead');
    settings.stripe.instead = undefined;
    await check();
    expect(await settings.administrator.read(page())).toContain('tells at once');
    settings.stripe.asked = [];
    await check();
    expect(settings.stripe.asked).not.toContain('/v1/webhook_endpoints');
  });

  test('S3 the key is replaced by another one of the same account only', async () => {
    await connect();
    const before = (await rows())[0].sealed_settings;
    await settings.stripe.makeKey(settings.space.organizationId, OTHER_KEY);
    const replace = (key: string) => settings.administrator.fill(`${page()}/replace-key`, { 'setting-apiKey': key });
    const refusals = {
      [OTHER_KEY]: 'This key is one of another account.',
      [LIVE_KEY]: 'This key is for real money, and the connection is for testing.',
      rk_test_51RecognisableUnknown: 'The gateway refuses this key.',
      nothing: 'this does not look like one',
    };
    for (const [key, sentence] of Object.entries(refusals)) {
      const answer = await replace(key);
      expect(answer.status, sentence).toBe(422);
      const html = await answer.text();
      expect(html).toContain(sentence);
      expect(html).not.toContain('Recognisable');
    }
    expect((await rows())[0].sealed_settings).toEqual(before);
    await settings.stripe.makeKey(settings.space.organizationId, OTHER_KEY, KEY);
    expect(await told(await replace(OTHER_KEY))).toContain('The new key is in use.');
    const [row] = await rows();
    expect(JSON.parse(settings.shop.core.secrets.open(row.sealed_settings, row.id))).toEqual({ apiKey: OTHER_KEY });
  });

  test('S3 the test gateway has no key to replace, and without a gateway there is nothing to do', async () => {
    for (const path of ['/replace-key', '/disconnect', '/check', '/uses']) {
      expect((await settings.administrator.get(page() + path)).headers.get('location'), path).toBe(page());
      const answer = await settings.administrator.post(page() + path, {
        ...(path === '/replace-key' ? {} : { connectionId: 'x' }),
      });
      expect([answer.status, answer.headers.get('location')], path).toEqual([303, page()]);
    }
    await connect({}, 'test');
    expect((await settings.administrator.get(`${page()}/replace-key`)).headers.get('location')).toBe(page());
  });

  test('S3 a gateway that this program does not know is said, and can be parted from', async () => {
    await connect();
    await settings.shop.core.db.asOwner(
      settings.space.organizationId,
      `update gateway_connections set kind = 'paypal'`,
    );
    const text = await settings.administrator.read(page());
    expect(text).toContain('does not know the gateway “paypal”');
    const { id } = (await connection())!;
    expect((await settings.administrator.post(`${page()}/check`, { connectionId: id })).status).toBe(303);
    expect(await settings.administrator.read(`${page()}/disconnect`)).toContain('Disconnect paypal?');
    await settings.administrator.fill(`${page()}/disconnect`);
    expect(await connection()).toBeUndefined();
    expect((await settings.administrator.get(page())).status).toBe(200);
  });
});
