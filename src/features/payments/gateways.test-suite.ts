import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type By, type Gateway, type Order, Refused, type Snapshot } from './gateway.ts';

/** Test cards by what their bank does. */
export type CardKind = 'approved' | 'declined' | 'lacks-funds' | 'asks' | 'declined-when-saved';

export type GatewayUnderTest = {
  gateway: Gateway;
  /** A card of this kind, saved for a customer without paying. */
  savedCard(customer: string, kind: CardKind): Promise<string>;
  /** Somebody who presses the buttons of the gateway's pages; without one, only saved cards are tried. */
  payer?: {
    /** Pays on a page; answers where the bank asks, when it does. */
    pay(page: URL, kind: CardKind): Promise<URL | undefined>;
    answerBank(question: URL, yes: boolean): Promise<void>;
  };
  close(): Promise<void>;
};

/** What every gateway has to do alike, whatever is behind it. */
export function describeGateway(name: string, make: () => Promise<GatewayUnderTest>): void {
  describe(name, () => {
    let under: GatewayUnderTest;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under.close());
    describe('on the page of the gateway', () => pageBehaviour(() => under));
    describe('with a saved card', () => savedCardBehaviour(() => under));
    describe('afterwards', () => laterBehaviour(() => under));
  });
}

function pageBehaviour(under: () => GatewayUnderTest): void {
  const pageTest = (title: string, run: (shop: Shop, payer: NonNullable<GatewayUnderTest['payer']>) => Promise<void>) =>
    test(title, async ({ skip }) => {
      const { payer } = under();
      if (!payer) return skip();
      await run(await openShop(under()), payer);
    });

  pageTest('opening moves no money and says where to pay', async ({ openPage, gateway }) => {
    const opened = await openPage();
    expect(opened).toMatchObject({ state: 'action', money: PRICE, refunded: 0n, disputed: 0n, live: false });
    expect(opened.next).toBeInstanceOf(URL);
    expect(await gateway.read(opened.ref)).toMatchObject({ ref: opened.ref, state: 'action', next: opened.next });
  });

  pageTest(
    'a paid page is paid, and the card is kept for the next purchase',
    async ({ openPage, gateway, buyWith }, payer) => {
      const { ref, next } = await openPage();
      await payer.pay(next!, 'approved');
      const paid = await gateway.read(ref);
      expect(paid).toMatchObject({ state: 'paid', money: PRICE, method: { last4: '4242' } });
      expect(paid.also).toHaveLength(1);
      expect(await buyWith(paid.method!.ref)).toMatchObject({ state: 'paid' });
    },
  );

  pageTest(
    'a declined card leaves the page open for another one, and is not kept',
    async ({ openPage, gateway }, payer) => {
      const { ref, next } = await openPage();
      await payer.pay(next!, 'declined');
      const declined = await gateway.read(ref);
      expect(declined.state).toBe('action');
      expect(declined.method).toBeUndefined();
      await payer.pay(next!, 'approved');
      expect(await gateway.read(ref)).toMatchObject({ state: 'paid', money: PRICE });
    },
  );

  pageTest('when the bank asks, nothing is paid until the payer says yes', async ({ openPage, gateway }, payer) => {
    const { ref, next } = await openPage();
    const question = await payer.pay(next!, 'asks');
    expect((await gateway.read(ref)).state).toBe('action');
    await payer.answerBank(question!, true);
    expect((await gateway.read(ref)).state).toBe('paid');
  });

  pageTest('a payer who tells the bank no has paid nothing and may try again', async ({ openPage, gateway }, payer) => {
    const { ref, next } = await openPage();
    await payer.answerBank((await payer.pay(next!, 'asks'))!, false);
    expect((await gateway.read(ref)).state).toBe('action');
    await payer.pay(next!, 'approved');
    expect((await gateway.read(ref)).state).toBe('paid');
  });

  pageTest('a page that we gave up can never be paid', async ({ openPage, gateway }, payer) => {
    const { ref, next } = await openPage();
    expect(await gateway.close(ref)).toMatchObject({ state: 'closed', failure: { code: 'abandoned' } });
    await payer.pay(next!, 'approved');
    expect((await gateway.read(ref)).state).toBe('closed');
  });

  pageTest('giving up after the decline of a card says why nothing was paid', async ({ openPage, gateway }, payer) => {
    const { ref, next } = await openPage();
    await payer.pay(next!, 'lacks-funds');
    expect(await gateway.close(ref)).toMatchObject({ state: 'closed', failure: { code: 'insufficient-funds' } });
  });

  pageTest('giving up too late says that it is paid', async ({ openPage, gateway }, payer) => {
    const { ref, next } = await openPage();
    await payer.pay(next!, 'approved');
    expect(await gateway.close(ref)).toMatchObject({ ref, state: 'paid' });
  });

  pageTest('asking twice to open the same payment opens one page', async ({ openPage }) => {
    const [one, other] = [await openPage('again'), await openPage('again')];
    expect(other.ref).toBe(one.ref);
  });
}

function savedCardBehaviour(under: () => GatewayUnderTest): void {
  test('opening moves no money', async () => {
    const { openSaved, gateway } = await openShop(under());
    const opened = await openSaved();
    expect(opened).toMatchObject({ state: 'open', money: PRICE, live: false });
    expect(await gateway.read(opened.ref)).toMatchObject({ state: 'open' });
  });

  test('one press pays', async () => {
    const { buyWith, card } = await openShop(under());
    expect(await buyWith(await card('approved'))).toMatchObject({
      state: 'paid',
      money: PRICE,
      method: { last4: '4242' },
    });
  });

  test('a declined card ends the payment for good', async () => {
    const { buyWith, card, gateway } = await openShop(under());
    const declined = await buyWith(await card('declined-when-saved'));
    expect(declined).toMatchObject({ state: 'closed', failure: { code: 'declined' } });
    expect((await gateway.read(declined.ref)).state).toBe('closed');
    const other = saved(await card('approved'));
    expect(await gateway.pay(declined.ref, other, RETURN_URL, randomUUID())).toMatchObject({ state: 'closed' });
  });

  test('when the bank asks, the payment waits at its page', async () => {
    const { buyWith, card, gateway } = await openShop(under());
    const asked = await buyWith(await card('asks'));
    expect(asked.state).toBe('action');
    expect(asked.next).toBeInstanceOf(URL);
    expect(await gateway.read(asked.ref)).toMatchObject({ state: 'action', next: asked.next });
  });

  test('a yes to the bank pays, a no ends the payment', async ({ skip }) => {
    const { payer } = under();
    if (!payer) return skip();
    const { buyWith, card, gateway } = await openShop(under());
    const method = await card('asks');
    const yes = await buyWith(method);
    await payer.answerBank(yes.next!, true);
    expect((await gateway.read(yes.ref)).state).toBe('paid');
    const no = await buyWith(method);
    await payer.answerBank(no.next!, false);
    expect(await gateway.read(no.ref)).toMatchObject({ state: 'closed', failure: { code: 'authentication-failed' } });
  });

  test('a question that the payer leaves unanswered can be given up', async () => {
    const { buyWith, card, gateway } = await openShop(under());
    const asked = await buyWith(await card('asks'));
    expect((await gateway.close(asked.ref)).state).toBe('closed');
  });

  test('the same key pays once, however often it is sent', async () => {
    const { openSaved, card, gateway } = await openShop(under());
    const by = saved(await card('approved'));
    const { ref } = await openSaved();
    const answers = [];
    for (let time = 0; time < 3; time++) answers.push(await gateway.pay(ref, by, RETURN_URL, `pay:${ref}`));
    expect(answers.map(({ state }) => state)).toEqual(['paid', 'paid', 'paid']);
    expect((await gateway.read(ref)).money).toEqual(PRICE);
  });

  test('paying a paid payment again under another key says paid and charges nothing more', async () => {
    const { buyWith, card, gateway } = await openShop(under());
    const by = saved(await card('approved'));
    const { ref } = await buyWith(by.methodRef);
    expect(await gateway.pay(ref, by, RETURN_URL, randomUUID())).toMatchObject({ state: 'paid', money: PRICE });
  });

  test('a forgotten card cannot pay, and forgetting it twice is no trouble', async () => {
    const { openSaved, card, gateway } = await openShop(under());
    const by = saved(await card('approved'));
    await gateway.forget(by.methodRef);
    await gateway.forget(by.methodRef);
    const { ref } = await openSaved();
    await expect(gateway.pay(ref, by, RETURN_URL, randomUUID())).rejects.toBeInstanceOf(Refused);
    expect((await gateway.read(ref)).state).toBe('open');
  });
}

function laterBehaviour(under: () => GatewayUnderTest): void {
  test('refunds add up, and never to more than was paid', async () => {
    const { buyWith, card, gateway } = await openShop(under());
    const { ref } = await buyWith(await card('approved'));
    expect(await gateway.refund(ref, 1000n, randomUUID())).toMatchObject({
      state: 'paid',
      refunded: 1000n,
      money: PRICE,
    });
    await expect(gateway.refund(ref, PRICE.minor, randomUUID())).rejects.toBeInstanceOf(Refused);
    expect(await gateway.refund(ref, PRICE.minor - 1000n, randomUUID())).toMatchObject({ refunded: PRICE.minor });
    await expect(gateway.refund(ref, 1n, randomUUID())).rejects.toBeInstanceOf(Refused);
  });

  test('the same refund asked for twice is made once', async () => {
    const { buyWith, card, gateway } = await openShop(under());
    const { ref } = await buyWith(await card('approved'));
    const key = randomUUID();
    await gateway.refund(ref, 700n, key);
    expect(await gateway.refund(ref, 700n, key)).toMatchObject({ refunded: 700n });
  });

  test('a payment that was not paid cannot be refunded', async () => {
    const { openSaved, gateway } = await openShop(under());
    const { ref } = await openSaved();
    await expect(gateway.refund(ref, 100n, randomUUID())).rejects.toBeInstanceOf(Refused);
  });

  test('an amount below the least is refused before anything is opened (E14)', async () => {
    const { gateway, openSaved } = await openShop(under());
    const money = { minor: 49n, currency: 'EUR' };
    expect(gateway.amount(money)).toEqual({ ok: false, least: { minor: 50n, currency: 'EUR' } });
    await expect(openSaved({ money })).rejects.toBeInstanceOf(Refused);
  });

  test('a reference that is not of this gateway is refused', async () => {
    const { gateway } = await openShop(under());
    await expect(gateway.read('../customers')).rejects.toBeInstanceOf(Refused);
    await expect(gateway.read('pi_doesnotexist')).rejects.toBeInstanceOf(Refused);
  });

  test('the self-check finds nothing wrong', async () => {
    expect(await under().gateway.check()).toMatchObject({ live: false, problems: [] });
  });

  test('a hint that the gateway did not sign is refused', async () => {
    const body = JSON.stringify({ data: { object: { id: 'cs_1', object: 'checkout.session' } } });
    await expect(under().gateway.hints(body, new Headers(), 'a secret')).rejects.toBeInstanceOf(Refused);
  });
}

const PRICE = { minor: 4900n, currency: 'EUR' };
const RETURN_URL = 'https://roost.example/return';

type Shop = {
  gateway: Gateway;
  openPage(key?: string): Promise<Snapshot>;
  openSaved(change?: Partial<Order>): Promise<Snapshot>;
  buyWith(methodRef: string): Promise<Snapshot>;
  card(kind: CardKind): Promise<string>;
};

/** A customer and an order of their own, so that tests do not meet. */
async function openShop({ gateway, savedCard }: GatewayUnderTest): Promise<Shop> {
  const customerId = randomUUID();
  const who = { customerId, name: 'Ann Smith', email: 'ann@example.com' };
  const customer = await gateway.customer(who, `customer:${customerId}`);
  const order: Order = {
    paymentId: randomUUID(),
    money: PRICE,
    title: '50 credits',
    customer,
    returnUrl: RETURN_URL,
    cancelUrl: 'https://roost.example/cancel',
    expiresAt: new Date(Date.now() + 31 * 60_000),
    locale: 'en-GB',
  };
  // What a saved card opens does not depend on the card.
  const openSaved = (change?: Partial<Order>) =>
    gateway.open({ ...order, ...change }, saved(''), `open:${randomUUID()}`);
  return {
    gateway,
    openPage: (key = randomUUID()) => gateway.open(order, { kind: 'page' }, `open:${order.paymentId}:${key}`),
    openSaved,
    async buyWith(methodRef) {
      const { ref } = await openSaved();
      return gateway.pay(ref, saved(methodRef), RETURN_URL, `pay:${ref}`);
    },
    card: (kind) => savedCard(customer, kind),
  };
}

function saved(methodRef: string): By & { kind: 'saved' } {
  return { kind: 'saved', methodRef };
}
