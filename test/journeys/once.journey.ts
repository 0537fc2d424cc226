import type { Visit } from '../support/journey.ts';
import {
  added,
  balance,
  choose,
  expect,
  payButton,
  payOnPage,
  payWith,
  payWithoutReturning,
  readyToPay,
  roostOfFile,
  sheetOf,
  test,
} from '../support/journey.ts';

const file = roostOfFile({ FIRST_CHECK_MS: '400', CHECK_LOOP_MS: '100' });

const paid = async (it: Visit) => (await it.purchases()).filter((purchase) => purchase.paidAt).length;

test('E1 UX-14 two clicks within 100 ms are one purchase', async ({ page }) => {
  const it = await file.open();
  await readyToPay(page, it);
  await payButton(page).dblclick({ delay: 10 });
  await expect(added(page, '50 credits added. New balance 60.')).toBeVisible();
  expect(await paid(it)).toBe(2);
  expect(await it.purchases()).toHaveLength(2);
});

test('E1 the same press sent again, at once or later, answers the purchase it made', { tag: '@desktop' }, async ({
  page,
}) => {
  const it = await file.open();
  await readyToPay(page, it);
  const posts: { url: string; data: string }[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push({ url: request.url(), data: request.postData() ?? '' });
  });
  await payButton(page).click();
  await expect(added(page, '50 credits added. New balance 60.')).toBeVisible();
  const again = () =>
    page.request.post(posts[0]!.url, {
      data: posts[0]!.data,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: it.roost.url },
    });
  for (const answer of await Promise.all([again(), again(), again()])) {
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toContain('You bought this at');
  }
  expect(await it.purchases()).toHaveLength(2);
  expect(await it.balance(it.member.customerId)).toBe(60);
});

test('E1 Back after a purchase leads past the sheet and buys nothing', { tag: '@phone' }, async ({ page }) => {
  const it = await file.open();
  await readyToPay(page, it);
  await payButton(page).click();
  await expect(added(page, 'New balance 60.')).toBeVisible();
  await page.goBack();
  await expect(sheetOf(page)).toBeHidden();
  await expect(balance(page)).toHaveText('60');
  expect(await it.purchases()).toHaveLength(2);
});

test('E1 UX-14 when the answer is lost on the way the page says so, and pressing again tells of that purchase', {
  tag: '@phone',
}, async ({ page, complaints }) => {
  const it = await file.open();
  await readyToPay(page, it);
  await page.route(/\/packages\//, async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    await route.fetch({ maxRedirects: 0 });
    await route.abort('connectionreset');
  });
  await payButton(page).click();
  await expect(sheetOf(page).getByRole('alert')).toContainText('No connection.');
  await page.unroute(/\/packages\//);
  await payButton(page).click();
  await expect(added(page, 'You bought this at')).toBeVisible();
  expect(complaints.splice(0)).toEqual(['Failed to fetch']);
  expect(await it.purchases()).toHaveLength(2);
});

test('UX-15 from the press to the answer the button says so in place, and nothing beside it closes the sheet', {
  tag: '@phone',
}, async ({ page }) => {
  const it = await file.open();
  await readyToPay(page, it);
  const { gatewayGate } = it.roost;
  const answered = gatewayGate.keepAnswerTo('/confirm');
  const before = (await payButton(page).boundingBox())!;
  await page.evaluate(() => {
    const button = document.querySelector<HTMLElement>('dialog .sheet-foot button')!;
    let pressed = 0;
    button.addEventListener('click', () => (pressed = performance.now()), { capture: true, once: true });
    new MutationObserver(() => {
      if (button.textContent?.includes('Paying')) document.body.dataset.said ??= String(performance.now() - pressed);
    }).observe(button, { childList: true, characterData: true, subtree: true });
  });
  await payButton(page).click();
  await answered;
  const busy = sheetOf(page).getByRole('button', { name: 'Paying…' });
  await expect(busy).toBeVisible();
  expect(Number(await page.locator('body').getAttribute('data-said'))).toBeLessThanOrEqual(100);
  const during = (await busy.boundingBox())!;
  expect([during.width, during.height]).toEqual([before.width, before.height]);
  await page.mouse.click(5, 5);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.waitForTimeout(200);
  await expect(busy).toBeVisible();
  gatewayGate.open();
  await expect(added(page, 'New balance 60.')).toBeVisible();
});

test('E2 whoever closes the browser right after paying has the credits, though no hint ever arrives', {
  tag: '@desktop',
}, async ({ page, context }) => {
  const it = await file.open({ hints: false });
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await payButton(page).click();
  await payWithoutReturning(page);
  await page.close();
  await expect.poll(() => it.balance(it.member.customerId)).toBe(50);
  const later = await context.newPage();
  await later.goto(it.url('/membership/credits'));
  await expect(balance(later)).toHaveText('50');
  expect(await paid(it)).toBe(1);
});

test('UX-16 whoever leaves the gateway’s page finds the unfinished payment, and can go on or let it be', {
  tag: '@phone',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await payButton(page).click();
  await page.waitForURL(/\/simulator\/pay\//);
  const lastPurchase = async () => it.url(`/membership/credits/purchases/${(await it.purchases()).at(-1)!.id}`);
  await page.goto(await lastPurchase());
  await expect(page.getByRole('status')).toContainText('Your payment is not finished');
  await page.getByRole('link', { name: 'Go on to pay' }).click();
  await payOnPage(page, 'good');
  await expect(added(page, '50 credits added. New balance 50.')).toBeVisible();

  await choose(page, 'Regular');
  await payWith(page, 'Another card');
  await payButton(page).click();
  await page.waitForURL(/\/simulator\/pay\//);
  await page.goto(await lastPurchase());
  await page.getByRole('link', { name: 'Do not buy' }).click();
  await expect(sheetOf(page).getByRole('alert')).toContainText('You have not been charged.');
  expect(await it.balance(it.member.customerId)).toBe(50);
});
