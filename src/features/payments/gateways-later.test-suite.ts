import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Gateway, Refused, type Snapshot } from './gateway.ts';
import type { GatewayUnderTest } from './gateways.test-suite.ts';
import { openGatewayShop, PRICE } from './gateways-shop.test-suite.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What becomes of payments afterwards, and what else a gateway is asked. */
export function laterBehaviour(under: () => GatewayUnderTest): void {
  refundBehaviour(under);
  recentBehaviour(under);
  methodsBehaviour(under);

  test('an amount below the least is refused before anything is opened (E14)', async () => {
    const { gateway, opened } = await openGatewayShop(under());
    const answer = gateway.amount({ minor: 0n, currency: 'EUR' });
    const least = answer.ok ? undefined : answer.least;
    expect(least).toMatchObject({ currency: 'EUR' });
    expect(gateway.amount(least!)).toEqual({ ok: true });
    const money = { ...least!, minor: least!.minor - 1n };
    expect(gateway.amount(money)).toEqual({ ok: false, least });
    await expect(opened({ money })).rejects.toBeInstanceOf(Refused);
  });

  test('a reference that is not of this gateway is refused', async () => {
    const { gateway } = await openGatewayShop(under());
    for (const ref of ['../customers', 'pi_doesnotexist', 'tr_doesnotexist', ''])
      await expect(gateway.read(ref)).rejects.toBeInstanceOf(Refused);
  });

  test('the self-check finds nothing wrong', async () => {
    expect(await under().gateway.check()).toMatchObject({
      live: false,
      account: expect.stringMatching(/./),
      problems: [],
    });
  });

  test('hints that are sent no more are asked for no more, whether any were sent or not', async () => {
    const { gateway } = under();
    const url = 'https://roost.example/webhooks/parting';
    await gateway.unlisten(url);
    await gateway.listen(url, randomUUID());
    await gateway.unlisten(url);
    await gateway.unlisten(url);
  });

  test('a hint that is foreign or garbage is refused', async () => {
    const foreign = JSON.stringify({ data: { object: { id: 'cs_1', object: 'checkout.session' } } });
    for (const body of [foreign, '', 'null', '<html>', 'id=', 'id=../customers', 'id=evt_1', 'id=cs_1', '\0'])
      await expect(under().gateway.hints(body, new Headers(), 'a secret'), body).rejects.toBeInstanceOf(Refused);
  });
}

function refundBehaviour(under: () => GatewayUnderTest): void {
  const refundTest = (
    title: string,
    needs: 'full' | 'partial',
    run: (gateway: Gateway, ref: string) => Promise<void>,
  ) =>
    test(title, async ({ skip }) => {
      const { refund } = under().gateway.can;
      if ((refund !== 'partial' && refund !== needs) || !canBePaid(under())) return skip();
      const { gateway, paid } = await openGatewayShop(under());
      await run(gateway, (await paid()).ref);
    });

  refundTest('the whole of a payment can go back, and no more', 'full', async (gateway, ref) => {
    const refunded = await gateway.refund(ref, PRICE.minor, randomUUID());
    expect(refunded).toMatchObject({ ref, state: 'paid', money: PRICE, refunded: PRICE.minor, disputed: 0n });
    expect(await gateway.read(ref)).toMatchObject({ state: 'paid', refunded: PRICE.minor });
    await expect(gateway.refund(ref, 1n, randomUUID())).rejects.toBeInstanceOf(Refused);
  });

  refundTest('refunds add up, and never to more than was paid', 'partial', async (gateway, ref) => {
    expect(await gateway.refund(ref, 1000n, randomUUID())).toMatchObject({ state: 'paid', refunded: 1000n });
    await expect(gateway.refund(ref, PRICE.minor, randomUUID())).rejects.toBeInstanceOf(Refused);
    expect(await gateway.refund(ref, PRICE.minor - 1000n, randomUUID())).toMatchObject({ refunded: PRICE.minor });
    await expect(gateway.refund(ref, 1n, randomUUID())).rejects.toBeInstanceOf(Refused);
  });

  refundTest('the same refund asked for again by its key is made once', 'full', async (gateway, ref) => {
    const key = randomUUID();
    for (let time = 0; time < 3; time++)
      expect(await gateway.refund(ref, PRICE.minor, key)).toMatchObject({ refunded: PRICE.minor });
  });

  refundTest('two refunds of the same amount are two by their keys', 'partial', async (gateway, ref) => {
    const [one, other] = [randomUUID(), randomUUID()];
    const [first, second] = [one, other].map((key) => ({ key, minor: 700n }));
    expect(await gateway.refund(ref, 700n, one)).toMatchObject({ refunded: 700n, ours: [first] });
    expect(await gateway.refund(ref, 700n, one)).toMatchObject({ refunded: 700n, ours: [first] });
    const both = await gateway.refund(ref, 700n, other);
    expect(both).toMatchObject({ refunded: 1400n, ours: expect.arrayContaining([first, second]) });
    expect(await gateway.read(ref)).toEqual(both);
  });

  refundTest('nothing, and less than nothing, cannot go back', 'full', async (gateway, ref) => {
    await expect(gateway.refund(ref, 0n, randomUUID())).rejects.toBeInstanceOf(Refused);
    await expect(gateway.refund(ref, -100n, randomUUID())).rejects.toBeInstanceOf(Refused);
    expect(await gateway.read(ref)).toMatchObject({ refunded: 0n });
  });

  test('a payment that was not paid cannot be refunded', async () => {
    const { opened, gateway } = await openGatewayShop(under());
    const { ref } = await opened();
    await expect(gateway.refund(ref, 100n, randomUUID())).rejects.toBeInstanceOf(Refused);
  });
}

function recentBehaviour(under: () => GatewayUnderTest): void {
  const named = async (gateway: Gateway, ref: string, from: number, to: number): Promise<Snapshot[]> => {
    const all: Snapshot[] = [];
    for await (const snapshot of gateway.recent(new Date(from), new Date(to))) all.push(snapshot);
    return all.filter((snapshot) => snapshot.ref === ref || snapshot.also?.includes(ref));
  };

  test('what was paid lately is named as it stands now, and not among what is older', async ({ skip }) => {
    if (!canBePaid(under())) return skip();
    const { gateway, paid } = await openGatewayShop(under());
    const { ref } = await paid();
    const [found, ...again] = await named(gateway, ref, Date.now() - 10 * MINUTE, Date.now() + MINUTE);
    expect(found).toMatchObject({ state: 'paid', money: PRICE, refunded: 0n, disputed: 0n, live: false });
    for (const snapshot of again) expect(snapshot).toEqual(found);
    expect(await named(gateway, ref, Date.now() - 2 * DAY, Date.now() - DAY)).toEqual([]);
  });

  test('what was refunded lately is named with all that went back', async ({ skip }) => {
    if (!under().gateway.can.refund || !canBePaid(under())) return skip();
    const { gateway, paid } = await openGatewayShop(under());
    const { ref } = await paid();
    const key = randomUUID();
    await gateway.refund(ref, PRICE.minor, key);
    const found = await named(gateway, ref, Date.now() - 10 * MINUTE, Date.now() + MINUTE);
    expect(found.length).toBeGreaterThan(0);
    const ours = [{ key, minor: PRICE.minor }];
    for (const snapshot of found) expect(snapshot).toMatchObject({ state: 'paid', refunded: PRICE.minor, ours });
  });
}

function methodsBehaviour(under: () => GatewayUnderTest): void {
  test('the cards that are kept for a customer are named until they are forgotten, and to nobody else', async () => {
    const { gateway, customer, card } = await openGatewayShop(under());
    expect(await gateway.methods(customer)).toEqual([]);
    if (!gateway.can.save) return;
    const kept = await card('approved');
    expect(await gateway.methods(customer)).toEqual([expect.objectContaining({ ref: kept, last4: '4242' })]);
    const { customer: other } = await openGatewayShop(under());
    expect(await gateway.methods(other)).toEqual([]);
    await gateway.forget(kept);
    expect(await gateway.methods(customer)).toEqual([]);
  });
}

/** Without a saved card somebody has to press the buttons. */
function canBePaid({ gateway, payer }: GatewayUnderTest): boolean {
  return gateway.can.save || payer !== undefined;
}
