import { balance, choose, expect, payButton, payOnPage, roostOfFile, sheetOf, test } from '../support/journey.ts';

const file = roostOfFile();

test('S1 S8 S12 UX-01 UX-08 UX-09 UX-12 UX-18 a member buys 50 credits on the gateway’s page and has 100 at once', async ({
  page,
}, info) => {
  const it = await file.open();
  await it.give(it.member, 50);
  await it.signIn(page, it.member);
  await expect(balance(page)).toHaveText('50');
  await expect(balance(page)).toBeInViewport();

  const begun = performance.now();
  await choose(page, 'Starter');
  const sheet = sheetOf(page);
  await expect(sheet.getByTestId('before-after')).toHaveText('50 → 100');
  await expect(payButton(page)).toHaveAccessibleName('Pay €49.00');
  await expect(payButton(page)).toHaveAccessibleDescription(/^Purchases are final/);
  await payButton(page).click();
  await payOnPage(page, 'good');

  await expect(balance(page)).toHaveText('100');
  const seconds = ((performance.now() - begun) / 1000).toFixed(2);
  process.stdout.write(`  first sale on a ${info.project.name}: ${seconds} s from choosing the package to the new balance\n`);
  await expect(page.getByRole('status').filter({ hasText: '50 credits added. New balance 100.' })).toBeVisible();
  expect(await it.balance(it.member.customerId)).toBe(100);
  expect(await it.purchases()).toHaveLength(1);
});
