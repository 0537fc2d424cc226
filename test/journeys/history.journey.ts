import { spendCredits } from '../../src/features/credits/credits.ts';
import { added, balance, buyByCard, expect, roostOfFile, test } from '../support/journey.ts';

const file = roostOfFile();

test('S13 S17 UX-30 UX-31 a purchase is in the history with the balance after it, and in the news', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open();
  await it.give(it.member, 20);
  await it.signIn(page, it.member);
  await buyByCard(page, 'Starter');
  await it.roost.core.database.write(it.organizationId, (tx) =>
    spendCredits(tx, {
      organizationId: it.organizationId,
      customerId: it.member.customerId,
      key: 'booking',
      creditsMinor: 850n,
      actorUserId: it.member.userId,
      product: 'Meeting room',
      now: it.roost.core.now(),
    }),
  );
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page).toHaveURL(it.url('/membership/credits/transactions'));
  await expect(balance(page)).toHaveText('61.5');
  const rows = page.getByRole('list', { name: 'Transactions, newest first' }).locator('.ledger-row');
  await expect(rows).toHaveCount(3);
  const figures = await rows.evaluateAll((all) =>
    all.map((row) => {
      const text = (selector: string) => row.querySelector(selector)?.textContent?.trim().replace('\u2212', '-') ?? '';
      return [text('.ledger-what > :first-child'), text('.ledger-amount'), text('.ledger-balance')];
    }),
  );
  expect(figures).toEqual([
    ['Meeting room', '-8.5', 'Balance 61.5'],
    ['Bought Starter', '+50', 'Balance 70'],
    ['Bought Welcome', '+20', 'Balance 20'],
  ]);
  const sum = figures.reduce((all, [, amount]) => all + Number(amount), 0);
  expect(sum).toBe(await it.balance(it.member.customerId));

  await page.getByRole('link', { name: 'Bought Starter' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Starter' })).toBeVisible();
  await expect(page.getByText('Visa •••• 4242')).toBeVisible();
  await expect(page.getByText('€49.00')).toBeVisible();

  await expect(async () => {
    await page.goto(it.url('/notifications'));
    await expect(page.getByRole('link', { name: '50 credits added' })).toBeVisible({ timeout: 200 });
  }).toPass();
  await expect(page.getByRole('listitem').filter({ hasText: 'Starter. New balance 70.' })).toContainText('New');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(page.getByText('New', { exact: true })).toHaveCount(0);
});

test('UX-37 who has no credits yet reads what they are for, and the way to buy some', { tag: '@phone' }, async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member, '/membership/credits/transactions');
  await expect(page.getByRole('heading', { name: 'No credits yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Buy credits' }).click();
  await buyByCard(page, 'Taster');
  await expect(added(page, '10 credits added. New balance 10.')).toBeVisible();
});
