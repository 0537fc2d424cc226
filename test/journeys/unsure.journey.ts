import { added, expect, payButton, readyToPay, roostOfFile, sheetOf, test } from '../support/journey.ts';

// Nothing but the pages themselves asks the gateway here: no hint arrives, and the loop does not come round.
const file = roostOfFile({ CHECK_LOOP_MS: '60000' });

test('UX-14 a page that is loaded again while the payment is under way offers no second one, and settles by itself', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open({ hints: false });
  await readyToPay(page, it);
  const { gatewayGate } = it.roost;
  const answered = gatewayGate.keepAnswerTo('/confirm');
  await payButton(page).click({ noWaitAfter: true });
  await answered;
  gatewayGate.shut();
  const sheet = it.url(`/membership/credits/packages/${it.packages.fifty}`);
  await page.goto(sheet);
  await expect(page.getByRole('status')).toContainText('We are confirming your payment');
  await expect(sheetOf(page)).toBeHidden();
  gatewayGate.open();
  await expect(added(page, '50 credits added')).toBeVisible();
  await page.goto(sheet);
  await expect(payButton(page)).toBeVisible();
  expect(await it.purchases()).toHaveLength(2);
});

test('E8 UX-16 while the gateway does not answer the page says what is happening, and settles by itself', {
  tag: '@phone',
}, async ({ page }) => {
  const it = await file.open({ hints: false });
  await readyToPay(page, it);
  const { gatewayGate } = it.roost;
  const answered = gatewayGate.keepAnswerTo('/confirm');
  await payButton(page).click();
  await answered;
  gatewayGate.shut();
  await expect(page.getByRole('status')).toContainText('We are confirming your payment');
  await expect(page.getByRole('status')).toContainText('nobody is charged twice');
  gatewayGate.open();
  await expect(page.getByRole('status').filter({ hasText: '50 credits added' })).toBeVisible({ timeout: 5_000 });
  expect(await it.balance(it.member.customerId)).toBe(60);
  expect(await it.purchases()).toHaveLength(2);
});
