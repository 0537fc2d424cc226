import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { someSpace } from '../../../test/support/people.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newId } from '../../platform/ids.ts';
import type { Purchase } from '../purchases/records.ts';
import { errorOf, type Person, refundsIn, wordsOf } from '../purchases/test-refunds.ts';
import { type AlertKind, raiseAlert, settleAlerts } from './alerts.ts';

let shop: Shop;
let ada: Person;
const it = refundsIn(() => shop);

beforeEach(async () => {
  shop = await openShop();
  ada = await it.signedIn(shop.administratorId);
});
afterEach(() => shop.close());

type About = { paymentId?: string; connectionId?: string; reference?: string; details?: Record<string, string> };

async function raise(
  kind: AlertKind,
  about: About = {},
  at = { ...shop, locationId: shop.location.id },
): Promise<void> {
  const { organizationId, locationId } = at;
  await shop.core.database.write(organizationId, (tx) =>
    raiseAlert(tx, { organizationId, locationId, kind, now: shop.core.now(), ...about }),
  );
}

const idsOf = async () => (await it.rows('money_alerts')).map(({ id }) => id as string);
const resolve = (id: string, note: string) => ada.post(it.check(`/${id}/resolve`), { note });
const checkNow = async () => wordsOf(await ada.follow(await ada.post(it.check())));
const asOwner = (text: string) => shop.core.db.asOwner(shop.organizationId, text);

describe('what there is to look at', () => {
  test('UX-37 without alerts it says so, and with which gateway the books were compared, and when', async () => {
    expect(wordsOf(await ada.page(it.check()))).toMatch(/Not compared with Test gateway \(acct_\w+\) yet\./);
    expect(await checkNow()).toContain('Compared: nothing new to look at.');
    const words = wordsOf(await ada.page(it.check()));
    expect(words).toMatch(/Compared with Test gateway \(acct_\w+\) at 10 Mar 2026, 10:00\./);
    expect(words).toContain('Nothing to look at');
  });

  test('each alert says what happened, to whom, how much, since when, and what to do', async () => {
    const purchase = await it.bought();
    const of = { paymentId: purchase.paymentId! };
    const cases: [AlertKind, About, string[]][] = [
      [
        'late-payment',
        of,
        ['Mia paid €49.00 for Regular when we no longer expected it.', 'Ask Mia whether this was meant'],
      ],
      ['review', { ...of, details: { what: 'amount' } }, ['Another amount was paid than asked for.']],
      [
        'shortfall',
        { ...of, details: { creditsMinor: '100' } },
        ['1 credit of Regular could not be taken back.', 'Waive…'],
      ],
      [
        'dispute',
        of,
        ['Mia told their bank that they do not accept the charge for Regular.', 'answers the bank there'],
      ],
      [
        'gateway-failing',
        { connectionId: shop.connectionId! },
        ['It was asked several times in a row.', 'Gateway Test gateway (acct_'],
      ],
      [
        'missing-here',
        { connectionId: shop.connectionId!, reference: 'cs_1', details: { amount: '1234', currency: 'EUR' } },
        ['Amount €12.34', 'cs_1'],
      ],
      ['missing-there', of, ['We have €49.00 of Mia for Regular as paid; the gateway does not.']],
      ['differs', { ...of, details: { what: 'refunded' } }, ['What was refunded differs.']],
      [
        'refund-refused',
        { ...of, details: { why: 'permission' } },
        ['The key of the gateway is not allowed to refund. No money and no credits were moved.'],
      ],
      ['granted-while-removed', of, ['Mia was removed while paying €49.00 for Regular.', 'Restore Mia']],
    ];
    for (const [kind, about] of cases) await raise(kind, about);
    const html = await ada.page(it.check());
    const words = wordsOf(html);
    for (const [kind, , parts] of cases) for (const part of parts) expect(words, kind).toContain(part);
    expect(words.split('Since 10 Mar 2026, 10:00')).toHaveLength(cases.length + 1);
    expect(words.split('What to do')).toHaveLength(cases.length + 1);
    expect(html).toContain(`href="${it.at(purchase)}"`);
    expect(html).toContain(`href="${it.at(purchase, '/waive')}"`);
    // The page of the payment is there for whoever may look at money.
    expect(wordsOf(await ada.page(it.at(purchase)))).toContain('Paid by Mia');
  });

  test('an alert is closed with a note, which is kept with who wrote it and when', async () => {
    const purchase = await it.bought();
    await raise('dispute', { paymentId: purchase.paymentId! });
    const [id] = await idsOf();
    shop.core.clock.advance(3_600_000);
    const words = wordsOf(await ada.follow(await resolve(id!, ' Answered  the bank ')));
    expect(words).toContain('Noted. It is no longer open.');
    expect(words).toContain('Nothing to look at');
    expect(words).toContain(
      'A payment is disputed Regular, Mia 10 Mar 2026, 10:00 10 Mar 2026, 11:00 by Ada Answered the bank',
    );
    expect(wordsOf(await ada.follow(await resolve(id!, 'Once more')))).toContain('This was done already.');
    expect(wordsOf(await ada.page(it.check()))).not.toContain('Once more');
    // Whoever had to sign in again comes back to the address of the action.
    expect((await ada.get(it.check(`/${id}/resolve`))).headers.get('location')).toBe(it.check());
  });

  test('what is over closes by itself, and says so', async () => {
    const about = { connectionId: shop.connectionId! };
    await raise('gateway-failing', about);
    await shop.core.database.write(shop.organizationId, (tx) =>
      settleAlerts(tx, { ...about, kind: 'gateway-failing', now: shop.core.now() }),
    );
    expect(wordsOf(await ada.page(it.check()))).toMatch(/The gateway does not answer .* By itself/);
  });

  test('UX-83 E25 a note that is none is refused beside its field, and the alert stays open', async () => {
    await raise('gateway-failing', { connectionId: shop.connectionId! });
    const [id] = await idsOf();
    const bad: [string, string][] = [
      ['  ', 'Write what was done.'],
      ['x'.repeat(301), 'At most 300 characters.'],
      ['a\u202eb', 'This holds characters that cannot be seen. Type it anew.'],
    ];
    for (const [note, sentence] of bad) {
      const answer = await resolve(id!, note);
      const html = await answer.text();
      expect([answer.status, errorOf(html, `note-${id}`)]).toEqual([422, sentence]);
      expect(html).toContain(`value="${note}"`);
    }
    expect((await it.rows('money_alerts'))[0]!.resolved_at).toBe(null);
  });
});

describe('S19 comparing now', () => {
  /** So long ago that it can no longer be on its way on either side. */
  async function settledPayment(): Promise<Purchase> {
    const purchase = await it.bought();
    shop.core.clock.advance(20 * 60_000);
    return purchase;
  }

  test('books what was missed', async () => {
    const purchase = await settledPayment();
    await (await it.dashboard()).refund((await it.paymentOf(purchase)).reference!);
    shop.core.clock.advance(60_000);
    expect(await checkNow()).toContain('Compared: nothing new to look at.');
    expect(await it.booked(purchase)).toEqual([5_000n, 0n, 0n]);
  });

  test('finds what differs, tells of it, and closes it when it is over', async () => {
    await settledPayment();
    await asOwner('update payments set amount_minor = 4800');
    expect(await checkNow()).toContain('Compared: one more thing to look at.');
    expect(wordsOf(await ada.page(it.check()))).toContain('Our books and the gateway differ The amounts differ.');
    await asOwner('update payments set amount_minor = 4900');
    shop.core.clock.advance(60_000);
    expect(await checkNow()).toMatch(/nothing new to look at.*Nothing to look at.*By itself/);
  });

  test('finds what one side does not know', async () => {
    await settledPayment();
    await asOwner(`update payments set reference = 'cs_nobody', aliases = '{}'`);
    const words = await checkNow();
    expect(words).toContain('Compared: 2 more things to look at.');
    expect(words).toContain('The gateway has a payment that is not in our books');
    expect(words).toContain('The gateway does not know a payment of ours');
  });

  test('says when the gateway does not answer, and when its books were read last', async () => {
    await checkNow();
    shop.core.clock.advance(3_600_000);
    shop.between = async (c) => c.text('', 503);
    const words = await checkNow();
    expect(words).toContain('Test gateway does not answer at the moment. It was not compared');
    expect(words).toMatch(/Compared with Test gateway \(acct_\w+\) at 10 Mar 2026, 10:00\./);
    shop.between = (_, next) => next();
    expect(await checkNow()).toMatch(/nothing new.*at 10 Mar 2026, 11:00\./);
  });

  test('without a gateway there is nothing to compare with', async () => {
    await shop.close();
    shop = await openShop({ connected: false });
    ada = await it.signedIn(shop.administratorId);
    const html = await ada.page(it.check());
    expect(wordsOf(html)).toContain('No gateway is connected, so there is nothing to compare with.');
    expect(html).not.toContain('id="check-now"');
    expect(await checkNow()).toContain('nothing new to look at');
  });
});

describe('who looks after money', () => {
  test('E25 Money check is for administrators of the area only', async () => {
    await raise('gateway-failing', { connectionId: shop.connectionId! });
    const [id] = await idsOf();
    const clerk = await it.administratorOf(['billing']);
    expect(await clerk.page(it.check())).toContain('Money check');
    for (const person of [await it.administratorOf(['customers', 'settings']), await it.signedIn(shop.member.userId)]) {
      expect((await person.get(it.check())).status).toBe(404);
      expect((await person.post(it.check())).status).toBe(404);
      expect((await person.post(it.check(`/${id}/resolve`), { note: 'x' })).status).toBe(404);
    }
    expect((await it.rows('money_alerts'))[0]!.resolved_at).toBe(null);
  });

  test('E25 alerts of others, unknown ones and fields that are none are refused', async () => {
    const other = await someSpace(shop.core, { domain: 'other.example' });
    await raise('gateway-failing', {}, { ...shop, ...other, locationId: other.location.id });
    const { rows } = await shop.core.db.asOwner(other.organizationId, 'select id from money_alerts');
    for (const id of [rows[0].id, newId(shop.core.now()), 'x']) expect((await resolve(id, 'x')).status).toBe(404);
    expect((await ada.post(it.check(), { more: 'x' })).status).toBe(400);
    expect(wordsOf(await ada.page(it.check()))).toContain('Nothing to look at');
  });
});
