import { added, buyByCard, expect, roostOfFile, test } from '../support/journey.ts';

const file = roostOfFile();
const PACKAGES = '/community/credit-packages';

test('S5 S6 UX-40 an administrator sees a package as members will while typing it, and members find it at once', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  await it.signIn(page, it.administrator, '/community/members');
  await page
    .locator('summary', { has: page.locator('visible=true') })
    .filter({ visible: true })
    .first()
    .click();
  await page.getByRole('link', { name: 'Credit Packages', exact: true }).click();
  await page.getByRole('link', { name: 'New package' }).click();
  const preview = page.locator('[data-preview]');
  await page.getByLabel('Number of credits').fill('200');
  await page.getByLabel('Price', { exact: true }).fill('150');
  await page.getByLabel('Name').fill('Team pack');
  await expect(preview.getByRole('heading', { name: 'Team pack' })).toBeVisible();
  await expect(preview).toContainText('200 credits');
  await expect(preview).toContainText('€150.00');
  await expect(preview).toContainText('€0.75 per credit');
  await expect(preview).toContainText('Save 37 %');
  await page.getByLabel('On sale').check({ force: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status')).toContainText('Team pack is saved and on sale.');
  await expect(page.getByRole('row', { name: /Team pack/ })).toContainText('€150.00');

  const other = await browser.newContext();
  const members = await other.newPage();
  await it.signIn(members, it.member);
  const card = members.getByRole('article').filter({ hasText: 'Team pack' });
  await expect(card).toContainText('€0.75 per credit');
  await expect(card.getByRole('link', { name: 'Buy for €150.00: Team pack' })).toBeVisible();
  await other.close();
});

test('UX-41 a removed package comes back by Undo, and by the keys for it, as the same one', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.administrator, PACKAGES);
  const row = page.locator(`#package-${it.packages.fifty}`);
  const remove = async () => {
    await row.locator('summary').click();
    await row.getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('status')).toContainText('Starter is removed.');
    await expect(row).toHaveCount(0);
  };
  await remove();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();
  await remove();
  await page.keyboard.press('Control+z');
  await expect(row).toBeVisible();
  await expect(page.getByRole('status')).toContainText('Starter is back.');
});

test('S14 UX-42 UX-47 an administrator finds a payment at Community, the person, Payments, and a new price leaves it alone', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  const other = await browser.newContext();
  const members = await other.newPage();
  await it.signIn(members, it.member);
  await buyByCard(members, 'Starter');
  await expect(added(members, 'New balance 50.')).toBeVisible();
  await other.close();

  await it.signIn(page, it.administrator, '/community/members');
  await expect(page.getByRole('row', { name: /Mia/ })).toContainText('50');
  await page.getByRole('link', { name: 'Mia' }).click();
  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  const payment = page.getByRole('row', { name: /Starter/ });
  for (const part of ['Visa •••• 4242', '€49.00', 'Paid', 'Test']) await expect(payment).toContainText(part);
  await expect(page.getByText('Test mode: no real money moves.')).toBeVisible();

  await page.goto(it.url(`${PACKAGES}/${it.packages.fifty}/edit`));
  await page.getByLabel('Price', { exact: true }).fill('99');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /Starter/ })).toContainText('€99.00');
  await page.goto(it.url(`/community/customers/${it.member.customerId}/payments`));
  await expect(payment).toContainText('€49.00');
});

test('S5 for a member the pages of administrators do not exist', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  for (const path of ['/community/members', PACKAGES, '/settings/payment-gateways']) {
    const answer = await page.goto(it.url(path));
    expect(answer?.status()).toBe(404);
  }
});
