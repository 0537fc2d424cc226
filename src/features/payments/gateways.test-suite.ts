import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, Refused } from './gateway.ts';
import { laterBehaviour } from './gateways-later.test-suite.ts';
import { type GatewayShop, openGatewayShop, PRICE, RETURN_URL, saved } from './gateways-shop.test-suite.ts';

/** Test cards by what their bank does. */
export type CardKind = 'approved' | 'declined' | 'lacks-funds' | 'asks' | 'declined-when-saved';

export type GatewayUnderTest = {
  gateway: Gateway;
  /** A card of this kind, saved for a customer without paying. Not asked of a gateway that cannot save cards. */
  savedCard(customer: string, kind: CardKind): Promise<string>;
  /** Somebody who presses the buttons of the gateway's pages; without one, only saved cards are tried. */
  payer?: {
    /** Pays on a page; answers where the bank asks, when it does. */
    pay(page: URL, kind: CardKind): Promise<URL | undefined>;
    answerBank(question: URL, yes: boolean): Promise<void>;
  };
  /** Payers may finish what we gave up, until the gateway itself ends it. */
  cannotTakeBack?: boolean;
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
  const pageTest = (
    title: string,
    run: (shop: GatewayShop, payer: NonNullable<GatewayUnderTest['payer']>) => Promise<void>,
  ) =>
    test(title, async ({ skip }) => {
      const { payer } = under();
      if (!payer) return skip();
      await run(await openGatewayShop(under()), payer);
    });

  pageTest('opening moves no money and says where to pay', async ({ openPage, gateway }) => {
    const opened = await openPage();
    expect(opened).toMatchObject({ state: 'action', money: PRICE, refunded: 0n, disputed: 0n, live: false });
    expect(opened.next).toBeInstanceOf(URL);
    expect(await gateway.read(opened.ref)).toMatchObject({ ref: opened.ref, state: 'action', next: opened.next });
  });

  pageTest('a paid page is paid', async ({ openPage, gateway }, payer) => {
    const { ref, next } = await openPage();
    await payer.pay(next!, 'approved');
    expect(await gateway.read(ref)).toMatchObject({ ref, state: 'paid', money: PRICE, refunded: 0n, disputed: 0n });
  });

  pageTest('the card is kept for the next purchase, where it can be', async ({ openPage, gateway, buyWith }, payer) => {
    const { ref, next } = await openPage();
    await payer.pay(next!, 'approved');
    const paid = await gateway.read(ref);
    // A card that could not be charged again must not be offered to anybody.
    if (!gateway.can.save) return expect(paid.method).toBeUndefined();
    expect(paid).toMatchObject({ method: { last4: '4242' } });
    expect(paid.also).toHaveLength(1);
    expect(await buyWith(paid.method!.ref)).toMatchObject({ state: 'paid' });
  });

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
    const given = await gateway.close(ref);
    await payer.pay(next!, 'approved');
    const after = await gateway.read(ref);
    // Where a page cannot be taken back it is not called closed, and what is paid there still counts.
    if (under().cannotTakeBack) return expect([given.state, after.state]).toEqual(['action', 'paid']);
    expect(given).toMatchObject({ state: 'closed', failure: { code: 'abandoned' } });
    expect(after.state).toBe('closed');
  });

  pageTest('giving up after the decline of a card says why nothing was paid', async ({ openPage, gateway }, payer) => {
    const { ref, next } = await openPage();
    await payer.pay(next!, 'lacks-funds');
    const given = await gateway.close(ref);
    if (under().cannotTakeBack) return expect(given.state).toBe('action');
    expect(given).toMatchObject({ state: 'closed', failure: { code: 'insufficient-funds' } });
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
  const savedTest = (title: string, run: (shop: GatewayShop) => Promise<void>) =>
    test(title, async ({ skip }) => {
      if (!under().gateway.can.save) return skip();
      await run(await openGatewayShop(under()));
    });

  test('a gateway that cannot save cards opens nothing for one, and charges none', async ({ skip }) => {
    const { gateway } = under();
    if (gateway.can.save) return skip();
    const { openSaved, openPage } = await openGatewayShop(under());
    await expect(openSaved()).rejects.toBeInstanceOf(Refused);
    const { ref } = await openPage();
    const charged = gateway.pay(ref, saved('card'), RETURN_URL, randomUUID());
    await expect(charged).rejects.toBeInstanceOf(Refused);
    await expect(gateway.forget('card')).rejects.toBeInstanceOf(Refused);
    expect((await gateway.read(ref)).state).toBe('action');
  });

  savedTest('opening moves no money', async ({ openSaved, gateway }) => {
    const opened = await openSaved();
    expect(opened).toMatchObject({ state: 'open', money: PRICE, live: false });
    expect(await gateway.read(opened.ref)).toMatchObject({ state: 'open' });
  });

  savedTest('one press pays', async ({ buyWith, card }) => {
    expect(await buyWith(await card('approved'))).toMatchObject({
      state: 'paid',
      money: PRICE,
      method: { last4: '4242' },
    });
  });

  savedTest('a declined card ends the payment for good', async ({ buyWith, card, gateway }) => {
    const declined = await buyWith(await card('declined-when-saved'));
    expect(declined).toMatchObject({ state: 'closed', failure: { code: 'declined' } });
    expect((await gateway.read(declined.ref)).state).toBe('closed');
    const other = saved(await card('approved'));
    expect(await gateway.pay(declined.ref, other, RETURN_URL, randomUUID())).toMatchObject({ state: 'closed' });
  });

  savedTest('when the bank asks, the payment waits at its page', async ({ buyWith, card, gateway }) => {
    const asked = await buyWith(await card('asks'));
    expect(asked.state).toBe('action');
    expect(asked.next).toBeInstanceOf(URL);
    expect(await gateway.read(asked.ref)).toMatchObject({ state: 'action', next: asked.next });
  });

  savedTest('a yes to the bank pays, a no ends the payment', async ({ buyWith, card, gateway }) => {
    const { payer } = under();
    if (!payer) return;
    const method = await card('asks');
    const yes = await buyWith(method);
    await payer.answerBank(yes.next!, true);
    expect((await gateway.read(yes.ref)).state).toBe('paid');
    const no = await buyWith(method);
    await payer.answerBank(no.next!, false);
    expect(await gateway.read(no.ref)).toMatchObject({ state: 'closed', failure: { code: 'authentication-failed' } });
  });

  savedTest('a question that the payer leaves unanswered can be given up', async ({ buyWith, card, gateway }) => {
    const asked = await buyWith(await card('asks'));
    expect((await gateway.close(asked.ref)).state).toBe('closed');
  });

  savedTest('the same key pays once, however often it is sent', async ({ openSaved, card, gateway }) => {
    const by = saved(await card('approved'));
    const { ref } = await openSaved();
    const answers = [];
    for (let time = 0; time < 3; time++) answers.push(await gateway.pay(ref, by, RETURN_URL, `pay:${ref}`));
    expect(answers.map(({ state }) => state)).toEqual(['paid', 'paid', 'paid']);
    expect((await gateway.read(ref)).money).toEqual(PRICE);
  });

  savedTest(
    'paying a paid payment again under another key says paid and charges nothing more',
    async ({ buyWith, card, gateway }) => {
      const by = saved(await card('approved'));
      const { ref } = await buyWith(by.methodRef);
      expect(await gateway.pay(ref, by, RETURN_URL, randomUUID())).toMatchObject({ state: 'paid', money: PRICE });
    },
  );

  savedTest(
    'a forgotten card cannot pay, and forgetting it twice is no trouble',
    async ({ openSaved, card, gateway }) => {
      const by = saved(await card('approved'));
      await gateway.forget(by.methodRef);
      await gateway.forget(by.methodRef);
      const { ref } = await openSaved();
      await expect(gateway.pay(ref, by, RETURN_URL, randomUUID())).rejects.toBeInstanceOf(Refused);
      expect((await gateway.read(ref)).state).toBe('open');
    },
  );
}
