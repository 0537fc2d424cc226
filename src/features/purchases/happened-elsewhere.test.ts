import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { hintOf, type Listening, listening, sendHint } from '../../../test/support/hints.ts';
import { CARDS, openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { addresses } from './addresses.ts';
import type { Purchase } from './records.ts';
import { fieldOf, type Person, refundsIn, wordsOf } from './test-refunds.ts';

// What other programs that sell credits have done to people. Each test is called after what happened there.

let shop: Shop;
let mia: Person;
let to: Listening;
const { charges, savedCard } = buyingIn(() => shop);
const it = refundsIn(() => shop);

beforeEach(async () => {
  shop = await openShop({ env: { GATEWAY_TIMEOUT_MS: '1500' } });
  to = await listening(shop);
  mia = await it.signedIn(shop.member.userId);
});
afterEach(() => shop.close());

const sheet = () => `/l/${shop.location.slug}/membership/credits/packages/${shop.packages.fifty}`;
const balance = () => shop.balance(shop.member.customerId);
const send = async (ref: string, event: object) => (await sendHint(to.url, hintOf(ref, to.secret, event))).status;
const entries = async () => (await it.rows('credit_entries')).length;

async function paidUnseen(): Promise<{ purchase: Purchase; session: string; intent: string }> {
  const purchase = await it.buy(shop.press());
  await shop.payOnPage(purchase.nextUrl!, CARDS.good);
  const session = (await it.paymentOf(purchase)).reference!;
  const objects = await it.rows('simulator_objects');
  const intent = objects.find(({ kind, belongs_to }) => kind === 'payment_intent' && belongs_to === session)!;
  return { purchase, session, intent: intent.id as string };
}

describe('granted twice', () => {
  test('E1 same top-up sent twice: the form that arrives twice, at once and a day later, is charged and granted once', async () => {
    const id = await savedCard();
    const html = await mia.page(sheet());
    const form = {
      requestKey: fieldOf(html, 'requestKey')!,
      seenTotalMinor: fieldOf(html, 'seenTotalMinor')!,
      wallet: 'personal',
      method: `saved-${id}`,
    };
    const answers = await Promise.all([mia.post(sheet(), form), mia.post(sheet(), form)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect([await balance(), (await charges()).length, await entries()]).toEqual([10_000n, 2, 2]);
    shop.core.clock.advance(24 * 3_600_000);
    const later = await mia.post(sheet(), form);
    expect(wordsOf(await mia.follow(later))).toContain('You bought this at 10 Mar');
    expect([await balance(), (await charges()).length, await entries()]).toEqual([10_000n, 2, 2]);
  });

  test('E7 webhook redelivered within milliseconds: sixteen of one event at once, then again under other ids, grant once', async () => {
    const { session } = await paidUnseen();
    const event = { id: 'evt_1', type: 'checkout.session.completed' };
    const burst = await Promise.all(Array.from({ length: 16 }, () => send(session, event)));
    expect(burst).toEqual(Array(16).fill(204));
    // De-duplicating by the event's id would let these through.
    const renamed = await Promise.all(
      Array.from({ length: 4 }, (_, nth) => send(session, { ...event, id: `evt_${nth}` })),
    );
    expect(renamed).toEqual(Array(4).fill(204));
    expect([await balance(), await entries()]).toEqual([5_000n, 1]);
  });

  test('E7 payment_intent.succeeded and checkout.session.completed both granting: one payment by two names is granted once', async () => {
    const { purchase, session, intent } = await paidUnseen();
    const both = [
      () => send(intent, { id: 'evt_1', type: 'payment_intent.succeeded' }),
      () => send(session, { id: 'evt_2', type: 'checkout.session.completed' }),
    ];
    expect(await Promise.all([...both, ...both].map((it) => it()))).toEqual(Array(4).fill(204));
    expect([await balance(), await entries()]).toEqual([5_000n, 1]);
    // The name that only the intent has leads to the same payment from then on.
    expect((await it.paymentOf(purchase)).aliases).toContain(intent);
    expect(await send(intent, { id: 'evt_3', type: 'payment_intent.succeeded' })).toBe(204);
    expect([await balance(), await entries()]).toEqual([5_000n, 1]);
  });

  test('E7 a second event for a purchase is never dropped because the first one came too early', async () => {
    const purchase = await it.buy(shop.press());
    const session = (await it.paymentOf(purchase)).reference!;
    const event = { id: 'evt_1', type: 'checkout.session.completed' };
    expect(await send(session, event)).toBe(204);
    expect(await balance()).toBe(0n);
    await shop.payOnPage(purchase.nextUrl!, CARDS.good);
    expect(await send(session, event)).toBe(204);
    expect([await balance(), await entries()]).toEqual([5_000n, 1]);
  });
});

describe('told that it failed, and paid again', () => {
  test('E8 page shows an error although it was paid: the answer is lost, and the page says that the bank is asked, then that it is paid', async () => {
    const id = await savedCard();
    shop.between = async (c, next) => {
      await next();
      if (c.req.path.endsWith('/confirm')) c.res = c.text('', 502);
      if (c.req.method === 'GET') c.res = c.text('', 503);
    };
    const press = { requestKey: newRequestKey(), seenTotalMinor: '4900', wallet: 'personal', method: `saved-${id}` };
    const waiting = wordsOf(await mia.follow(await mia.post(sheet(), press)));
    expect(waiting).toContain('We are confirming your payment');
    expect(waiting).toContain('nobody is charged twice');
    expect(waiting).not.toMatch(/did not work|not been charged|Try again/);
    shop.between = (_, next) => next();
    const unpaid = (await it.rows('purchases')).find(({ paid_at }) => paid_at === null)!;
    const told = wordsOf(await mia.page(addresses.purchase(shop.location, unpaid.id as string)));
    expect(told).toContain('50 credits added');
    expect([await balance(), (await charges()).length]).toEqual([10_000n, 2]);
  });

  test('E8 page shows an error although it was paid: coming back from the gateway while it does not answer is no failure', async () => {
    const { purchase } = await paidUnseen();
    shop.between = async (c) => c.text('', 503);
    const unsure = { return: 'We are confirming your payment', cancel: 'If you have just paid, we are confirming it' };
    for (const [from, sentence] of Object.entries(unsure)) {
      const words = wordsOf(
        await mia.follow(await mia.get(`${addresses.purchase(shop.location, purchase.id)}/${from}`)),
      );
      expect(words).toContain(sentence);
      expect(words).not.toMatch(/did not work|not been charged|nothing has been charged|Try again/);
    }
    shop.between = (_, next) => next();
    const back = await mia.get(`${addresses.purchase(shop.location, purchase.id)}/cancel`);
    expect(wordsOf(await mia.follow(back))).toContain('50 credits added. New balance 50.');
    expect((await charges()).length).toBe(1);
  });
});
