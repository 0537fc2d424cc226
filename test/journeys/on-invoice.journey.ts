import AxeBuilder from '@axe-core/playwright';
import { createPlan } from '../../src/features/plans/plans.ts';
import { createSubscriptions } from '../../src/features/subscriptions/subscriptions.ts';
import { newId } from '../../src/platform/ids.ts';
import {
  added,
  choose,
  expect,
  payButton,
  payOnPage,
  payWith,
  roostOfFile,
  sheetOf,
  stillness,
  test,
  type Visit,
} from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';

const file = roostOfFile();

/** A plan that lets its holder pay on an invoice. */
async function subscribe(it: Visit, customerId: string): Promise<void> {
  const { core } = it.roost;
  const { organizationId, location } = it;
  const now = core.now();
  await core.database.write(organizationId, async (tx) => {
    const plan = await createPlan(tx, {
      organizationId,
      location,
      now,
      id: newId(now),
      name: 'Resident',
      cycle: 'month',
      priceMinor: 0n,
      creditsMinor: 0n,
      creditsDiscountPercent: 0,
      creditsOnInvoice: true,
      autoInvoice: true,
      freePackagesPerCycle: 0,
    });
    await createSubscriptions(core, { periodsBegun: async () => {} }).assign(tx, {
      organizationId,
      location,
      now,
      customerId,
      id: newId(now),
      planId: plan.id,
      startsOn: new Intl.DateTimeFormat('en-CA', { timeZone: location.timeZone }).format(now),
      endsOn: null,
      creditsDiscountPercent: null,
      creditsOnInvoice: null,
      autoInvoice: null,
    });
  });
}

test('S4 S16 UX-11 a member puts a package on the invoice from the sheet, and finds it there', async ({ page }) => {
  const it = await file.open();
  await subscribe(it, it.member.customerId);
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await expect(sheetOf(page)).toContainText(/Added to your invoice of \d+ \w+ \d{4}\./);
  await expect(payButton(page)).toHaveAccessibleName('Pay €49.00');
  await payWith(page, 'Invoice');
  await expect(payButton(page)).toHaveAccessibleName('Put €49.00 on the invoice');
  await stillness(page);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect([await smallTargets(page), await sticksOut(page), await namesThatDiffer(page)]).toEqual([[], [], []]);
  await payButton(page).click();
  await expect(added(page, '50 credits added. New balance 50.')).toBeVisible();
  await page.goto(it.url('/membership/credits/transactions'));
  await expect(page.getByText('On account').first()).toBeVisible();
  await page.getByRole('link', { name: /Starter/ }).click();
  await page.getByRole('link', { name: 'The next one' }).click();
  await expect(page.getByText('Starter').first()).toBeVisible();
  expect(await it.balance(it.member.customerId)).toBe(50);
});

test('UX-41 an administrator sells a package for money taken elsewhere, and the member reads who did it', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  await it.signIn(page, it.administrator, `/community/customers/${it.member.customerId}/payments`);
  await page.getByRole('link', { name: 'Sell a package' }).click();
  await page.locator('label').filter({ hasText: 'Starter' }).click();
  await page.getByLabel('How it was paid').fill('Bank transfer, 3 March');
  await page.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByText('Bank transfer, 3 March, paid already')).toBeVisible();
  await stillness(page);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: 'Sell 50 credits to Mia for €49.00' }).click();
  await expect(page.getByRole('status').filter({ hasText: '50 credits added to Mia. New balance 50.' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Starter/ })).toContainText('Bank transfer, 3 March');

  const phone = await (await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true })).newPage();
  await it.signIn(phone, it.member, '/membership/credits/transactions');
  await expect(phone.getByText('by Ada')).toBeVisible();
  // News are written by a job, behind the sale.
  await expect(async () => {
    await phone.goto(it.url('/notifications'));
    await expect(phone.getByText('Done by Ada of the team.')).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test('S16 E6 what was bought on an invoice is made ready and paid, or voided with what is unspent', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  await subscribe(it, it.member.customerId);
  const phone = await (await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true })).newPage();
  const putOnInvoice = async (name: string) => {
    await phone.goto(it.url('/membership/credits'));
    await choose(phone, name);
    await payWith(phone, 'Invoice');
    await payButton(phone).click();
    await expect(added(phone, 'credits added')).toBeVisible();
  };
  const issue = async () => {
    await page.goto(it.url('/community/invoices?show=draft'));
    await page.getByRole('link', { name: 'Active invoice' }).click();
    await expect(page.getByText(/^It is made ready by itself on /)).toBeVisible();
    await page.getByRole('link', { name: 'Make ready for payment' }).click();
    await page.getByRole('button', { name: /^Issue the invoice over/ }).click();
    await expect(added(page, 'is ready for payment.')).toBeVisible();
  };
  await it.signIn(phone, it.member);
  await it.signIn(page, it.administrator, '/community/invoices');
  await putOnInvoice('Starter');
  await issue();
  await phone.goto(it.url('/membership/invoices'));
  await phone.getByRole('link', { name: 'Pay €49.00: Invoice 000001' }).click();
  await payButton(phone).click();
  await payOnPage(phone, 'good');
  await expect(added(phone, 'Invoice 000001 is paid: €49.00. Thank you.')).toBeVisible();
  await phone.goto(it.url('/membership/credits/transactions'));
  await expect(phone.getByText('On account')).toHaveCount(0);

  await putOnInvoice('Regular');
  await issue();
  await page.getByRole('link', { name: 'Void' }).click();
  await expect(page.getByText('100 credits of it are unspent.')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Take back 100 credits' })).toBeChecked();
  await page.getByRole('button', { name: 'Void the invoice over €89.00' }).click();
  await expect(added(page, 'Invoice 000002 is void.')).toBeVisible();
  expect(await it.balance(it.member.customerId)).toBe(50);
});
