import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
import { createPlan, type PlanTerms } from '../plans/plans.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { NoFreePackage } from '../subscriptions/subscriptions.ts';
import { PriceChanged } from './purchases.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

/** Gives a customer a plan that begins today, Tuesday 10 March 2026. */
async function subscribe(customerId: string, terms: Partial<PlanTerms>): Promise<void> {
  const { core, organizationId, location } = shop;
  const now = core.now();
  const made = { organizationId, location, now };
  await core.database.write(organizationId, async (tx) => {
    const plan = await createPlan(tx, {
      ...made,
      id: newId(now),
      name: 'Resident',
      cycle: 'month',
      priceMinor: 19_000n,
      creditsMinor: 0n,
      creditsDiscountPercent: 100,
      creditsOnInvoice: false,
      autoInvoice: false,
      freePackagesPerCycle: 1,
      ...terms,
    });
    const own = { creditsDiscountPercent: null, creditsOnInvoice: null, autoInvoice: null };
    await shop.app.subscriptions.assign(tx, {
      ...made,
      ...own,
      customerId,
      id: newId(now),
      planId: plan.id,
      startsOn: '2026-03-10',
      endsOn: null,
    });
  });
}

const buy = (changes = {}) => shop.app.purchases.buy(shop.press({ requestKey: newRequestKey(), ...changes }));
const getFree = (changes = {}) =>
  buy({ method: { kind: 'free' }, seenTotalMinor: 0n, now: shop.core.now(), ...changes });
const sold = async (table: string) =>
  Number((await shop.core.db.asOwner(shop.organizationId, `select count(*) from ${table}`)).rows[0].count);

async function signedIn(userId: string): Promise<Browser> {
  const browser = browserOn(shop.core, shop.app.http);
  await browser.post(
    new URL(await createSignInLink(shop.core, { organizationId: shop.organizationId, userId })).pathname,
  );
  return browser;
}
const credits = () => `/l/${shop.location.slug}/membership/credits`;
const sheet = () => `${credits()}/packages/${shop.packages.fifty}`;

describe('a plan with a discount', () => {
  test('UX-06 of 20 % strikes the old price, and what is in the button is what is sold', async () => {
    await subscribe(shop.member.customerId, { creditsDiscountPercent: 20 });
    const browser = await signedIn(shop.member.userId);
    expect(await (await browser.get(credits())).text()).toMatch(/was <\/span><s[^>]*>€49\.00<\/s>[\s\S]*€39\.20/);
    expect(await (await browser.get(sheet())).text()).toContain('Pay €39.20');
    await expect(buy()).rejects.toThrow(PriceChanged);
    expect((await buy({ seenTotalMinor: 3_920n })).status).toBe('action');
  });

  test('E16 is that of the owner of the credits, whoever buys', async () => {
    const { manager, company } = shop;
    await subscribe(manager.customerId, { creditsDiscountPercent: 50 });
    await subscribe(company.customerId, { creditsDiscountPercent: 10, name: 'Team' });
    const buyer = { id: manager.userId, name: manager.name, email: manager.email };
    const own = { kind: 'personal' as const, customerId: manager.customerId, name: 'Max' };
    const shared = { kind: 'company' as const, customerId: company.customerId, name: 'Otter Works' };
    await expect(buy({ buyer, wallet: shared, seenTotalMinor: 2_450n })).rejects.toThrow(PriceChanged);
    await buy({ buyer, wallet: shared, seenTotalMinor: 4_410n });
    await buy({ buyer, wallet: own, seenTotalMinor: 2_450n });
  });
});

describe('a plan with a discount of 100 %', () => {
  test('S11 UX-07 makes a package free, as often in a cycle as it says, and after that until the next it costs its price', async () => {
    await subscribe(shop.member.customerId, {});
    const browser = await signedIn(shop.member.userId);
    expect(await (await browser.get(sheet())).text()).toContain('Get 50 credits free');
    expect(await getFree()).toMatchObject({ status: 'paid' });
    await expect(getFree()).rejects.toThrow(NoFreePackage);
    expect(await shop.balance(shop.member.customerId)).toBe(5_000n);
    const html = await (await browser.get(credits())).text();
    expect(html).toContain('You have had the free package of your plan. The next one is free from 10 Apr;');
    expect(html).toContain('Buy for €49.00');
    expect(await (await browser.get(sheet())).text()).toContain('Pay €49.00');
    expect((await buy({ now: shop.core.now() })).status).toBe('action');
    shop.core.clock.set('2026-04-09T22:00:00Z');
    const later = await signedIn(shop.member.userId);
    expect(await (await later.get(sheet())).text()).toContain('Get 50 credits free');
    expect(await getFree()).toMatchObject({ status: 'paid' });
    await shop.app.subscriptions.renewAll();
    await expect(getFree()).rejects.toThrow(NoFreePackage);
  });

  test('whoever pressed on a page from before is told why it costs something now', async () => {
    await subscribe(shop.member.customerId, {});
    const browser = await signedIn(shop.member.userId);
    await getFree();
    const fields = { requestKey: newRequestKey(), seenTotalMinor: '0', wallet: 'personal', method: 'free' };
    const answer = await browser.post(sheet(), fields, { Origin: new URL(shop.core.config.baseUrl).origin });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('You have had the free package of your plan.');
    expect(await sold('purchases')).toBe(1);
  });

  test('gives as many as it has to sixteen who press at once, and not one more', async () => {
    await subscribe(shop.member.customerId, { freePackagesPerCycle: 3 });
    const presses = await Promise.allSettled(Array.from({ length: 16 }, () => getFree()));
    expect(presses.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const press of presses) if (press.status === 'rejected') expect(press.reason).toBeInstanceOf(NoFreePackage);
    expect(await shop.balance(shop.member.customerId)).toBe(15_000n);
    expect([await sold('purchases'), await sold('payments'), await sold('subscription_free_packages')]).toEqual([
      3, 3, 3,
    ]);
  });

  test('E1 the same press again is answered with the one free package that it made', async () => {
    await subscribe(shop.member.customerId, {});
    const requestKey = newRequestKey();
    const [first, again] = [await getFree({ requestKey }), await getFree({ requestKey })];
    expect(again).toMatchObject({ id: first.id, repeated: true });
    expect(await sold('purchases')).toBe(1);
  });

  test('of a company is for its managers: a member is refused, and no page of theirs shows it', async () => {
    const { employee, manager, company } = shop;
    await subscribe(company.customerId, {});
    const wallet = { kind: 'company' as const, customerId: company.customerId, name: 'Otter Works' };
    const as = (who: typeof employee) => ({ wallet, buyer: { id: who.userId, name: who.name, email: who.email } });
    const refused = await getFree(as(employee)).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'free-packages-for-managers', status: 409 });
    expect(await getFree(as(manager))).toMatchObject({ status: 'paid' });
    expect(await shop.balance(company.customerId)).toBe(5_000n);
  });

  test('takes none of its free packages for one that costs nobody anything', async () => {
    await subscribe(shop.member.customerId, {});
    await getFree({ packageId: shop.packages.free });
    expect(await sold('subscription_free_packages')).toBe(0);
    await getFree();
    await getFree({ packageId: shop.packages.free });
  });

  test('without a single free package costs its price, and says so', async () => {
    await subscribe(shop.member.customerId, { freePackagesPerCycle: 0 });
    const browser = await signedIn(shop.member.userId);
    expect(await (await browser.get(credits())).text()).toContain('Your plan has no free packages');
    await expect(getFree()).rejects.toThrow(NoFreePackage);
  });
});
