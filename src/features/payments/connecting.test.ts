import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { type StripeByKey, stripeByKey } from '../../../test/support/stripe-by-key.ts';
import { newId } from '../../platform/ids.ts';
import { connectForm, harmless, settingsOf } from './connect-form.ts';
import { checkConnection, connectGateway, replaceKey } from './connecting.ts';
import { connectionAt } from './connections.ts';
import { type Gateway, type GatewayOffer, Refused, Unknown } from './gateway.ts';
import { stripeOffer } from './stripe-offers.ts';

const KEY = 'rk_test_51Recognisable0000000000000001';
const NEXT_KEY = 'rk_test_51Recognisable0000000000000002';
const LIVE_KEY = 'rk_live_51Recognisable0000000000000003';

type Found = Awaited<ReturnType<Gateway['check']>>;

let shop: Shop;
let stripe: StripeByKey;
let space: Space;
let found: () => Promise<Found>;

beforeAll(async () => {
  shop = await openShop({
    connected: false,
    gateways: (core) => {
      stripe = stripeByKey(core);
      return [stripe.offer];
    },
  });
});
beforeEach(async () => {
  space = await someSpace(shop.core, { domain: `${newId(shop.core.now())}.example` });
});
afterAll(() => shop.close());

/** The same gateway, whose self-check finds what a test says. */
function finding(): GatewayOffer {
  return { ...stripe.offer, make: (settings) => ({ ...stripe.offer.make(settings), check: () => found() }) };
}

const place = () => ({
  organizationId: space.organizationId,
  locationId: space.location.id,
  currency: 'EUR',
  now: shop.core.now(),
});

const connect = (apiKey = KEY, offer = finding()) =>
  connectGateway(shop.core, {
    ...place(),
    forPackages: true,
    forInvoices: true,
    id: newId(shop.core.now()),
    offer,
    settings: { apiKey },
  });

const connection = async () =>
  (await shop.core.database.read(space.organizationId, (db) => connectionAt(db, space.location.id)))!;

describe('the self-check', () => {
  test('S3 whatever it finds, nothing is connected', async () => {
    const good: Found = { account: 'acct_1', live: false, problems: [] };
    const refusals: [() => Promise<Found>, string[]][] = [
      [async () => ({ ...good, currencies: ['USD', 'GBP'] }), ['currency-not-supported']],
      [async () => ({ ...good, currencies: [] }), ['currency-not-supported']],
      [async () => ({ ...good, live: true }), ['key-is-live']],
      [async () => ({ ...good, account: '' }), ['account-unreadable']],
      [async () => ({ ...good, problems: ['charges-disabled', 'key-refused'] }), ['charges-disabled', 'key-refused']],
      [() => Promise.reject(new Refused('no', 'no')), ['key-refused']],
      [() => Promise.reject(new Unknown('nothing')), ['no-answer']],
    ];
    for (const [answer, problems] of refusals) {
      found = answer;
      expect(await connect()).toEqual({ kind: 'problems', problems });
    }
    found = async () => ({ ...good, live: false });
    expect(await connect(LIVE_KEY)).toEqual({ kind: 'problems', problems: ['key-is-test'] });
    expect(await connection()).toBeUndefined();
    found = async () => ({ ...good, currencies: ['USD', 'EUR'] });
    expect(await connect()).toEqual({ kind: 'connected' });
    expect(await connection()).toMatchObject({ kind: 'stripe', account: 'acct_1', live: false });
  });

  test('S3 what fails otherwise is a bug, and is not taken for an answer of the gateway', async () => {
    found = () => Promise.reject(new TypeError('a bug'));
    await expect(connect()).rejects.toThrow('a bug');
    expect(await connection()).toBeUndefined();
  });

  test('S3 of a connection that was ended meanwhile nothing is kept', async () => {
    found = async () => ({ account: 'acct_1', live: false, problems: [] });
    await connect();
    const ended = await connection();
    const now = shop.core.now();
    const endIt = () =>
      shop.core.database.write(space.organizationId, (tx) =>
        tx.updateTable('gateway_connections').set({ disconnected_at: now }).where('id', '=', ended.id).execute(),
      );
    found = async () => {
      await endIt();
      return { account: 'acct_1', live: false, problems: ['charges-disabled'] };
    };
    const it = { ...place(), connection: ended, offer: finding() };
    expect(await checkConnection(shop.core, [finding()], it)).toEqual(['charges-disabled']);
    found = async () => ({ account: 'acct_1', live: false, problems: [] });
    expect(await replaceKey(shop.core, { ...it, settings: { apiKey: NEXT_KEY } })).toEqual({ kind: 'gone' });
    const { rows } = await shop.core.db.asOwner(
      space.organizationId,
      'select problems, sealed_settings from gateway_connections where id = $1',
      [ended.id],
    );
    expect(rows[0].problems).toEqual([]);
    expect(shop.core.secrets.open(rows[0].sealed_settings, ended.id)).toContain(KEY);
  });
});

describe('the form of a gateway', () => {
  const [secretField] = stripeOffer({ timeoutMs: 1 }).fields;
  const offer = {
    fields: [secretField, { ...secretField, name: 'profile', secret: false }],
  } as unknown as GatewayOffer;

  test('S3 knows the settings by their own names, and shows again what is no secret', () => {
    const typed = { 'setting-apiKey': KEY, 'setting-profile': 'rk_test_profile', forPackages: 'on' };
    const read = connectForm(offer).safeParse({ ...typed, connectionId: 'x' });
    expect(settingsOf(offer, read.data!)).toEqual({ apiKey: KEY, profile: 'rk_test_profile' });
    expect(harmless(offer, typed)).toEqual({ 'setting-profile': 'rk_test_profile', forPackages: 'on' });
  });
});

describe('a key that is replaced', () => {
  test('S3 by another one of its account: saved cards stay, and payments under way settle', async () => {
    space = shop;
    await stripe.makeKey(shop.organizationId, KEY);
    await stripe.makeKey(shop.organizationId, NEXT_KEY, KEY);
    await connect(KEY, stripe.offer);
    const { buy, settle, savedCard } = buyingIn(() => shop);
    const cardId = await savedCard();
    const waiting = await buy(shop.press());
    await shop.payOnPage(waiting.nextUrl!, CARDS.good);
    const it = { ...place(), connection: await connection(), offer: stripe.offer };
    expect(await replaceKey(shop.core, { ...it, settings: { apiKey: NEXT_KEY } })).toEqual({ kind: 'replaced' });
    expect((await settle(waiting)).paidAt).not.toBeNull();
    expect((await buy(shop.press({ method: { kind: 'saved', id: cardId } }))).paidAt).not.toBeNull();
    expect(await shop.balance(shop.member.customerId)).toBe(15_000n);
  });
});
