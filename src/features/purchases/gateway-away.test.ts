import type { Context, Next } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { addresses } from './addresses.ts';
import { refundsIn, wordsOf } from './test-refunds.ts';

let shop: Shop;
const { again, buy, settle, charges, savedCard } = buyingIn(() => shop);
const it = refundsIn(() => shop);

beforeEach(async () => {
  shop = await openShop({ env: { GATEWAY_TIMEOUT_MS: '1000' } });
});
afterEach(() => shop.close());

const balance = () => shop.balance(shop.member.customerId);
const MINUTE = 60_000;

/** What the loop does in an hour, with a round every five minutes. */
async function anHour(): Promise<void> {
  for (let round = 0; round < 12; round++) {
    shop.core.clock.advance(5 * MINUTE);
    await shop.app.checkPayments();
  }
}

const comesBack = () => {
  shop.between = (_, next) => next();
};

describe('E8 a gateway that is away for an hour', () => {
  test('E8 what was paid before is undecided all the while, never failed, and paid as soon as it is back', async () => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    shop.between = async (c) => c.text('', 503);
    await anHour();
    expect(await again(purchase)).toMatchObject({ status: 'action', failureCode: null });
    expect(await balance()).toBe(0n);
    const mia = await it.signedIn(shop.member.userId);
    const waiting = wordsOf(await mia.page(addresses.purchase(shop.location, purchase.id)));
    expect(waiting).not.toContain('did not work');
    const ada = await it.signedIn(shop.administratorId);
    expect(wordsOf(await ada.page(it.check()))).toContain('The gateway does not answer');
    comesBack();
    await anHour();
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
    expect(await balance()).toBe(5_000n);
    expect(await charges()).toHaveLength(1);
    expect(wordsOf(await ada.page(it.check()))).toMatch(/Nothing to look at.*The gateway does not answer .* By itself/);
  });

  test('E8 what nobody paid is given up once the gateway is back, and not before', async () => {
    const purchase = await buy(shop.press());
    shop.between = async (c) => c.text('', 503);
    await anHour();
    expect(await again(purchase)).toMatchObject({ status: 'action' });
    comesBack();
    await anHour();
    expect(await again(purchase)).toMatchObject({ status: 'failed', failureCode: 'abandoned' });
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await charges()).toHaveLength(0);
  });

  test('E8 who wants to buy meanwhile reads that it did not work and that nothing was charged, and can buy later', async () => {
    const id = await savedCard();
    shop.between = async (c) => c.text('', 503);
    for (const method of [{ kind: 'page' }, { kind: 'saved', id }] as const)
      expect(await buy(shop.press({ method }))).toMatchObject({ status: 'failed', failureCode: 'gateway-refused' });
    comesBack();
    await anHour();
    expect(await charges()).toHaveLength(1);
    expect(await buy(shop.press({ method: { kind: 'saved', id } }))).toMatchObject({ status: 'paid' });
  });
});

describe('a key that is revoked', () => {
  const revoked = async (c: Context) =>
    c.json({ error: { type: 'invalid_request_error', message: 'Expired API Key provided' } }, 401, {
      'Request-Id': 'req_1',
    });

  test('E20 what was paid before waits, until the gateway can be asked again', async () => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    shop.between = revoked;
    await anHour();
    expect(await again(purchase)).toMatchObject({ status: 'action', failureCode: null });
    expect((await it.rows('money_alerts')).map(({ kind }) => kind)).toEqual(['gateway-failing']);
    comesBack();
    await anHour();
    expect(await again(purchase)).toMatchObject({ status: 'paid' });
    expect(await balance()).toBe(5_000n);
  });

  test('a press meanwhile charges nothing, and says so', async () => {
    const id = await savedCard();
    shop.between = revoked;
    expect(await buy(shop.press({ method: { kind: 'saved', id } }))).toMatchObject({
      status: 'failed',
      failureCode: 'gateway-refused',
    });
    comesBack();
    expect(await charges()).toHaveLength(1);
  });

  test('a key that is revoked between opening and charging leaves nothing that could be charged later', async () => {
    const id = await savedCard();
    shop.between = (c, next) => (c.req.path.endsWith('/confirm') ? revoked(c) : next());
    expect(await buy(shop.press({ method: { kind: 'saved', id } }))).toMatchObject({ status: 'failed' });
    comesBack();
    await anHour();
    expect(await charges()).toHaveLength(1);
    expect(await balance()).toBe(5_000n);
  });
});

describe('E8 an answer that is not the gateway’s', () => {
  const answers: [string, (c: Context) => Promise<Response>][] = [
    ['JSON of a proxy', async (c) => c.json({ message: 'no healthy upstream' }, 503)],
    ['JSON of a proxy that looks fine', async (c) => c.json({ status: 'ok' }, 200)],
    ['a page', async (c) => c.html('<html>Welcome to the Wi-Fi</html>', 200)],
    ['nothing', async (c) => c.body('', 200)],
    [
      'half of one',
      async (c) => {
        const whole = await c.res.text();
        return new Response(whole.slice(0, whole.length / 2), { status: 200, headers: c.res.headers });
      },
    ],
  ];

  test.each(answers)(
    '%s after it charged a saved card decides nothing, and the next look says paid',
    async (_, other) => {
      const id = await savedCard();
      shop.between = async (c: Context, next: Next) => {
        await next();
        if (c.req.path.endsWith('/confirm')) c.res = await other(c);
      };
      const purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
      expect(purchase).toMatchObject({ status: 'action', failureCode: null });
      expect(await settle(purchase)).toMatchObject({ status: 'paid', balanceAfterMinor: 10_000n });
      expect(await charges()).toHaveLength(2);
    },
  );

  test.each(answers)('%s when it is asked about a paid page changes nothing', async (_, other) => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    shop.between = async (c: Context, next: Next) => {
      await next();
      c.res = await other(c);
    };
    expect(await settle(purchase)).toMatchObject({ status: 'action', failureCode: null });
    shop.core.clock.advance(40 * MINUTE);
    await shop.app.checkPayments();
    expect(await again(purchase)).toMatchObject({ status: 'action', failureCode: null });
    comesBack();
    expect(await settle(purchase)).toMatchObject({ status: 'paid' });
  });
});

describe('money that is not what we asked for', () => {
  test.each([
    ['currency', 'It was paid in another currency than asked for.', { currency: 'usd' }, {}],
    ['amount', 'Another amount was paid than asked for.', { amount_received: 4800 }, {}],
    ['live', 'Test money arrived where real money was asked for, or the other way round.', {}, { livemode: true }],
  ])('another %s grants nothing, and administrators are told', async (_, sentence, ofIntent, ofSession) => {
    const purchase = await buy(shop.press());
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    shop.between = async (c, next) => {
      await next();
      const session = await c.res.json();
      c.res = Response.json({
        ...session,
        ...ofSession,
        payment_intent: { ...session.payment_intent, ...ofIntent },
      });
    };
    expect(await settle(purchase)).toMatchObject({ status: 'review' });
    expect(await balance()).toBe(0n);
    const ada = await it.signedIn(shop.administratorId);
    expect(wordsOf(await ada.page(it.check()))).toContain(`${sentence} No credits were added.`);
  });

  test('test money on a live connection grants nothing', async () => {
    const purchase = await buy(shop.press());
    await shop.core.db.asOwner(shop.organizationId, 'update payments set live = true');
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await settle(purchase)).toMatchObject({ status: 'review' });
    expect(await balance()).toBe(0n);
  });
});
