import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  added,
  choose,
  expect,
  payButton,
  payWithoutReturning,
  roostOfFile,
  stillness,
  test,
  type Visit,
} from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';

const file = roostOfFile();
const PAGE = '/settings/payment-gateways';

const told = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });

/** From the list of gateways over the form to what is told. */
async function connectTestGateway(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Connect Test gateway' }).click();
  await expect(page.getByRole('heading', { name: 'Connect Test gateway' })).toBeVisible();
  await page.getByRole('button', { name: 'Connect Test gateway' }).click();
  await expect(told(page, 'Test gateway is connected for testing.')).toBeVisible();
}

/** What can be read, hit and seen on the page as it stands; on a phone with text twice as big too. */
async function wrongWith(page: Page, name: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await stillness(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    wrong.push(...violations.map(({ id, nodes }) => `${colorScheme}: ${id} ${nodes[0]?.html.slice(0, 160)}`));
  }
  wrong.push(...(await sticksOut(page)), ...(await namesThatDiffer(page)));
  if (page.viewportSize()!.width < 500) {
    wrong.push(...(await smallTargets(page)));
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    wrong.push(...(await sticksOut(page)).map((what) => `200 %: ${what}`));
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
  }
  return wrong.map((what) => `${name}: ${what}`);
}

test('S3 UX-47 the administrator connects the test gateway, checks it, and chooses what it is for', async ({
  page,
  browser,
}) => {
  const it = await file.open({ sells: false });
  await it.signIn(page, it.administrator, PAGE);
  await expect(page.getByText('Instantly confirmed').first()).toBeVisible();
  await connectTestGateway(page);
  await expect(page.locator('#money')).toContainText('Test mode: no real money');
  await expect(page.locator('#last-check')).toContainText('Not checked yet');
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(told(page, 'Test gateway answers, and nothing is wrong.')).toBeVisible();
  await expect(page.locator('#last-check')).toContainText('nothing wrong');
  await expect(page.locator('#gateway-hints')).toContainText('tells at once');

  const other = await browser.newContext();
  const members = await other.newPage();
  await it.signIn(members, it.member);
  await choose(members, 'Starter');
  await expect(payButton(members)).toBeVisible();
  await other.close();

  await page.getByLabel('Credit packages').uncheck({ force: true });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(told(page, 'Saved.')).toBeVisible();
  await expect(page.getByLabel('Credit packages')).not.toBeChecked();
  await expect(page.getByLabel('Invoices')).toBeChecked();
});

test('E20 UX-47 a gateway is disconnected while somebody pays: they get what they paid for', async ({
  page,
  browser,
}) => {
  const it = await file.open();
  const other = await browser.newContext();
  const members = await other.newPage();
  await it.signIn(members, it.member);
  await choose(members, 'Starter');
  await payButton(members).click();
  await members.waitForURL(/\/simulator\/pay\//);

  await it.signIn(page, it.administrator, PAGE);
  await page.getByRole('link', { name: 'Disconnect' }).click();
  await expect(page.getByText('1 payment is under way.')).toBeVisible();
  await page.getByRole('button', { name: 'Disconnect now' }).click();
  await expect(told(page, 'Test gateway is disconnected.')).toBeVisible();
  await expect(page.getByText('1 payment is under way.')).toBeVisible();
  await expect(page.getByText('Test mode: no real money moves.')).toHaveCount(0);

  await payWithoutReturning(members);
  await members.goto(it.url('/membership/credits'));
  await expect(members.getByTestId('balance')).toHaveText('50');
  await other.close();
  await page.reload();
  await expect(page.getByText('The key is deleted within two hours.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Connect Test gateway' })).toBeVisible();
});

test('UX-70 UX-71 UX-77 every page of gateways can be read, hit and seen whole', async ({ page }) => {
  test.slow();
  const it = await file.open({ sells: false });
  await it.signIn(page, it.administrator, PAGE);
  const wrong = await wrongWith(page, 'what there is');
  await page.getByRole('link', { name: 'Connect Stripe' }).click();
  await expect(page.getByLabel('Restricted key')).toBeVisible();
  wrong.push(...(await wrongWith(page, 'connecting')));
  await page.getByRole('link', { name: 'Cancel' }).click();
  await connectTestGateway(page);
  await markProblems(it);
  await page.reload();
  wrong.push(...(await wrongWith(page, 'connected, with problems')));
  await page.goto(it.url(`${PAGE}/disconnect`));
  wrong.push(...(await wrongWith(page, 'disconnecting')));
  await page.getByRole('button', { name: 'Disconnect now' }).click();
  await expect(told(page, 'Stripe is disconnected.')).toBeVisible();
  wrong.push(...(await wrongWith(page, 'parted')));
  await it.roost.db.asOwner(
    it.organizationId,
    `update gateway_connections set kind = 'paypal', disconnected_at = null, account = 'acct_1'`,
  );
  await page.reload();
  wrong.push(...(await wrongWith(page, 'unknown')));
  expect(wrong).toEqual([]);
});

/** As if the last check had found everything there is to find, with real money. */
async function markProblems(it: Visit): Promise<void> {
  await it.roost.db.asOwner(
    it.organizationId,
    `update gateway_connections set kind = 'stripe', live = true, checked_at = now(),
       problems = '{key-refused,account-unreadable,charges-disabled,refunds-not-allowed,currency-not-supported}'`,
  );
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('S3 UX-76 the test gateway is connected, checked, given a use, and disconnected', { tag: '@phone' }, async ({
    page,
  }) => {
    const it = await file.open({ sells: false });
    await it.signIn(page, it.administrator, PAGE);
    await connectTestGateway(page);
    await page.getByRole('button', { name: 'Check now' }).click();
    await expect(told(page, 'nothing is wrong')).toBeVisible();
    await page.getByLabel('Invoices').uncheck({ force: true });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(told(page, 'Saved.')).toBeVisible();
    await page.getByRole('link', { name: 'Disconnect' }).click();
    await page.getByRole('button', { name: 'Disconnect now' }).click();
    await expect(added(page, 'Test gateway is disconnected.')).toBeVisible();
  });
});
