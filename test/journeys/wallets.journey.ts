import {
  added,
  balance,
  choose,
  expect,
  payButton,
  payOnPage,
  roostOfFile,
  sheetOf,
  test,
} from '../support/journey.ts';

const file = roostOfFile();

test('S9 UX-02 E15 a manager buys for the company, and sees whose money and whose credits', async ({ page }) => {
  const it = await file.open();
  await it.give(it.manager, 7);
  await it.signIn(page, it.manager);
  const wallets = page.getByRole('group', { name: 'Buying for' });
  await expect(wallets.getByRole('radio', { name: 'Me', exact: true })).toBeChecked();
  await expect(balance(page)).toHaveText('7');
  await wallets.locator('label').filter({ hasText: 'Acme' }).click();
  await expect(page).toHaveURL(/[?&]wallet=company/);
  await expect(page.getByRole('heading', { name: 'Balance of Acme' })).toBeVisible();
  await expect(balance(page)).toHaveText('0');
  await expect(wallets.getByRole('radio', { name: 'Acme' })).toBeChecked();
  await choose(page, 'Starter');
  await expect(sheetOf(page)).toContainText('For Acme');
  await payButton(page).click();
  await payOnPage(page, 'good');
  await expect(added(page, '50 credits added. New balance 50.')).toBeVisible();
  await expect(page).toHaveURL(/[?&]wallet=company/);
  await expect(balance(page)).toHaveText('50');
  expect(await it.balance(it.company.customerId)).toBe(50);
  expect(await it.balance(it.manager.customerId)).toBe(7);
});

test('S7 whoever is no member is led to join instead of buying', { tag: '@phone' }, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.nonmember, '/join');
  for (const path of ['/membership/credits', `/membership/credits/packages/${it.packages.fifty}`]) {
    await page.goto(it.url(path));
    await expect(page).toHaveURL(it.url('/join'));
  }
  await expect(page.getByText('only members buy credits')).toBeVisible();
  await page.getByRole('button', { name: 'Ask to join' }).click();
  await expect(page.getByRole('status')).toContainText('Your request is with the team');
});

test('E19 UX-19 without a gateway the packages are there, and the page says why they cannot be bought', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open({ sells: false });
  await it.signIn(page, it.member);
  await expect(page.getByRole('heading', { name: 'Starter' })).toBeVisible();
  await expect(page.getByText('Paying by card is not set up yet')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Write to the team' })).toHaveAttribute(
    'href',
    `mailto:${it.administrator.email}`,
  );
  await expect(page.getByRole('link', { name: /^Buy for/ })).toHaveCount(0);
});

test('UX-19 without packages the page says so and names the next step', { tag: '@phone' }, async ({ page }) => {
  const it = await file.open({ packages: false });
  await it.signIn(page, it.member);
  await expect(page.getByRole('heading', { name: 'Nothing on sale just now' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Write to the team' })).toBeVisible();
});

test('E3 a price that changed while the sheet was open is refused with the new one, and nothing is charged', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await it.roost.core.database.write(it.organizationId, (tx) =>
    tx.updateTable('credit_packages').set({ price_minor: 5_500n }).where('id', '=', it.packages.fifty).execute(),
  );
  await payButton(page).click();
  await expect(sheetOf(page).getByRole('alert')).toContainText('The price has changed to €55.00.');
  await expect(payButton(page)).toHaveAccessibleName('Pay €55.00');
  expect(await it.purchases()).toEqual([]);
  await payButton(page).click();
  await payOnPage(page, 'good');
  await expect(added(page, '50 credits added.')).toBeVisible();
});

test('E3 a package that is taken off sale while the sheet is open is not sold', { tag: '@desktop' }, async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await it.roost.core.database.write(it.organizationId, (tx) =>
    tx.updateTable('credit_packages').set({ on_sale: false }).where('id', '=', it.packages.fifty).execute(),
  );
  await payButton(page).click();
  await expect(page.getByRole('alert')).toContainText('no longer on sale');
  await expect(page.getByRole('alert')).toContainText('You have not been charged.');
  expect(await it.purchases()).toEqual([]);
});

test('S11 UX-07 a package that costs nothing is got with one press, without any card', async ({ page }) => {
  const it = await file.open({ sells: false });
  await it.addPackage({ name: 'Gift', creditsMinor: 5_000n, priceMinor: 0n });
  await it.signIn(page, it.member);
  await choose(page, 'Gift');
  await expect(payButton(page)).toHaveAccessibleName('Get 50 credits free');
  await expect(sheetOf(page).getByRole('radio')).toHaveCount(0);
  await payButton(page).click();
  await expect(added(page, '50 credits added. New balance 50.')).toBeVisible();
  const { rows } = await it.roost.db.asOwner(
    it.organizationId,
    "select method, amount_minor::int as amount, connection_id from payments where organization_id = $1 and status = 'paid'",
    [it.organizationId],
  );
  expect(rows).toEqual([{ method: 'free', amount: 0, connection_id: null }]);
});
