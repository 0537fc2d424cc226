import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { spendCredits } from '../../src/features/credits/credits.ts';
import { newRequestKey } from '../../src/platform/ids.ts';
import { added, balance, buyByCard, expect, roostOfFile, test, type Visit } from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';
import { administratorRoutes, paymentRoutes } from '../support/journey-routes.ts';
import { type Dashboard, openDashboard } from '../support/simulator-dashboard.ts';

const file = roostOfFile();

/** The member on a phone of their own, who has bought 50 credits and used 20 of them. */
async function memberOnPhone(browser: Browser, it: Visit): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const phone = await context.newPage();
  await it.signIn(phone, it.member);
  await buyByCard(phone, 'Starter');
  const { core } = it.roost;
  const { organizationId, member } = it;
  const move = { organizationId, customerId: member.customerId, key: newRequestKey(), actorUserId: null };
  await core.database.write(organizationId, (tx) =>
    spendCredits(tx, { ...move, creditsMinor: 2_000n, product: 'Meeting room', now: core.now() }),
  );
  return phone;
}

/** The payment that was made last, as the gateway knows it, and the gateway's own dashboard. */
async function atGateway(it: Visit): Promise<{ paymentId: string; reference: string; dashboard: Dashboard }> {
  const { database, config } = it.roost.core;
  const payment = await database.read(it.organizationId, (db) =>
    db
      .selectFrom('payments')
      .select(['id', 'reference', 'connection_id'])
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow(),
  );
  const account = { organizationId: it.organizationId, accountId: payment.connection_id! };
  const dashboard = await openDashboard(database, account, config.simulatorUrl);
  return { paymentId: payment.id, reference: payment.reference!, dashboard };
}

/** From the member's payments through the form and the review to what was done. */
async function refundAll(page: Page, it: Visit): Promise<void> {
  await it.signIn(page, it.administrator, `/community/customers/${it.member.customerId}/payments`);
  await page.getByRole('link', { name: 'Refund… Starter' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Refund a payment of Mia' })).toBeVisible();
  await expect(page.getByLabel('How much')).toHaveValue('49.00');
  await page.getByLabel('Reason').fill('Moved away');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Refund €49.00 to Mia?' })).toBeVisible();
  await expect(page.getByText('50 credits were bought, 20 are spent.')).toContainText(
    '30 credits are taken back, 20 stay a shortfall.',
  );
  await page.getByRole('button', { name: 'Refund €49.00 to Mia' }).click();
  await expect(page.getByRole('status').filter({ hasText: '€49.00 refunded to Mia.' })).toContainText(
    '30 credits taken back, 20 stay a shortfall.',
  );
}

test('S19 UX-41 UX-54 an administrator sees what a refund takes back, refunds and waives the rest; the member reads of it on the phone', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  const phone = await memberOnPhone(browser, it);
  await refundAll(page, it);
  await expect(page.getByRole('row', { name: /Refunded/ })).toContainText('Ada: Moved away');
  await page.getByRole('link', { name: 'Waive…' }).click();
  await page.getByLabel('Reason').fill('Bad heating');
  await page.getByRole('button', { name: 'Waive 20 credits' }).click();
  await expect(page.getByRole('status').filter({ hasText: '20 credits waived.' })).toBeVisible();
  await page.getByRole('link', { name: 'Payments of Mia' }).click();
  await expect(page.getByRole('row', { name: /Starter/ })).toContainText('€49.00 refunded');
  await page.getByRole('link', { name: 'Money check' }).click();
  await expect(page.getByRole('row', { name: /Credits were spent before/ })).toContainText('Bad heating');

  await expect(async () => {
    await phone.goto(it.url('/notifications'));
    await expect(phone.getByRole('link', { name: '€49.00 refunded, 30 credits taken back' })).toBeVisible({
      timeout: 200,
    });
  }).toPass();
  await phone.getByRole('link', { name: '€49.00 refunded, 30 credits taken back' }).click();
  await expect(phone.getByText('30 credits were taken back.')).toBeVisible();
  await expect(phone.getByText(/^Refunded, /)).toBeVisible();
  await expect(phone.getByText('−€49.00')).toBeVisible();
  await phone.goto(it.url('/membership/credits/transactions'));
  await expect(balance(phone)).toHaveText('0');
  await phone.getByRole('link', { name: 'Taken back: Starter' }).click();
  await expect(phone.getByRole('heading', { level: 1, name: 'Starter' })).toBeVisible();
  await phone.context().close();
});

test('S19 a refund made in the dashboard of the gateway is found by Money check, and a dispute is told and noted', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open({ hints: false });
  const phone = await memberOnPhone(browser, it);
  const { reference, dashboard } = await atGateway(it);
  await it.signIn(page, it.administrator, '/settings/money-check');
  await expect(page.getByRole('heading', { name: 'Nothing to look at' })).toBeVisible();
  await dashboard.refund(reference, '9.80');
  await dashboard.dispute(reference);
  // The gateway counts in seconds, and tells of one when it is over.
  await page.waitForTimeout(1_100);
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Compared: 2 more things to look at.' })).toBeVisible();
  const disputed = page.getByRole('region', { name: 'A payment is disputed' });
  await expect(disputed).toContainText('€39.20');
  await disputed.getByLabel('What was done').fill('Answered with the contract');
  await disputed.getByRole('button', { name: 'Done: A payment is disputed' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Noted.' })).toBeVisible();
  await expect(page.getByRole('row', { name: /A payment is disputed/ })).toContainText('by Ada');
  await phone.reload();
  await expect(balance(phone)).toHaveText('0');
  await phone.context().close();
});

test('UX-70 UX-71 UX-77 the pages about a payment and Money check fit everywhere, and axe finds nothing on them', async ({
  page,
  browser,
  isMobile,
}) => {
  test.slow();
  const it = await file.open({ hints: false });
  const phone = await memberOnPhone(browser, it);
  await phone.context().close();
  const { paymentId, reference, dashboard } = await atGateway(it);
  await dashboard.refund(reference, '44.10');
  await it.signIn(page, it.administrator, '/settings/money-check');
  await page.waitForTimeout(1_100);
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByRole('region', { name: 'Credits were spent before their money went back' })).toBeVisible();
  const routes = { ...paymentRoutes(it, paymentId), 'money check': administratorRoutes(it)['money check']! };
  const wrong: string[] = [];
  for (const [name, path] of Object.entries(routes)) {
    await page.goto(it.url(path));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      wrong.push(
        ...violations.map(({ id, nodes }) => `${name}, ${colorScheme}: ${id} ${nodes[0]?.html.slice(0, 120)}`),
      );
    }
    wrong.push(...(await namesThatDiffer(page)).map((what) => `${name}: ${what}`));
    if (isMobile) {
      wrong.push(...(await smallTargets(page)).map((what) => `${name}: ${what}`));
      await page.setViewportSize({ width: 320, height: 568 });
      wrong.push(...(await sticksOut(page)).map((what) => `${name}, 320 px: ${what}`));
      await page.setViewportSize({ width: 390, height: 844 });
    }
  }
  expect(wrong).toEqual([]);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('UX-76 S19 a refund works, and the member’s receipt has it', { tag: '@desktop' }, async ({ page, browser }) => {
    const it = await file.open();
    const phone = await memberOnPhone(browser, it);
    await refundAll(page, it);
    await phone.goto(it.url('/membership/credits/transactions'));
    await phone.getByRole('link', { name: 'Taken back: Starter' }).click();
    await expect(phone.getByText('−€49.00')).toBeVisible();
    await expect(added(phone, '€49.00 refunded')).toBeVisible();
    await phone.context().close();
  });
});
