import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { type FillingBrowser, fillingBrowser } from '../../../test/support/filling.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { type StripeByKey, stripeByKey } from '../../../test/support/stripe-by-key.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { discreet, withoutSecrets } from './discretion.ts';
import { type Gateway, Refused, Unknown } from './gateway.ts';
import { forgetSecrets } from './parting.ts';
import { connectionAt } from './payments.ts';

const KEY = 'rk_test_51QmVeryRecognisableKeyOfNest0042';
const REFUSED_KEY = 'rk_test_51QmVeryRecognisableButUnknown0043';
/** Parts by which a key would be recognised; gateways quote its end, or its beginning. */
const NEEDLES = ['VeryRecognisable', 'KeyOfNest0042', 'Unknown0043', 'rk_test_51Qm'];

let shop: Shop;
let stripe: StripeByKey;
let broken: string | undefined;
let heard: string[];
const { buy, savedCard } = buyingIn(() => shop);

beforeAll(async () => {
  heard = [];
  shop = await openShop({
    connected: false,
    gateways: (core) => {
      stripe = stripeByKey(core);
      return [{ ...stripe.offer, make: (settings) => breakable(stripe.offer.make(settings), settings) }];
    },
  });
  await stripe.makeKey(shop.organizationId, KEY);
});
afterAll(() => shop.close());

/** A bug in the adapter whose error shows all it knows. */
function breakable(gateway: Gateway, settings: object): Gateway {
  return {
    ...gateway,
    open: (...given) => {
      if (broken) throw new TypeError(`${broken} with ${JSON.stringify(settings)}`, { cause: new Error(KEY) });
      return gateway.open(...given);
    },
  };
}

/** A browser all of whose answers are kept, heads too. */
async function overheard(userId: string): Promise<FillingBrowser> {
  const { http } = shop.app;
  const request = async (...given: Parameters<typeof http.request>) => {
    const answer = await http.request(...given);
    heard.push(JSON.stringify([...answer.headers]), await answer.clone().text());
    return answer;
  };
  const app = { ...shop.app, http: { request } as unknown as typeof http };
  return await fillingBrowser({ core: shop.core, app }, { organizationId: shop.organizationId, userId });
}

/** Every row of every table there is, as text; bytes as hexadecimal digits, as in a dump. */
async function dump(): Promise<string[]> {
  const ask = async (text: string) => (await shop.core.db.asOwner(shop.organizationId, text)).rows;
  const tables = await ask(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables)
    for (const { row } of await ask(`select to_jsonb(t)::text as row from ${name} t`)) found.push(`${name} ${row}`);
  return found;
}

/** A needle as it may be written: as it is, as bytes, as base64 wherever it begins. */
const spellings = NEEDLES.flatMap((needle) => [
  needle,
  Buffer.from(needle).toString('hex'),
  ...[0, 1, 2].map((offset) => {
    const letters = Buffer.from('x'.repeat(offset) + needle).toString('base64');
    return letters.slice(Math.ceil((offset * 4) / 3), -4);
  }),
]);

const showing = (texts: string[]) => texts.filter((text) => spellings.some((spelling) => text.includes(spelling)));

describe('the key of a gateway', () => {
  test('S3 is in no log, on no page, and in no table, whatever happens with it', async () => {
    const { organizationId, location } = shop;
    const page = `/l/${location.slug}/settings/payment-gateways`;
    const sheet = `/l/${location.slug}/membership/credits/packages/${shop.packages.fifty}`;
    const administrator = await overheard(shop.administratorId);
    const member = await overheard(shop.member.userId);
    const press = () => {
      const fields = { wallet: 'personal', method: 'page', seenTotalMinor: '4900' };
      return member.post(sheet, { ...fields, requestKey: newRequestKey() });
    };
    const says = (status: number, message: string) => () => ({
      status,
      body: { error: { type: 'invalid_request_error', code: 'some', message } },
    });

    // Refused at the self-check by an answer that quotes it; refused by its form; connected.
    for (const key of [REFUSED_KEY, `${KEY} `.repeat(2), KEY])
      await administrator.fill(`${page}/stripe/connect`, { 'setting-apiKey': key, forPackages: 'on' });
    const { id } = (await shop.core.database.read(organizationId, (db) => connectionAt(db, location.id)))!;
    stripe.instead = says(400, `no endpoint for ${KEY}`);
    await shop.app.startWorking();
    await administrator.post(`${page}/check`, { connectionId: id });
    await administrator.fill(`${page}/replace-key`, { 'setting-apiKey': REFUSED_KEY });

    // Bought, declined, refused, in doubt, broken.
    stripe.instead = undefined;
    await savedCard();
    const declined = await buy(shop.press());
    await shop.payOnPage(declined.nextUrl!, CARDS.declined);
    await shop.app.payments.settle(organizationId, declined.paymentId!, { giveUp: true });
    for (const message of [
      `Expired API Key provided: ${KEY}`,
      `Invalid API Key provided: rk_test_***${KEY.slice(-13)}`,
    ]) {
      stripe.instead = says(401, message);
      await press();
      await shop.app.payments.sweep();
    }
    stripe.instead = undefined;
    broken = 'cannot open';
    expect((await press()).status).toBe(500);
    broken = undefined;
    const waiting = await buy(shop.press());
    stripe.instead = says(500, KEY);
    await shop.app.payments.settle(organizationId, waiting.paymentId!);
    stripe.instead = undefined;
    for (const path of [
      page,
      `${page}/disconnect`,
      `/l/${location.slug}/community/customers/${shop.member.customerId}/payments`,
    ])
      await administrator.get(path);
    await administrator.fill(`${page}/disconnect`);

    const logged = shop.core.logged;
    for (const event of ['gateway.does-not-send', 'payment.no-answer', 'gateway.not-compared', 'request.failed'])
      expect(
        logged.some((line) => line.includes(event)),
        event,
      ).toBe(true);
    expect(logged.some((line) => line.includes('•••'))).toBe(true);
    expect(heard.length).toBeGreaterThan(30);
    const rows = await dump();
    expect(rows.length).toBeGreaterThan(50);
    for (const texts of [logged, heard, rows]) expect(showing(texts)).toEqual([]);
    // What looks for it would find it.
    expect(
      showing([`x${KEY}`, Buffer.from(KEY).toString('hex'), Buffer.from(`xx${KEY}`).toString('base64')]),
    ).toHaveLength(3);

    shop.core.clock.advance(40 * 60_000);
    // The loop of the program looks at payments too, and may be in the middle of it.
    await expect
      .poll(async () => {
        await shop.app.checkPayments();
        await forgetSecrets(shop.core, [stripe.offer]);
        const { rows } = await shop.core.db.asOwner(organizationId, 'select sealed_settings from gateway_connections');
        return rows[0].sealed_settings.length;
      })
      .toBe(0);
  });
});

describe('what a gateway says', () => {
  test('loses whatever it has in common with a secret, and keeps the rest', () => {
    const hide = (text: string) => withoutSecrets(text, [KEY]);
    expect(hide(`Invalid API Key provided: ${KEY}.`)).toBe('Invalid API Key provided: •••.');
    expect(hide('Invalid API Key provided: rk_test_****************st0042')).toBe(
      'Invalid API Key provided: •••****************•••',
    );
    expect(hide('The card was declined.')).toBe('The card was declined.');
    expect(withoutSecrets('nothing to hide', ['', 'ab'])).toBe('nothing to hide');
  });

  test('is still caught by its kind, and answers are as they were', async () => {
    const cause = new Error(KEY);
    const gateway = discreet(
      {
        read: async () => {
          throw new Refused('no', `not with ${KEY}`);
        },
        close: () => {
          throw new Unknown(`lost ${KEY}`, { cause });
        },
        async *recent() {
          yield { ref: 'one' };
          throw new Unknown(`lost ${KEY}`);
        },
        methods: async () => [],
        open: async () => ({ failure: { code: 'declined', text: `by ${KEY}` } }),
        listen: async () => ({ unavailable: KEY }),
        kind: 'test',
      } as unknown as Gateway,
      [KEY],
    );
    await expect(gateway.read('x')).rejects.toMatchObject({ code: 'no', message: 'not with •••' });
    await expect(gateway.read('x')).rejects.toBeInstanceOf(Refused);
    expect(() => gateway.close('x')).toThrow('lost •••');
    expect(cause.message).toBe('•••');
    const seen: unknown[] = [];
    const all = (async () => {
      for await (const snapshot of gateway.recent(new Date(0), new Date(1))) seen.push(snapshot);
    })();
    await expect(all).rejects.toThrow('lost •••');
    expect(seen).toEqual([{ ref: 'one' }]);
    expect(await gateway.methods('x')).toEqual([]);
    expect(await gateway.open(...([] as unknown as Parameters<Gateway['open']>))).toEqual({
      failure: { code: 'declined', text: 'by •••' },
    });
    expect(await gateway.listen('x', 'y')).toEqual({ unavailable: '•••' });
    expect(gateway.kind).toBe('test');
  });
});
