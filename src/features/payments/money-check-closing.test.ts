import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { type StripeByKey, stripeByKey } from '../../../test/support/stripe-by-key.ts';
import { newId } from '../../platform/ids.ts';
import { createLocation } from '../organizations/organizations.ts';
import { addresses } from '../purchases/addresses.ts';
import type { Purchase } from '../purchases/records.ts';
import { type Person, refundsIn, wordsOf } from '../purchases/test-refunds.ts';
import { writeConnection } from './connections.ts';
import { testOffer } from './stripe-offers.ts';

let shop: Shop;
let stripe: StripeByKey;
let ada: Person;
const it = refundsIn(() => shop);

beforeEach(async () => {
  shop = await openShop({
    gateways: (core) => {
      stripe = stripeByKey(core);
      return [stripe.offer, testOffer({ timeoutMs: 5_000, simulatorUrl: () => core.config.simulatorUrl })];
    },
  });
  ada = await it.signedIn(shop.administratorId);
});
afterEach(() => shop.close());

const MINUTE = 60_000;
const asOwner = (text: string) => shop.core.db.asOwner(shop.organizationId, text);
const checkNow = async () => wordsOf(await ada.follow(await ada.post(it.check())));
const night = async () => {
  shop.core.clock.advance(24 * 60 * MINUTE);
  await shop.app.payments.sweep();
  await shop.app.payments.compare();
};
const open = async () =>
  (await it.rows('money_alerts')).filter(({ resolved_at }) => resolved_at === null).map(({ kind }) => kind);
const closeByHand = async (note = 'Known') => {
  for (const { id, resolved_at } of await it.rows('money_alerts'))
    if (resolved_at === null) await ada.post(it.check(`/${id}/resolve`), { note });
};

/** So long ago that it can no longer be on its way on either side. */
async function settledPayment(): Promise<Purchase> {
  const purchase = await it.bought();
  shop.core.clock.advance(20 * MINUTE);
  return purchase;
}

describe('S19 a difference that is gone', () => {
  test('S19 what each side did not know closes by itself once it does, also long after the two days that are compared', async () => {
    const purchase = await settledPayment();
    const { reference } = await it.paymentOf(purchase);
    await asOwner(`update payments set reference = 'cs_nobody', aliases = '{}'`);
    expect(await checkNow()).toContain('Compared: 2 more things to look at.');
    expect((await open()).sort()).toEqual(['missing-here', 'missing-there']);
    shop.core.clock.advance(10 * 24 * 60 * MINUTE);
    await night();
    expect(await open()).toHaveLength(2);
    await asOwner(`update payments set reference = '${reference}'`);
    await night();
    expect(await open()).toEqual([]);
    expect(wordsOf(await ada.page(it.check())).split('By itself')).toHaveLength(3);
  });

  test('S19 a payment that is not in our books is nothing to look at any more when all of it was given back there', async () => {
    const purchase = await settledPayment();
    const { reference } = await it.paymentOf(purchase);
    await asOwner(`update payments set reference = 'cs_nobody', aliases = '{}', connection_id = connection_id`);
    await checkNow();
    const dashboard = await it.dashboard();
    await dashboard.refund(reference!, '10.00');
    await night();
    expect(await open()).toContain('missing-here');
    await dashboard.refund(reference!, '39.00');
    await night();
    expect(await open()).toEqual(['missing-there']);
  });

  test('S19 books that differ are compared again after the two days, and the alert closes when they agree', async () => {
    await settledPayment();
    await asOwner('update payments set amount_minor = 4800');
    await checkNow();
    shop.core.clock.advance(10 * 24 * 60 * MINUTE);
    await night();
    expect(await open()).toEqual(['differs']);
    await asOwner('update payments set amount_minor = 4900');
    await night();
    expect(await open()).toEqual([]);
  });
});

describe('S19 a difference that somebody has closed', () => {
  test('S19 is not raised again night by night, until it is another one', async () => {
    await settledPayment();
    await asOwner('update payments set amount_minor = 4800');
    await checkNow();
    await closeByHand();
    for (let nights = 0; nights < 3; nights++) await night();
    expect(await open()).toEqual([]);
    expect(await it.rows('money_alerts')).toHaveLength(1);
    shop.core.clock.set('2026-03-10T11:00:00Z');
    await asOwner('update payments set amount_minor = 4700');
    await checkNow();
    expect(await open()).toEqual(['differs']);
  });

  test('S19 and then went away by itself is raised again when it comes back', async () => {
    await settledPayment();
    const spoil = () => asOwner('update payments set amount_minor = 4800');
    await spoil();
    await checkNow();
    await asOwner('update payments set amount_minor = 4900');
    await checkNow();
    await spoil();
    expect(await checkNow()).toContain('one more thing to look at');
  });

  test('S19 the same holds for what one side does not know, and nobody is told again', async () => {
    await settledPayment();
    await asOwner(`update payments set reference = 'cs_nobody', aliases = '{}'`);
    await checkNow();
    await closeByHand();
    const told = (await it.rows('notifications')).length;
    for (let times = 0; times < 2; times++) expect(await checkNow()).toContain('nothing new to look at');
    expect((await it.rows('notifications')).length).toBe(told);
  });
});

describe('S3 a gateway whose books cannot be read', () => {
  const isAway = () => {
    shop.between = async (c) => c.text('', 503);
  };
  const comesBack = () => {
    shop.between = (_, next) => next();
  };

  test('S3 administrators are told after the second night in a row, and it closes when a sweep succeeds', async () => {
    isAway();
    await night();
    expect(await open()).toEqual([]);
    comesBack();
    await night();
    isAway();
    await night();
    expect(await open()).toEqual([]);
    await night();
    expect(await open()).toEqual(['gateway-failing']);
    expect(wordsOf(await ada.page(it.check()))).toContain('It was asked several times in a row.');
    comesBack();
    await night();
    expect(await open()).toEqual([]);
  });

  test('S3 a key that is refused is said to be', async () => {
    shop.between = async (c) =>
      c.json({ error: { type: 'invalid_request_error', message: 'Expired' } }, 401, { 'Request-Id': 'req_1' });
    await night();
    await night();
    expect(wordsOf(await ada.page(it.check()))).toContain('its key may have been revoked');
  });

  test('S3 Check now says so too when only the comparison fails, and the page keeps the time of the last one', async () => {
    await settledPayment();
    await checkNow();
    await asOwner('update payments set amount_minor = 4800');
    shop.core.clock.advance(60 * MINUTE);
    // The sweep reads the list; the one payment that is looked at again does not answer.
    let lists = 0;
    shop.between = async (c, next) => {
      const isList = c.req.path.endsWith('/checkout/sessions');
      if (isList && ++lists > 1) return c.text('', 503);
      await next();
    };
    const words = await checkNow();
    expect(words).toContain('Test gateway does not answer at the moment. It was not compared');
    expect(words).toMatch(/Compared with Test gateway \(acct_\w+\) at 10 Mar 2026, 10:20\./);
  });
});

describe('S19 a refund that was refused', () => {
  test('S19 is nothing to look at any more once a refund of the payment is made', async () => {
    const purchase = await it.bought();
    shop.between = async (c, next) => {
      if (c.req.method === 'POST' && c.req.path.endsWith('/refunds'))
        return c.json({ error: { type: 'invalid_request_error', message: 'no' } }, 403, { 'Request-Id': 'req_1' });
      await next();
    };
    await it.refund(ada, purchase, '49.00');
    expect(await open()).toEqual(['refund-refused']);
    shop.between = (_, next) => next();
    await it.refund(ada, purchase, '49.00');
    expect(await open()).toEqual([]);
    expect(wordsOf(await ada.page(it.check()))).toMatch(/A refund was not made .* By itself/);
  });
});

describe('S19 a dispute that is decided', () => {
  test.each(['hint', 'sweep'] as const)(
    'S19 lost, as a %s tells: the alert closes with the outcome, and the pages say it',
    async (how) => {
      const purchase = await it.bought();
      const { reference } = await it.paymentOf(purchase);
      const dashboard = await it.dashboard();
      const learn = () =>
        how === 'hint' ? shop.app.payments.settle(shop.organizationId, purchase.paymentId!) : night();
      await dashboard.dispute(reference!);
      await learn();
      expect(await open()).toEqual(['dispute']);
      expect(wordsOf(await ada.page(it.at(purchase)))).toContain('Held back by the bank €49.00');
      await dashboard.decide(reference!, 'lose');
      await learn();
      expect(await open()).toEqual([]);
      expect(wordsOf(await ada.page(it.check()))).toMatch(/By itself Lost: the bank keeps the money/);
      expect(wordsOf(await ada.page(it.at(purchase)))).toContain('Lost in a dispute €49.00');
      const mia = await it.signedIn(shop.member.userId);
      const told = wordsOf(await mia.page(addresses.purchase(shop.location, purchase.id)));
      expect(told).toContain('Your bank has decided that the charge is not accepted');
      await night();
      expect(await open()).toEqual([]);
    },
  );

  test('S19 won: the alert closes with the outcome', async () => {
    const purchase = await it.bought();
    const { reference } = await it.paymentOf(purchase);
    const dashboard = await it.dashboard();
    await dashboard.dispute(reference!);
    await it.settle(purchase);
    await dashboard.decide(reference!, 'win');
    await it.settle(purchase);
    expect(wordsOf(await ada.page(it.check()))).toMatch(/By itself Won: the money and the credits are back/);
  });
});

describe('S3 two locations on one account of a gateway', () => {
  const KEY = 'rk_test_51OneAccountForTwo00000000000001';

  test('S3 do not take each other’s payments for missing', async () => {
    const { core, organizationId, location } = shop;
    await stripe.makeKey(organizationId, KEY);
    await asOwner('update gateway_connections set disconnected_at = now()');
    const { account } = await stripe.offer.make({ apiKey: KEY }).check();
    const now = core.now();
    const connect = (locationId: string) =>
      core.database.write(organizationId, (tx) =>
        writeConnection(tx, core, {
          organizationId,
          locationId,
          id: newId(now),
          kind: 'stripe',
          live: false,
          account,
          settings: { apiKey: KEY },
          checked: true,
          forPackages: true,
          forInvoices: true,
          now,
        }),
      );
    await connect(location.id);
    const other = await core.database.write(organizationId, (tx) =>
      createLocation(tx, {
        organizationId,
        name: 'Nest Nord',
        currency: 'EUR',
        timeZone: 'Europe/Berlin',
        locale: 'en-GB',
        now,
      }),
    );
    await connect(other.id);
    const purchase = await settledPayment();
    expect(purchase.status).toBe('paid');
    await shop.app.payments.compare();
    expect(await it.rows('money_alerts')).toEqual([]);
    // What none of them knows is missing at both.
    await asOwner(`update payments set reference = 'cs_nobody', aliases = '{}'`);
    await shop.app.payments.compare();
    expect((await open()).sort()).toEqual(['missing-here', 'missing-here', 'missing-there']);
  });
});
