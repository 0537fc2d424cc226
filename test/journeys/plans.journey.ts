import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createPlan } from '../../src/features/plans/plans.ts';
import { createSubscriptions } from '../../src/features/subscriptions/subscriptions.ts';
import { newId } from '../../src/platform/ids.ts';
import {
  added,
  balance,
  choose,
  expect,
  payButton,
  roostOfFile,
  sheetOf,
  stillness,
  test,
  type Visit,
} from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';

const file = roostOfFile();

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DAY_MS = 86_400_000;

const planOf = (it: Visit) => `/community/customers/${it.member.customerId}/plan`;
const told = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });

async function makePlan(page: Page, it: { name: string; price: string; credits: string; discount: string }) {
  await page.getByRole('link', { name: 'New plan' }).click();
  await page.getByLabel('Name').fill(it.name);
  await page.getByLabel('Price per cycle').fill(it.price);
  await page.getByLabel('Credits per cycle').fill(it.credits);
  await page.getByLabel('Discount').fill(it.discount);
  await page.getByRole('button', { name: 'Save' }).click();
}

test('S4 S11 UX-07 an administrator makes a plan that makes packages free, assigns it, and the member gets one of them free', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  await it.signIn(page, it.administrator, '/community/plans');
  await makePlan(page, { name: 'Resident', price: '190', credits: '20', discount: '101' });
  await expect(page.getByText('A whole number from 0 to 100.').last()).toBeVisible();
  await page.getByLabel('Discount').fill('100');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(told(page, 'Resident is saved.')).toBeVisible();
  await expect(page.getByRole('row', { name: /Resident/ })).toContainText('1 package free / month');

  await page.goto(it.url(planOf(it)));
  await page.getByLabel('Credit packages on an invoice').selectOption('yes');
  await page.getByRole('button', { name: 'Assign plan' }).click();
  await expect(told(page, 'Mia has Resident.')).toBeVisible();
  const card = page.locator('#plan');
  await expect(card).toContainText('Free packages left1 of 1 in this cycle');
  await expect(card).toContainText('Credit packages on an invoiceYes (agreed)');

  const other = await browser.newContext(PHONE);
  const member = await other.newPage();
  await it.signIn(member, it.member);
  await expect(balance(member)).toHaveText('20');
  await choose(member, 'Starter');
  await expect(payButton(member)).toHaveText('Get 50 credits free');
  await expect(sheetOf(member).getByRole('radio')).toHaveCount(0);
  await payButton(member).click();
  await expect(added(member, '50 credits added. New balance 70.')).toBeVisible();
  await expect(member.getByText('You have had the free package of your plan.')).toBeVisible();
  await expect(member.getByRole('link', { name: /^Buy for €89\.00: Regular$/ })).toBeVisible();
  expect(await it.purchases()).toEqual([]);

  await page.reload();
  await expect(card).toContainText('0 of 1 in this cycle');
  await page.locator('label').filter({ hasText: 'Today, at once' }).click();
  await page.getByRole('button', { name: 'End plan' }).click();
  await expect(told(page, 'Resident has ended. 20 credits went with it.')).toBeVisible();
  await member.reload();
  await expect(balance(member)).toHaveText('50');
});

test('S17 a plan renews at midnight of the location, also when the program was down then: old credits lapse, new ones come', {
  tag: '@phone',
}, async ({ page }) => {
  const it = await file.open();
  const { roost, organizationId, location } = it;
  // A week ago somebody was given a plan of weeks, at this time of the day.
  const now = new Date(Date.now() - 7 * DAY_MS);
  const core = { ...roost.core, now: () => now };
  const subscriptions = createSubscriptions(core, { periodsBegun: async () => {} });
  await roost.kill();
  await core.database.write(organizationId, async (tx) => {
    const terms = { name: 'Weekly', cycle: 'week', priceMinor: 4_000n, creditsMinor: 1_500n } as const;
    const packages = {
      creditsDiscountPercent: 20,
      creditsOnInvoice: false,
      autoInvoice: false,
      freePackagesPerCycle: 1,
    };
    const plan = await createPlan(tx, { ...terms, ...packages, organizationId, location, id: newId(now), now });
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: location.timeZone }).format(now);
    const own = { creditsDiscountPercent: null, creditsOnInvoice: null, autoInvoice: null };
    const of = { organizationId, location, customerId: it.member.customerId, now };
    await subscriptions.assign(tx, { ...of, ...own, id: newId(now), planId: plan.id, startsOn: day, endsOn: null });
  });
  await roost.restart();
  await it.signIn(page, it.member, '/membership/credits/transactions');
  const rows = page.getByRole('list', { name: 'Transactions, newest first' }).locator('.ledger-row');
  await expect(async () => {
    await page.reload();
    await expect(rows).toHaveCount(3, { timeout: 200 });
  }).toPass();
  await expect(rows.nth(0)).toContainText('Weekly');
  await expect(rows.nth(0)).toContainText('00:00');
  await expect(rows.nth(0)).toContainText('+15');
  await expect(rows.nth(1)).toContainText('Expired with the plan');
  await expect(rows.nth(1)).toContainText('00:00');
  await expect(rows.nth(1)).toContainText('\u221215');
  await page.goto(it.url('/membership/credits'));
  await expect(balance(page)).toHaveText('15');
  // UX-06
  await expect(page.getByRole('link', { name: 'Buy for €39.20: Starter' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`UX-70 UX-71 UX-72 UX-77 the pages of plans can be read and touched by everybody, ${colorScheme}`, async ({
    page,
  }, { project }) => {
    test.slow();
    const it = await file.open();
    await page.emulateMedia({ colorScheme });
    const found: string[] = [];
    const look = async (name: string) => {
      await stillness(page);
      if (process.env.PICTURES) {
        const path = `${process.env.PICTURES}/${name}-${project.name}-${colorScheme}.png`;
        await page.screenshot({ path, fullPage: true });
      }
      const { violations } = await new AxeBuilder({ page }).analyze();
      found.push(...violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`));
      const wrong = [...(await sticksOut(page)), ...(await namesThatDiffer(page))];
      // A text field is hit in its frame, which is higher than the label that is measured.
      const isText = (target: string) =>
        /^(input "(First|Last|Discount|Name|Price|Credits|Free)|select ")/.test(target);
      if (project.name === 'phone') wrong.push(...(await smallTargets(page)).filter((target) => !isText(target)));
      found.push(...wrong.map((what) => `${name}: ${what}`));
    };
    await it.signIn(page, it.administrator, '/community/plans');
    await look('no plans');
    await makePlan(page, { name: '', price: 'much', credits: '1.234', discount: '20' });
    await page.getByLabel('Name').fill(' ');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('This is needed.').last()).toBeVisible();
    await look('wrong plan');
    await page.getByLabel('Name').fill('Resident with a rather long name for a plan');
    await page.getByLabel('Price per cycle').fill('190');
    await page.getByLabel('Credits per cycle').fill('20');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(told(page, 'is saved.')).toBeVisible();
    await look('plans');
    await page.goto(it.url(planOf(it)));
    await look('assigning');
    const year = new Date().getFullYear() + 1;
    await page.getByLabel('First day').fill(`${year}-02-01`);
    await page.getByLabel('Last day').fill(`${year}-01-31`);
    await page.getByRole('button', { name: 'Assign plan' }).click();
    await expect(page.getByText('The last day cannot be before the first.').last()).toBeVisible();
    await look('wrong days');
    await page.goto(it.url(planOf(it)));
    await page.getByRole('button', { name: 'Assign plan' }).click();
    await expect(told(page, 'Mia has Resident')).toBeVisible();
    await look('the tab');
    await page.getByRole('button', { name: 'End plan' }).click();
    await expect(page.getByText('It is not renewed.')).toBeVisible();
    await look('ending');
    expect(found).toEqual([]);
  });
}
