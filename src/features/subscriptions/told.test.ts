import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { browserOn } from '../../../test/support/browser.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newId } from '../../platform/ids.ts';
import { spendCredits } from '../credits/credits.ts';
import { newsText } from '../notifications/messages.ts';
import { notificationsOf } from '../notifications/notifications.ts';
import { createPlan } from '../plans/plans.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ connected: false });
  await shop.core.jobs.startWorking();
});
afterAll(() => shop.close());

const newsOf = async (userId: string) => {
  const { news } = await shop.core.database.read(shop.organizationId, (db) =>
    notificationsOf(db, userId, { limit: 9 }),
  );
  return news.reverse().map((it) => ({ ...newsText(it, 'en-GB'), href: it.href }));
};
const told = (userId: string, many: number) =>
  vi.waitFor(
    async () => {
      const news = await newsOf(userId);
      expect(news).toHaveLength(many);
      return news;
    },
    { timeout: 20_000, interval: 50 },
  );

test('S12 S13 whose plan brings credits is told of each cycle, and what lapsed of the one before; of a company’s its managers', async () => {
  const { core, app, organizationId, location, member, manager, employee, company } = shop;
  const terms = { cycle: 'month', priceMinor: 19_000n, creditsMinor: 2_000n, creditsDiscountPercent: 0 } as const;
  const more = { creditsOnInvoice: false, autoInvoice: false, freePackagesPerCycle: 1 };
  const at = { organizationId, location, now: core.now() };
  const plan = await core.database.write(organizationId, (tx) =>
    createPlan(tx, { ...terms, ...more, ...at, name: 'Resident', id: newId(core.now()) }),
  );
  for (const customerId of [member.customerId, company.customerId]) {
    const own = { creditsDiscountPercent: null, creditsOnInvoice: null, autoInvoice: null };
    const assignment = { ...own, id: newId(core.now()), planId: plan.id, startsOn: '2026-03-10', endsOn: null };
    await core.database.write(organizationId, (tx) =>
      app.subscriptions.assign(tx, { ...at, ...assignment, customerId }),
    );
  }
  expect(await told(member.userId, 1)).toMatchObject([
    { heading: '20 credits added with your plan', sentence: 'Resident. New balance 20.' },
  ]);
  expect(await told(manager.userId, 1)).toMatchObject([{ sentence: 'Resident. For Otter Works. New balance 20.' }]);
  core.clock.advance(86_400_000);
  const spend = { organizationId, customerId: member.customerId, key: 'desk', actorUserId: member.userId };
  await core.database.write(organizationId, (tx) =>
    spendCredits(tx, { ...spend, product: 'Desk', creditsMinor: 1_500n, now: core.now() }),
  );
  core.clock.set('2026-04-10T09:00:00Z');
  await app.subscriptions.renewAll();
  const [, second] = await told(member.userId, 2);
  expect(second!.sentence).toBe('Resident. 5 credits of the cycle before have lapsed. New balance 20.');
  expect(await newsOf(employee.userId)).toEqual([]);
  const page = await browserOn(core, app.http).get(second!.href);
  expect(page.headers.get('location')).toContain('/sign-in');
});
