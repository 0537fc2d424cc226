import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { balance, buyByCard, expect, roostOfFile, test, type Visit } from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';
import { openDashboard } from '../support/simulator-dashboard.ts';

const file = roostOfFile();

/** The dashboard of a location whose member has just bought 50 credits, and the payment's reference. */
async function dashboardWithPayment(page: Page): Promise<{ it: Visit; url: string; reference: string }> {
  const it = await file.open();
  await it.signIn(page, it.member);
  await buyByCard(page, 'Starter');
  const { database, config } = it.roost.core;
  const payment = await database.read(it.organizationId, (db) =>
    db.selectFrom('payments').select(['reference', 'connection_id']).executeTakeFirstOrThrow(),
  );
  const account = { organizationId: it.organizationId, accountId: payment.connection_id! };
  const { url } = await openDashboard(database, account, config.simulatorUrl);
  return { it, url, reference: payment.reference! };
}

test('at the test gateway a payment is refunded, and the refund fails again', async ({ page }) => {
  const { it, url } = await dashboardWithPayment(page);
  await page.goto(url);
  await page.getByRole('link', { name: /€49\.00/ }).click();
  await page.getByLabel('Amount in EUR').first().fill('9.80');
  await page.getByRole('button', { name: 'Refund', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Refunded.');
  // A fifth of the money takes a fifth of the credits.
  const member = await page.context().newPage();
  await expect(async () => {
    await member.goto(it.url('/membership/credits'));
    await expect(balance(member)).toHaveText('40', { timeout: 500 });
  }).toPass();
  await page.getByRole('button', { name: 'Make it fail' }).click();
  await expect(page.getByRole('status')).toHaveText('The refund has failed.');
  await page.getByRole('link', { name: 'Events' }).click();
  await expect(page.getByText('refund.failed')).toBeVisible();
});

test('a bad day at the test gateway begins and ends by a button', async ({ page }) => {
  const { url } = await dashboardWithPayment(page);
  await page.goto(`${url}/bad-day`);
  await page.getByLabel('An event gets lost').fill('50');
  await page.getByRole('button', { name: 'Begin this day' }).click();
  await page.getByRole('link', { name: 'Payments' }).click();
  await expect(page.getByText('Things go wrong on purpose.')).toBeVisible();
  await page.getByRole('link', { name: 'See what' }).click();
  await expect(page.getByLabel('An event gets lost')).toHaveValue('50');
  await page.getByRole('button', { name: 'All quiet again' }).click();
  await expect(page.getByRole('status')).toHaveText('All is quiet again.');
});

test('the dashboard of the test gateway fits everywhere, and axe finds nothing on it', async ({ page }) => {
  const { url, reference } = await dashboardWithPayment(page);
  const wrong: string[] = [];
  for (const path of ['', `/payments/${reference}`, '/events', '/bad-day?done=doneQuiet']) {
    await page.goto(url + path);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      wrong.push(...violations.map(({ id, nodes }) => `${path} ${colorScheme}: ${id} ${nodes[0]?.html.slice(0, 160)}`));
    }
    const measured = [...(await smallTargets(page)), ...(await sticksOut(page)), ...(await namesThatDiffer(page))];
    wrong.push(...measured.map((what) => `${path} ${what}`));
  }
  expect(wrong).toEqual([]);
});
