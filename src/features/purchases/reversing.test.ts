import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buyingIn } from '../../../test/support/buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { creditHistory, spendCredits } from '../credits/credits.ts';
import { checkLedger } from '../credits/verify.ts';
import { NotRefundable, RefundKeyReused, RefundTooMuch, refundsOf, reversalsOf } from '../payments/payments.ts';
import { paymentById } from '../payments/records.ts';
import type { Purchase } from './records.ts';
import { waiveShortfall } from './reversing.ts';

let shop: Shop;
let purchase: Purchase;
const { buy, savedCard, rows } = buyingIn(() => shop);

// Mia has bought 50 credits for €49.00 with a saved card, and another 50 before that.
beforeEach(async () => {
  shop = await openShop();
  const id = await savedCard();
  shop.core.clock.advance(60_000);
  purchase = await buy(shop.press({ method: { kind: 'saved', id } }));
});
afterEach(async () => {
  const { faults } = await shop.core.database.read(shop.organizationId, (db) => checkLedger(db));
  expect(faults).toEqual([]);
  await shop.close();
});

const asked = (amountMinor: bigint, changes: object = {}) => ({
  organizationId: shop.organizationId,
  locationId: shop.location.id,
  paymentId: purchase.paymentId!,
  amountMinor,
  actorUserId: shop.administratorId,
  reason: 'Moved away',
  requestKey: newRequestKey(),
  ...changes,
});
const refund = (amountMinor: bigint, changes: object = {}) => shop.app.payments.refund(asked(amountMinor, changes));
const read = <T>(work: Parameters<typeof shop.core.database.read<T>>[1]) =>
  shop.core.database.read(shop.organizationId, work);
const write = <T>(work: Parameters<typeof shop.core.database.write<T>>[1]) =>
  shop.core.database.write(shop.organizationId, work);
const balance = () => shop.balance(shop.member.customerId);
const spend = (creditsMinor: bigint) =>
  write((tx) =>
    spendCredits(tx, {
      organizationId: shop.organizationId,
      customerId: shop.member.customerId,
      key: newRequestKey(),
      creditsMinor,
      actorUserId: null,
      now: shop.core.now(),
    }),
  );
const booked = async () => {
  const [row] = await rows('purchases').then((all) => all.filter(({ id }) => id === purchase.id));
  return [row!.taken_back_minor, row!.shortfall_minor, row!.waived_minor].map((minor) => BigInt(minor as string));
};
const alerts = async () =>
  (await rows('money_alerts')).filter((row) => row.resolved_at === null).map((row) => row.kind);

/** As somebody does it in the gateway's own dashboard, past our program. */
/** `key` when it is one that we asked for. */
async function refundThere(amount: number, key?: string): Promise<void> {
  const { connectionId } = (await read((db) => paymentById(db, purchase.paymentId!)))!;
  const [{ sealed_settings }] = (await rows('gateway_connections')).filter((row) => row.id === connectionId) as [
    { sealed_settings: Buffer },
  ];
  const { apiKey } = JSON.parse(shop.core.secrets.open(sealed_settings, connectionId!)) as { apiKey: string };
  const intent = (await read((db) => paymentById(db, purchase.paymentId!)))!.reference!;
  const answer = await fetch(`${shop.core.config.simulatorUrl}/v1/refunds`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}` },
    body: new URLSearchParams({
      payment_intent: intent,
      amount: String(amount),
      ...(key && { 'metadata[roost_refund]': key }),
    }),
  });
  expect(answer.status).toBe(200);
}

describe('S19 a refund by an administrator', () => {
  test('S19 UX-54 gives the money back and takes back the credits of that very purchase', async () => {
    expect(await refund(4900n)).toMatchObject({ status: 'done', amountMinor: 4900n });
    expect(await balance()).toBe(5000n);
    expect(await booked()).toEqual([5000n, 0n, 0n]);
    const { entries } = await read((db) => creditHistory(db, shop.member.customerId, { limit: 1 }));
    expect(entries[0]).toMatchObject({ type: 'take_back', changeMinor: -5000n, purchaseId: purchase.id });
  });

  test('S19 in parts takes back in proportion, and in the end exactly everything', async () => {
    await refund(1n);
    expect(await booked()).toEqual([1n, 0n, 0n]);
    await refund(1633n);
    expect(await booked()).toEqual([1667n, 0n, 0n]);
    await refund(3266n);
    expect(await booked()).toEqual([5000n, 0n, 0n]);
    const lines = await read((db) => reversalsOf(db, purchase.paymentId!));
    expect(lines.map(({ kind, amountMinor, actorName, reason }) => [kind, amountMinor, actorName, reason])).toEqual([
      ['refund', 1n, 'Ada', 'Moved away'],
      ['refund', 1633n, 'Ada', 'Moved away'],
      ['refund', 3266n, 'Ada', 'Moved away'],
    ]);
  });

  test('UX-54 what is spent already is a shortfall: it is said, and can be let go', async () => {
    await spend(8_000n);
    await refund(4900n);
    expect(await balance()).toBe(0n);
    expect(await booked()).toEqual([2000n, 3000n, 0n]);
    expect(await alerts()).toEqual(['shortfall']);
    await write(async (tx) => waiveShortfall(tx, (await paymentById(tx, purchase.paymentId!, true))!));
    expect(await booked()).toEqual([2000n, 3000n, 3000n]);
  });

  test('E1 the same press again refunds once; with another amount it is refused', async () => {
    const requestKey = newRequestKey();
    const answers = await Promise.all([refund(1000n, { requestKey }), refund(1000n, { requestKey })]);
    expect(answers[0]!.id).toBe(answers[1]!.id);
    await expect(refund(1001n, { requestKey })).rejects.toThrow(RefundKeyReused);
    expect((await read((db) => paymentById(db, purchase.paymentId!)))!.refundedMinor).toBe(1000n);
  });

  test('S19 more than was paid is refused, also by sixteen presses at once', async () => {
    await expect(refund(4901n)).rejects.toThrow(RefundTooMuch);
    await expect(refund(0n)).rejects.toThrow(RefundTooMuch);
    const all = await Promise.allSettled(Array.from({ length: 16 }, () => refund(1000n)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect((await read((db) => paymentById(db, purchase.paymentId!)))!.refundedMinor).toBe(4000n);
  });

  test('S19 what was free, or belongs to another location, cannot be refunded', async () => {
    const free = await buy(shop.press({ packageId: shop.packages.free, method: { kind: 'free' }, seenTotalMinor: 0n }));
    await expect(refund(1n, { paymentId: free.paymentId })).rejects.toThrow(NotRefundable);
    await expect(refund(1n, { locationId: shop.organizationId })).rejects.toThrow(NotRefundable);
    await expect(refund(1n, { paymentId: 'x' })).rejects.toThrow(NotRefundable);
  });

  test('S19 E8 when the answer is lost after it was made, it is found done and made once', async () => {
    let cut = true;
    shop.between = async (c, next) => {
      await next();
      if (cut && c.req.path.endsWith('/v1/refunds')) c.res = new Response('<html>bad gateway</html>', { status: 502 });
    };
    expect(await refund(4900n)).toMatchObject({ status: 'new' });
    expect(await balance()).toBe(10_000n);
    cut = false;
    shop.core.clock.advance(60_000);
    expect(await shop.app.payments.checkRefunds()).toBe(1);
    expect(await read((db) => refundsOf(db, purchase.paymentId!))).toMatchObject([{ status: 'done' }]);
    expect(await balance()).toBe(5000n);
    expect((await rows('simulator_objects')).filter(({ kind }) => kind === 'refund')).toHaveLength(1);
  });

  test('S19 when nobody knows for an hour, looking decides and nothing is sent a second time', async () => {
    shop.between = async (c, next) => {
      if (c.req.path.endsWith('/v1/refunds')) c.res = new Response('', { status: 503 });
      else await next();
    };
    await refund(4900n);
    shop.core.clock.advance(3_600_000);
    await shop.app.payments.checkRefunds();
    expect(await read((db) => refundsOf(db, purchase.paymentId!))).toMatchObject([
      { status: 'refused', refusal: 'not-made' },
    ]);
    expect(await alerts()).toEqual(['refund-refused']);
    expect(await balance()).toBe(10_000n);
  });
});

describe('a refund that is in doubt', () => {
  test('S19 E8 is not done by as much that went back in the dashboard meanwhile', async () => {
    shop.between = async (c, next) => {
      if (c.req.method === 'POST' && c.req.path.endsWith('/v1/refunds')) c.res = new Response('', { status: 503 });
      else await next();
    };
    await refund(1000n);
    shop.between = (_, next) => next();
    await refundThere(1000);
    await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    expect(await read((db) => refundsOf(db, purchase.paymentId!))).toMatchObject([{ status: 'new' }]);
    expect(await read((db) => reversalsOf(db, purchase.paymentId!))).toMatchObject([
      { amountMinor: 1000n, actorName: null },
    ]);
    shop.core.clock.advance(3_600_000);
    await shop.app.payments.checkRefunds();
    expect(await read((db) => refundsOf(db, purchase.paymentId!))).toMatchObject([{ status: 'refused' }]);
    expect(await booked()).toEqual([1020n, 0n, 0n]);
  });

  test('S19 E8 and that arrives at the gateway after it was given up is done after all, and nobody has to look', async () => {
    shop.between = async (c, next) => {
      if (c.req.method === 'POST' && c.req.path.endsWith('/v1/refunds')) c.res = new Response('', { status: 503 });
      else await next();
    };
    const { id } = await refund(1000n);
    shop.core.clock.advance(3_600_000);
    await shop.app.payments.checkRefunds();
    expect(await alerts()).toEqual(['refund-refused']);
    shop.between = (_, next) => next();
    await refundThere(1000, `refund:${id}`);
    await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    expect(await read((db) => refundsOf(db, purchase.paymentId!))).toMatchObject([{ status: 'done', refusal: null }]);
    expect(await read((db) => reversalsOf(db, purchase.paymentId!))).toMatchObject([{ actorName: 'Ada' }]);
    expect(await alerts()).toEqual([]);
  });
});

describe("a refund made in the gateway's own dashboard", () => {
  test('has the same effect as soon as anybody looks, and says that it was not made here', async () => {
    await refundThere(2450);
    await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    await shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    expect(await booked()).toEqual([2500n, 0n, 0n]);
    const lines = await read((db) => reversalsOf(db, purchase.paymentId!));
    expect(lines).toMatchObject([{ kind: 'refund', amountMinor: 2450n, actorName: null, reason: null }]);
  });

  test('beside one made here at the same time, each is booked once', async () => {
    await refundThere(900);
    await refund(1000n);
    const lines = await read((db) => reversalsOf(db, purchase.paymentId!));
    expect(lines.map(({ amountMinor, actorName }) => [amountMinor, actorName])).toEqual([
      [1000n, 'Ada'],
      [900n, null],
    ]);
    expect(await booked()).toEqual([1938n, 0n, 0n]);
  });

  test('an answer that is overtaken by a later one does not make a refund look as if it had failed', async () => {
    const [taken, overtaken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let first = true;
    shop.between = async (_, next) => {
      const holds = first;
      first = false;
      await next();
      if (!holds) return;
      taken.resolve();
      await overtaken.promise;
    };
    const look = () => shop.app.payments.settle(shop.organizationId, purchase.paymentId!);
    const late = look();
    await taken.promise;
    await refundThere(4900);
    await look();
    overtaken.resolve();
    await late;
    expect(await booked()).toEqual([5000n, 0n, 0n]);
    const lines = await read((db) => reversalsOf(db, purchase.paymentId!));
    expect(lines.map(({ kind }) => kind)).toEqual(['refund']);
  });

  test('sixteen looks at the same instant book it once', async () => {
    await refundThere(4900);
    await Promise.all(
      Array.from({ length: 16 }, () => shop.app.payments.settle(shop.organizationId, purchase.paymentId!)),
    );
    expect(await booked()).toEqual([5000n, 0n, 0n]);
    expect(await balance()).toBe(5000n);
  });
});
