import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { holdCredits } from '../../src/features/credits/credits.ts';
import { newId } from '../../src/platform/ids.ts';
import { balance, expect, roostOfFile, stillness, test, type Visit } from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';

const file = roostOfFile();

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const creditsOf = (it: Visit) => `/community/customers/${it.member.customerId}/credits`;
const told = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });
const rows = (page: Page) => page.getByRole('list', { name: 'Transactions, newest first' }).locator('.ledger-row');

async function use(page: Page, credits: string, product: string): Promise<void> {
  await page.getByLabel('How many credits').fill(credits);
  await page.getByLabel('What for').fill(product);
  await page.getByRole('button', { name: 'Use credits' }).click();
}

test('S17 UX-30 UX-41 UX-48 credits that an administrator uses, returns and adds reach the member’s history and news', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  await it.give(it.member, 50);
  await it.signIn(page, it.administrator, '/community/members');
  await page.getByRole('link', { name: 'Mia' }).click();
  await page.getByRole('link', { name: 'Credits', exact: true }).click();
  await page.getByRole('link', { name: 'Use credits' }).click();
  await expect(page.getByLabel('How many credits')).toBeFocused();
  await use(page, '8', 'Meeting room');
  await expect(told(page, '8 credits used for Meeting room. Balance 42.')).toBeVisible();
  await expect(balance(page)).toHaveText('42');

  const other = await browser.newContext(PHONE);
  const member = await other.newPage();
  await it.signIn(member, it.member, '/notifications');
  const news = member.getByRole('link', { name: '8 credits used for Meeting room' });
  await expect(async () => {
    await member.reload();
    await expect(news).toBeVisible({ timeout: 200 });
  }).toPass();
  await news.click();
  await expect(member).toHaveURL(/\/membership\/credits\/transactions\?entry=.*#entry-/);
  await expect(rows(member).first()).toContainText('Meeting room');
  await expect(rows(member).first()).toContainText('by Ada');
  await expect(rows(member).first()).toContainText('\u22128');
  await expect(rows(member).first()).toContainText('Balance 42');

  await page.getByRole('link', { name: /^Return… Meeting room/ }).click();
  await expect(page.getByLabel('How many credits')).toHaveValue('8');
  await page.getByLabel('How many credits').fill('3');
  await page.getByRole('button', { name: 'Return credits' }).click();
  await expect(told(page, '3 credits returned for Meeting room. Balance 45.')).toBeVisible();
  await expect(rows(page).nth(1)).toContainText('3 of 8 returned');

  await page.getByRole('link', { name: 'Adjust' }).click();
  await page.getByLabel('How many credits').fill('5');
  await page.getByLabel('Reason').fill('Sorry for the noise');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByRole('heading', { name: 'Add 5 credits to Mia?' })).toBeVisible();
  await expect(page.getByTestId('before-after')).toHaveText('45 → 50');
  await page.getByRole('button', { name: 'Add 5 credits to Mia' }).click();
  await expect(told(page, '5 credits added to Mia. Balance 50.')).toBeVisible();
  await expect(balance(page)).toHaveText('50');
  await page.goBack();
  await expect(page).toHaveURL(it.url(creditsOf(it)));

  await member.goto(it.url('/membership/credits/transactions'));
  await expect(balance(member)).toHaveText('50');
  await expect(rows(member)).toHaveCount(4);
  await expect(rows(member).first()).toContainText('Sorry for the noise');
  await member.getByText('What the balance is made of').click();
  await member.getByRole('link', { name: 'Where they came from and went' }).click();
  const card = member.getByRole('article', { name: 'Bought Welcome' });
  await expect(card).toContainText('45 of 50 left');
  await expect(card.locator('.ledger-row').first()).toContainText('Returned: Meeting room');
  await other.close();
});

test('E1 UX-83 two taps use once; what is wrong is listed and focused, and what was typed stays', async ({ page }) => {
  const it = await file.open();
  await it.give(it.member, 10);
  await it.signIn(page, it.administrator, `${creditsOf(it)}/use`);
  await use(page, '12', 'Workshop');
  const summary = page.getByRole('alert').filter({ hasText: 'Only 10 credits are available.' });
  await expect(summary).toBeFocused();
  await summary.getByRole('link').click();
  await expect(page.getByLabel('How many credits')).toBeFocused();
  await expect(page.getByLabel('What for')).toHaveValue('Workshop');
  await page.getByLabel('How many credits').fill('2.5');
  await page.getByRole('button', { name: 'Use credits' }).dblclick();
  await expect(told(page, '2.5 credits used for Workshop. Balance 7.5.')).toBeVisible();
  await expect(balance(page)).toHaveText('7.5');
  await expect(rows(page)).toHaveCount(2);
});

test('UX-70 UX-71 UX-72 UX-77 the pages about using credits can be read, hit and seen whole, also with text twice as big', {
  tag: '@phone',
}, async ({ page }) => {
  test.slow();
  const it = await file.open();
  await it.give(it.member, 50);
  const { roost, organizationId, member, administrator } = it;
  const now = roost.core.now();
  const move = { organizationId, customerId: member.customerId, actorUserId: administrator.userId, now };
  const holdUntil = new Date(now.getTime() + 3_600_000);
  await roost.core.database.write(organizationId, (tx) =>
    holdCredits(tx, { ...move, key: newId(now), creditsMinor: 300n, product: 'Workshop', holdUntil }),
  );
  const found: string[] = [];
  const look = async (name: string) => {
    await stillness(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      found.push(
        ...violations.map(({ id, nodes }) => `${name}, ${colorScheme}: ${id} ${nodes[0]?.html.slice(0, 160)}`),
      );
    }
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    const wrong = [...(await sticksOut(page)), ...(await namesThatDiffer(page))];
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    // A text field is hit in its frame, which is higher than the label that is measured.
    const isText = (target: string) => /^input "(How many|What for|Note|Last day|Reason|Day)/.test(target);
    wrong.push(...(await smallTargets(page)).filter((target) => !isText(target)));
    found.push(...wrong.map((what) => `${name}: ${what}`));
  };
  await it.signIn(page, administrator, `${creditsOf(it)}/use`);
  await look('using');
  await use(page, '60', 'Meeting room');
  await expect(page.getByRole('alert')).toBeVisible();
  await look('using, refused');
  await page.getByLabel('How many credits').fill('6');
  await page.getByRole('button', { name: 'Use credits' }).click();
  await expect(told(page, 'Balance 44.')).toBeVisible();
  await look('the tab');
  await page.getByRole('link', { name: /^Return…/ }).click();
  await expect(page.getByRole('heading', { name: 'Return credits to Mia' })).toBeVisible();
  await look('returning');
  await page.goto(it.url(`${creditsOf(it)}/adjust`));
  await look('adjusting');
  await page.getByLabel('How many credits').fill('5');
  await page.getByLabel('Reason').fill('Welcome gift');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByTestId('before-after')).toBeVisible();
  await look('the review');
  await page.goto(it.url(`${creditsOf(it)}/lots?on=2020-02-29`));
  await look('lots');
  await page.context().clearCookies();
  await it.signIn(page, member, '/membership/credits/lots');
  await look('lots of one’s own');
  await page.goto(it.url('/membership/credits/transactions'));
  await page.getByText('What the balance is made of').click();
  await look('history');
  expect(found).toEqual([]);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('UX-76 credits are used and adjusted by forms alone', { tag: '@phone' }, async ({ page }) => {
    const it = await file.open();
    await it.give(it.member, 50);
    await it.signIn(page, it.administrator, `${creditsOf(it)}/use`);
    await use(page, '1.234', 'Printing');
    await expect(page.getByText('Credits have at most two decimals.').last()).toBeVisible();
    await use(page, '1.2', 'Printing');
    await expect(told(page, '1.2 credits used for Printing. Balance 48.8.')).toBeVisible();
    await page.getByRole('link', { name: 'Adjust' }).click();
    await page.locator('label').filter({ hasText: 'Deduct' }).click();
    await page.getByLabel('How many credits').fill('0.8');
    await page.getByLabel('Reason').fill('Counted wrongly');
    await page.getByRole('button', { name: 'Review' }).click();
    await expect(page.getByTestId('before-after')).toHaveText('48.8 → 48');
    await page.getByRole('button', { name: 'Deduct 0.8 credits from Mia' }).click();
    await expect(told(page, '0.8 credits deducted from Mia. Balance 48.')).toBeVisible();
    await expect(balance(page)).toHaveText('48');
  });
});
