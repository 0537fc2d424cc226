import { added, balance, expect, payButton, payOnPage, roostOfFile, sheetOf, test } from '../support/journey.ts';

const file = roostOfFile();

test.use({ javaScriptEnabled: false });

test('UX-76 without scripts the sheet is a part of the page, and the purchase works', { tag: '@phone' }, async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await page.getByRole('link', { name: /: Starter$/ }).click();
  await expect(sheetOf(page)).toBeVisible();
  await payButton(page).click();
  await payOnPage(page, 'good');
  await expect(added(page, '50 credits added. New balance 50.')).toBeVisible();
  await expect(balance(page)).toHaveText('50');
  await page.getByRole('link', { name: /: Starter$/ }).click();
  await payButton(page).click();
  await expect(added(page, '50 credits added. New balance 100.')).toBeVisible();
  expect(await it.purchases()).toHaveLength(2);
});

test('UX-02 without scripts a manager changes the wallet by a button', { tag: '@desktop' }, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.manager);
  await page.locator('label').filter({ hasText: 'Acme' }).click();
  await page.getByRole('button', { name: 'Show this wallet' }).click();
  await expect(page.getByRole('heading', { name: 'Balance of Acme' })).toBeVisible();
});
