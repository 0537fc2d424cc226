import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { companyBuyingIn } from '../../../test/support/company-buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { createCompany, createMembership, createUser } from '../people/people.ts';
import { setPermission } from '../permissions/permissions.ts';
import { type Person, refundsIn } from './test-refunds.ts';

// Who may pay for whom, and how: what the sheet offers, and what a press of its button does, for every combination.

type Who = 'individual' | 'employee' | 'employee-card' | 'employee-invoice' | 'manager' | 'stranger' | 'administrator';
type Way = 'saved' | 'page' | 'invoice' | 'free' | 'external';
type For = 'personal' | 'company';
/** `offered` is bought; `not` is refused when pressed all the same; `nowhere` is no wallet of theirs. */
type Cell = 'offered' | 'not' | 'nowhere';

const PEOPLE: Who[] = [
  'individual',
  'employee',
  'employee-card',
  'employee-invoice',
  'manager',
  'stranger',
  'administrator',
];
const WAYS: Way[] = ['saved', 'page', 'invoice', 'free', 'external'];

/** What the domain says. External is an administrator's, who is no member and so has no sheet at all. */
function expected(who: Who, wallet: For, way: Way): Cell {
  if (who === 'administrator') return 'nowhere';
  if (wallet === 'company' && who === 'individual') return 'nowhere';
  if (way === 'external') return 'not';
  if (wallet === 'personal' || who === 'manager' || who === 'stranger') return 'offered';
  if (who === 'employee-card') return way === 'saved' || way === 'free' ? 'offered' : 'not';
  if (who === 'employee-invoice') return way === 'invoice' || way === 'free' ? 'offered' : 'not';
  return 'not';
}

type Party = { userId: string; name: string; email: string; customerId: string };

let shop: Shop;
const it = companyBuyingIn(() => shop);
const { signedIn, rows } = refundsIn(() => shop);
const people = new Map<Who, Party>();
const pages = new Map<Who, Person>();
/** The saved card of whoever pays, by customer. */
const cards = new Map<string, string>();
let otherCompany: { id: string; customerId: string };

beforeAll(async () => {
  shop = await openShop();
  const { core, organizationId, location, member, manager, employee, company } = shop;
  people.set('individual', member).set('manager', manager).set('employee', employee);
  const made = { organizationId, locationId: location.id, now: core.now() };
  await core.database.write(organizationId, async (tx) => {
    otherCompany = await createCompany(tx, { ...made, name: 'Elsewhere' });
    const join = async (who: Who, name: string, at: { id: string; role: 'manager' | 'member' }) => {
      const email = `${name.toLowerCase()}@example.com`;
      const userId = await createUser(tx, { ...made, name, email });
      const { customerId } = await createMembership(tx, { ...made, userId, name, type: 'member', company: at });
      people.set(who, { userId, name, email, customerId });
    };
    await join('employee-card', 'Cal', { id: company.id, role: 'member' });
    await join('employee-invoice', 'Ivo', { id: company.id, role: 'member' });
    await join('stranger', 'Sam', { id: otherCompany.id, role: 'manager' });
  });
  people.set('administrator', { userId: shop.administratorId, name: 'Ada', email: 'ada@example.com', customerId: '' });
  for (const [who, { userId }] of people) pages.set(who, await signedIn(userId));
  for (const { customerId } of payers()) {
    await it.subscribe(customerId, { priceMinor: 0n });
    cards.set(customerId, await cardOf(customerId));
  }
}, 120_000);
afterAll(() => shop.close());

const payers = () =>
  [...[...people.values()].map(({ customerId }) => customerId), shop.company.customerId, otherCompany.customerId]
    .filter((customerId) => customerId !== '')
    .map((customerId) => ({ customerId }));

/** A card that the gateway has kept, as after a payment on its page; who pays first is no matter here. */
async function cardOf(customerId: string): Promise<string> {
  const isCompany = [shop.company.customerId, otherCompany.customerId].includes(customerId);
  const owner = [...people.values()].find((party) => party.customerId === customerId);
  const boss = people.get(customerId === otherCompany.customerId ? 'stranger' : 'manager')!;
  const who = owner ?? boss;
  const purchase = await it.buy(
    shop.press({
      wallet: { kind: isCompany ? 'company' : 'personal', customerId, name: who.name },
      buyer: { id: who.userId, name: who.name, email: who.email },
      requestKey: newRequestKey(),
    }),
  );
  await it.payFor(purchase);
  return (await rows('saved_methods')).find((row) => row.customer_id === customerId)!.id as string;
}

/** What is open to the company's members while somebody looks. */
async function openFor(who: Who): Promise<void> {
  const { core, organizationId, company, manager } = shop;
  const set = { organizationId, customerId: company.customerId, actorUserId: manager.userId, now: core.now() };
  await core.database.write(organizationId, async (tx) => {
    const card = { kind: 'card', id: cards.get(company.customerId)! } as const;
    await setPermission(tx, { ...set, method: card, isOpen: who === 'employee-card' });
    await setPermission(tx, { ...set, method: { kind: 'invoice' }, isOpen: who === 'employee-invoice' });
  });
}

const sheetOf = (way: Way, wallet: For) => {
  const packageId = way === 'free' ? shop.packages.free : shop.packages.fifty;
  return `/l/${shop.location.slug}/membership/credits/packages/${packageId}?wallet=${wallet}`;
};

/** How a form names a way, for the wallet that pays. */
function formValue(who: Who, wallet: For, way: Way): string {
  const company = who === 'stranger' ? otherCompany : shop.company;
  const customerId = wallet === 'company' ? company.customerId : people.get(who)!.customerId;
  return way === 'saved' ? `saved-${cards.get(customerId) ?? cards.get(shop.company.customerId)}` : way;
}

const isOffered = (html: string, value: string) =>
  new RegExp(`<input(?=[^>]*name="method")(?=[^>]*value="${value}")(?![^>]*disabled)[^>]*>`).test(html);
const counts = async () => (await rows('purchases')).length;

describe.each(['personal', 'company'] as const)('S9 S10 S11 S15 for the wallet %s', (wallet) => {
  describe.each(PEOPLE)('%s', (who) => {
    test.each(WAYS)('is offered %s, or refused it, as the domain says', async (way) => {
      await openFor(who);
      const cell = expected(who, wallet, way);
      const person = pages.get(who)!;
      const value = formValue(who, wallet, way);
      const looked = await person.get(sheetOf(way, wallet));
      expect(looked.status).toBe(who === 'administrator' ? 303 : cell === 'nowhere' ? 404 : 200);
      if (looked.status === 200) expect(isOffered(await looked.text(), value)).toBe(cell === 'offered');
      const before = await counts();
      const seenTotalMinor = way === 'free' ? '0' : '4900';
      const fields = { requestKey: newRequestKey(), seenTotalMinor, wallet, method: value };
      const pressed = await person.post(sheetOf(way, wallet), fields);
      const bought = (await counts()) - before;
      if (cell === 'offered') expect([pressed.status, bought]).toEqual([303, 1]);
      else expect([[303, 404, 409, 422].includes(pressed.status), bought]).toEqual([true, 0]);
      if (cell === 'not') expect([409, 422]).toContain(pressed.status);
      await endUnfinished();
    });
  });
});

/** Gives up what waits on the gateway's page, so that the next press is not asked about it. */
async function endUnfinished(): Promise<void> {
  for (const row of await rows('payments'))
    if (row.status === 'action')
      await shop.app.payments.settle(shop.organizationId, row.id as string, { giveUp: true });
}

describe('E5 whose wallet it is', () => {
  test('S9 nobody buys in the name of a company that is not theirs, whatever they send', async () => {
    await openFor('employee-card');
    const stranger = people.get('stranger')!;
    const wallet = { kind: 'company', customerId: shop.company.customerId, name: 'Otter Works' } as const;
    const buyer = { id: stranger.userId, name: stranger.name, email: stranger.email };
    const saved = { kind: 'saved', id: cards.get(shop.company.customerId)! } as const;
    const free = { packageId: shop.packages.free, seenTotalMinor: 0n, method: { kind: 'free' } } as const;
    const before = await counts();
    for (const changes of [
      { method: saved },
      { method: { kind: 'page' } },
      { method: { kind: 'invoice' } },
      free,
    ] as const)
      await expect(
        shop.app.purchases.buy(shop.press({ wallet, buyer, requestKey: newRequestKey(), ...changes })),
      ).rejects.toMatchObject({ code: 'payment-not-permitted' });
    expect(await counts()).toBe(before);
  });

  test('E15 nobody pays with the card of another customer', async () => {
    const theirs = { kind: 'saved', id: cards.get(shop.company.customerId)! } as const;
    const press = shop.press({ method: theirs, requestKey: newRequestKey() });
    await expect(shop.app.purchases.buy(press)).rejects.toMatchObject({ code: 'method-not-available' });
  });

  test.each(['personal', 'company'] as const)(
    'an administrator sells for the wallet %s by what is no card',
    async (kind) => {
      const owner = kind === 'company' ? shop.company : shop.member;
      const sale = {
        organizationId: shop.organizationId,
        location: shop.location,
        wallet: { kind, customerId: owner.customerId, name: 'Mia' },
        buyer: { id: shop.administratorId, name: 'Ada', email: 'ada@example.com' },
        packageId: shop.packages.fifty,
        memo: '',
        seenTotalMinor: 4_900n,
        now: shop.core.now(),
      };
      const sell = (more: object) =>
        shop.app.purchases.sellTo({ ...sale, requestKey: newRequestKey(), ...more } as never);
      const free = { method: { kind: 'free' }, packageId: shop.packages.free, seenTotalMinor: 0n };
      for (const way of [{ method: { kind: 'external', label: 'Cash' } }, { method: { kind: 'invoice' } }, free])
        expect(await sell(way)).toMatchObject({ status: 'paid' });
      for (const method of [{ kind: 'page' }, { kind: 'saved', id: cards.get(owner.customerId)! }, { kind: 'free' }])
        await expect(sell({ method })).rejects.toMatchObject({ code: 'method-not-available' });
    },
  );
});
