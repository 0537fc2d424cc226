import type { Page } from '@playwright/test';
import {
  added,
  answerBank,
  balance,
  buyByCard,
  choose,
  expect,
  payButton,
  payOnPage,
  payWith,
  roostOfFile,
  sheetOf,
  stillness,
  test,
} from '../support/journey.ts';

const file = roostOfFile();

test('S1 S8 S12 UX-01 UX-08 UX-09 UX-12 UX-18 a member buys 50 credits on the gateway’s page and has 100 at once', async ({
  page,
}, info) => {
  const it = await file.open();
  await it.give(it.member, 50);
  await it.signIn(page, it.member);
  await expect(balance(page)).toHaveText('50');
  await expect(balance(page)).toBeInViewport();
  const size = await balance(page).evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(size).toBeGreaterThanOrEqual(32);

  const begun = performance.now();
  await choose(page, 'Starter');
  await expect(sheetOf(page).getByTestId('before-after')).toHaveText('50 → 100');
  await expect(payButton(page)).toHaveAccessibleName('Pay €49.00');
  await expect(payButton(page)).toHaveAccessibleDescription(/^Purchases are final/);
  await payButton(page).click();
  await payOnPage(page, 'good');
  await expect(balance(page)).toHaveText('100');
  const seconds = ((performance.now() - begun) / 1000).toFixed(2);
  process.stdout.write(`first sale, ${info.project.name}: ${seconds} s from choosing a package to the new balance\n`);

  await expect(added(page, '50 credits added. New balance 100.')).toBeInViewport();
  await expect(page.locator('#announcer')).toContainText('50 credits added. New balance 100.');
  await expect(page.getByRole('link', { name: 'See the receipt' })).toBeVisible();
  expect(await it.balance(it.member.customerId)).toBe(100);
  expect(await it.purchases()).toHaveLength(1);
});

test('UX-17 a declined card says why and charges nothing; another card with the bank’s question pays', async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await payButton(page).click();
  await payOnPage(page, 'lacksFunds');
  await expect(page.getByRole('alert')).toContainText('insufficient funds');
  await expect(page.getByRole('alert')).toContainText('Nothing was charged');
  await payOnPage(page, 'declined');
  await expect(page.getByRole('alert')).toContainText('The card was declined');
  expect(await it.balance(it.member.customerId)).toBe(0);
  await payOnPage(page, 'asks');
  await answerBank(page, 'Yes, it is me');
  await expect(added(page, '50 credits added. New balance 50.')).toBeVisible();
  expect(await it.purchases()).toHaveLength(1);
});

test('UX-16 whoever tells the bank "it is not me" is not charged, and comes back to the sheet without paying', async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await payButton(page).click();
  await payOnPage(page, 'asks');
  await answerBank(page, 'No, refuse');
  await expect(page.getByRole('alert')).toContainText('could not confirm that it is you');
  await page.getByRole('link', { name: 'Cancel and go back' }).click();
  await expect(sheetOf(page).getByRole('alert')).toContainText('You came back without paying.');
  expect(await it.balance(it.member.customerId)).toBe(0);
  expect((await it.purchases()).filter((purchase) => purchase.paidAt)).toEqual([]);
});

test('UX-13 who has bought before buys again from home with two clicks and no typing', async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await buyByCard(page, 'Starter');
  await page.goto(it.url('/home'));
  await page.getByRole('link', { name: 'Buy again' }).click();
  await expect(sheetOf(page).getByRole('radio', { name: 'Visa •••• 4242' })).toBeChecked();
  await payButton(page).click();
  await expect(added(page, '50 credits added. New balance 100.')).toBeInViewport();
  await expect(balance(page)).toHaveText('100');
  expect(await it.balance(it.member.customerId)).toBe(100);
});

test('UX-17 a saved card that is declined keeps the sheet and the choice, takes the focus, and asks with a new key', async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await buyByCard(page, 'Taster');
  await choose(page, 'Taster');
  await payWith(page, 'Another card');
  await payButton(page).click();
  await payOnPage(page, 'declinesWhenSaved');
  await expect(added(page, 'New balance 20.')).toBeVisible();

  await choose(page, 'Starter');
  const card = sheetOf(page).getByRole('radio', { name: 'Visa •••• 0341' });
  await expect(card).toBeChecked();
  const key = sheetOf(page).locator('input[name=requestKey]');
  const before = await key.inputValue();
  await payButton(page).click();
  const alert = sheetOf(page).getByRole('alert');
  await expect(alert).toContainText('Your bank declined the card');
  await expect(alert).toContainText('You have not been charged.');
  await expect(alert).toBeFocused();
  await expect(card).toBeChecked();
  await expect(payButton(page)).toHaveAccessibleName('Pay €49.00');
  expect(await key.inputValue()).not.toBe(before);

  await payWith(page, 'Visa •••• 4242');
  await payButton(page).click();
  await expect(added(page, '50 credits added. New balance 70.')).toBeVisible();
});

test('UX-66 UX-84 the pay button is in reach of the thumb, and Close, Esc, Back and a tap beside the sheet close it', {
  tag: '@phone',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  const opener = page.getByRole('link', { name: /: Starter$/ });
  const credits = it.url('/membership/credits');
  const open = async () => {
    await opener.click();
    await expect(sheetOf(page)).toBeVisible();
    await expect(page).toHaveURL(/\/packages\//);
  };
  const closed = async () => {
    await expect(sheetOf(page)).toBeHidden();
    await expect(page).toHaveURL(credits);
    await expect(opener).toBeFocused();
  };
  await open();
  await stillness(page);
  const box = (await payButton(page).boundingBox())!;
  expect(box.y).toBeGreaterThanOrEqual((844 * 2) / 3);
  expect(box.y + box.height).toBeLessThanOrEqual(844);
  await page.keyboard.press('Escape');
  await closed();
  await open();
  await sheetOf(page).getByRole('link', { name: 'Close' }).click();
  await closed();
  await open();
  await page.goBack();
  await closed();
  await open();
  await page.touchscreen.tap(195, 30);
  await closed();
  await open();
  await swipeDown(page);
  await closed();
});

/** Pulls the head of the sheet down with a finger. */
async function swipeDown(page: Page): Promise<void> {
  const { x, y, width } = (await page.locator('.sheet-head').boundingBox())!;
  const finger = await page.context().newCDPSession(page);
  const point = { x: x + width / 2, y: y + 12 };
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
  for (let pulled = 40; pulled <= 240; pulled += 40) {
    const touchPoints = [{ ...point, y: point.y + pulled }];
    await finger.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints });
  }
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}
