import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  added,
  balance,
  buyByCard,
  choose,
  expect,
  payButton,
  roostOfFile,
  sheetOf,
  stillness,
  test,
} from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';

const file = roostOfFile();

/** Nothing that axe finds, nothing that sticks out, nothing too small for a thumb, names as they are read. */
async function looksRight(page: Page, least = 44): Promise<void> {
  await stillness(page);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect([await smallTargets(page, least), await sticksOut(page), await namesThatDiffer(page)]).toEqual([[], [], []]);
}

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test('S10 UX-19 UX-20 a member of a company asks, the manager lets members use the card, and the member buys with it', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  await it.signIn(page, it.manager, '/membership/credits?wallet=company');
  await buyByCard(page, 'Taster');

  const phone = await (await browser.newContext(PHONE)).newPage();
  await it.signIn(phone, it.employee);
  const wallets = phone.getByRole('group', { name: 'Buying for' });
  await wallets.locator('label').filter({ hasText: 'Acme' }).click();
  await expect(phone.getByText('Credits of Acme are bought by its managers')).toBeVisible();
  await expect(balance(phone)).toHaveCount(0);
  await expect(phone.getByRole('link', { name: /^Buy for/ })).toHaveCount(0);
  await looksRight(phone);
  await phone.getByRole('button', { name: 'Ask Max' }).click();
  await expect(phone.getByRole('status').filter({ hasText: 'Max has been asked.' })).toBeVisible();
  await expect(phone.getByText('You asked Max on')).toBeVisible();

  await page.goto(it.url('/notifications'));
  await page.getByRole('link', { name: 'Eva asks to buy credits for Acme' }).click();
  await expect(page).toHaveURL(it.url('/membership/payment-permissions'));
  await expect(page.getByText('Eva asks to buy credits for the company')).toBeVisible();
  await looksRight(page, 24);
  await page.getByLabel('Visa •••• 4242').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Members of Acme may buy credits for it.' })).toBeVisible();
  await expect(page.getByLabel('Visa •••• 4242')).toBeChecked();

  await phone.goto(it.url('/notifications'));
  await phone.getByRole('link', { name: 'You may buy credits for Acme now' }).click();
  await expect(balance(phone)).toHaveText('10');
  await choose(phone, 'Starter');
  await expect(sheetOf(phone)).toContainText('For Acme');
  await expect(sheetOf(phone).getByRole('radio')).toHaveCount(1);
  await payButton(phone).click();
  await expect(added(phone, '50 credits added. New balance 60.')).toBeVisible();
  expect(await it.balance(it.company.customerId)).toBe(60);
  expect(await it.balance(it.employee.customerId)).toBe(0);
  // News are written by a job, behind the sale.
  await expect(async () => {
    await page.goto(it.url('/notifications'));
    await expect(page.getByText('50 credits added')).toBeVisible({ timeout: 1_000 });
  }).toPass();
});
