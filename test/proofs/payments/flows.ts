import { randomUUID } from 'node:crypto';
import { CARDS } from './deck.ts';
import { LOOPS, type Scene } from './scene.ts';
import type { Pack } from './space.ts';
import type { Counts } from './steps.ts';
import { type Answer, sendForm, type Visitor } from './visitor.ts';

/** Something that a program does in several steps, between any two of which it may end. */
export type Flow = {
  name: string;
  /** Done by loops after a start, not by somebody's request. */
  byLoops?: boolean;
  counts?: Counts;
  /** Brings about what has to be there before; answers what is done then. */
  prepare(scene: Scene): Promise<Act>;
};

export type Act = {
  /** The key of the purchase, by which it is found. */
  key: string;
  /** The key of the refund, when it is about one. */
  refundKey?: string;
  act(): Promise<unknown>;
  /** What whoever saw nothing come of it does once more. */
  again?(): Promise<unknown>;
};

type Shopper = { visitor: Visitor; pack: Pack; credits: string };

export const FLOWS: Flow[] = [
  {
    name: 'a saved card is charged',
    prepare: (scene) =>
      eventually(async () => {
        const shopper = await shopperIn(scene);
        if (!(await buyOnPage(shopper, randomUUID()))) return undefined;
        const method = `saved-${await savedCard(shopper)}`;
        const key = randomUUID();
        const act = () => press(shopper, key, method);
        return { key, act, again: act };
      }),
  },
  {
    name: 'somebody new is sent to the gateway’s page',
    async prepare(scene) {
      const shopper = await shopperIn(scene);
      const key = randomUUID();
      return { key, act: () => press(shopper, key), again: () => buyOnPage(shopper, key) };
    },
  },
  {
    name: 'somebody comes back who has paid there',
    prepare: (scene) =>
      eventually(async () => {
        const shopper = await shopperIn(scene);
        const key = randomUUID();
        const comeBack = await payThere(shopper, key);
        return comeBack && { key, act: comeBack, again: comeBack };
      }),
  },
  {
    name: 'money is refunded here',
    prepare: (scene) =>
      eventually(async () => {
        const shopper = await shopperIn(scene);
        const key = randomUUID();
        const id = await buyOnPage(shopper, key);
        if (!id) return undefined;
        const refundKey = randomUUID();
        const act = await refunding(scene, id, refundKey);
        return { key, refundKey, act, again: act };
      }),
  },
  {
    name: 'somebody who paid there never comes back, and the loop finds out',
    byLoops: true,
    // Looking at what is due and booking it; what else loops do is another matter.
    counts: {
      asked: ({ path }) => /\/cs_/.test(path),
      committed: (tables) => tables.some((table) => /^(payments|money_alerts)$/.test(table)),
    },
    prepare: (scene) =>
      eventually(async () => {
        const shopper = await shopperIn(scene);
        const key = randomUUID();
        const comeBack = await payThere(shopper, key);
        return comeBack && { key, act: () => scene.program.start(LOOPS) };
      }),
  },
];

/** On a busy machine a gateway may seem not to answer: then somebody else is tried with. */
async function eventually(attempt: () => Promise<Act | undefined>): Promise<Act> {
  for (let tries = 0; tries < 5; tries++) {
    const act = await attempt();
    if (act) return act;
  }
  throw new Error('nobody could buy anything');
}

async function shopperIn({ somebody, space }: Scene): Promise<Shopper> {
  const { visitor } = await somebody();
  const pack = space.packages.find(({ credits }) => credits === 777n)!;
  return { visitor, pack, credits: `/l/${space.location.slug}/membership/credits` };
}

function press({ visitor, pack, credits }: Shopper, key: string, method = 'page'): Promise<Answer> {
  const fields = { requestKey: key, seenTotalMinor: String(pack.priceMinor), wallet: 'personal', method };
  return visitor.post(`${credits}/packages/${pack.id}`, fields, 0);
}

/** Buys on the gateway's page and comes back; answers the purchase once it is paid. */
async function buyOnPage(shopper: Shopper, key: string): Promise<string | undefined> {
  const comeBack = await payThere(shopper, key);
  const { to } = (await comeBack?.()) ?? { to: '' };
  return /[?&]bought=([0-9a-f-]+)/.exec(to)?.[1];
}

/** Pays on the gateway's page; answers how to come back from there. Nothing when there is nothing to pay. */
async function payThere(shopper: Shopper, key: string): Promise<(() => Promise<Answer>) | undefined> {
  const { visitor, credits } = shopper;
  const { to } = await press(shopper, key);
  const id = /\/purchases\/([0-9a-f-]+)/.exec(to)?.[1];
  if (!id) return undefined;
  const { text } = await visitor.get(`${credits}/purchases/${id}/go`, 0);
  const [page] = /http:\/\/[\w.:]+\/simulator\/pay\/\w+/.exec(text) ?? [];
  if (!page || (await sendForm(page, { test: CARDS.good })).status !== 303) return undefined;
  return () => visitor.get(`${credits}/purchases/${id}/return`, 0);
}

async function savedCard({ visitor, pack, credits }: Shopper): Promise<string> {
  const { text } = await visitor.get(`${credits}/packages/${pack.id}`, 0);
  const [, id] = /value="saved-([0-9a-f-]+)"/.exec(text) ?? [];
  if (!id) throw new Error('no card was saved');
  return id;
}

/** The button under the review of a refund of half of what a purchase cost. */
async function refunding({ space, administrator }: Scene, purchaseId: string, requestKey: string) {
  const { customerId, paymentId } = await space.database.read(space.organizationId, (db) =>
    db
      .selectFrom('purchases')
      .select(['customer_id as customerId', 'payment_id as paymentId'])
      .where('id', '=', purchaseId)
      .executeTakeFirstOrThrow(),
  );
  const at = `/l/${space.location.slug}/community/customers/${customerId}/payments/${paymentId}/refund/review`;
  const typed = { requestKey, amount: '5.00', reason: 'Moved away' };
  const { text } = await administrator.get(`${at}?${new URLSearchParams(typed)}`, 0);
  const [, seen = ''] = / name="seen" value="([^"]+)"/.exec(text) ?? [];
  return () => administrator.post(at, { ...typed, seen }, 0);
}
