import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  added,
  balance,
  choose,
  expect,
  payButton,
  payWithoutReturning,
  readyToPay,
  roostOfFile,
  sheetOf,
  stillness,
  test,
  type Visit,
} from '../support/journey.ts';
import { smallTargets, sticksOut } from '../support/journey-measures.ts';
import { type Dashboard, openDashboard } from '../support/simulator-dashboard.ts';

// The loop comes round to have the gateway send hints; it looks at a payment after a minute, when nobody waits any more.
const file = roostOfFile({ FIRST_CHECK_MS: '60000', CHECK_LOOP_MS: '200' });

/** From the arrival of the hint to the news on the page. */
const SETTLES_WITHIN_MS = 5_000;

/** A space whose gateway sends hints, and its dashboard, where they are held back. */
async function openListening(): Promise<{ it: Visit; dashboard: Dashboard }> {
  const it = await file.open();
  const { database, config } = it.roost.core;
  const connection = () =>
    database.read(it.organizationId, (db) =>
      db.selectFrom('gateway_connections').selectAll().executeTakeFirstOrThrow(),
    );
  await expect.poll(async () => (await connection()).sealed_webhook_secret).not.toBeNull();
  const account = { organizationId: it.organizationId, accountId: (await connection()).id };
  return { it, dashboard: await openDashboard(database, account, config.simulatorUrl) };
}

async function lastReference(it: Visit): Promise<string> {
  const { reference } = await it.roost.core.database.read(it.organizationId, (db) =>
    db.selectFrom('payments').select('reference').orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow(),
  );
  return reference!;
}

/** Lets the hint through that was held back; answers how long the page took to tell of it. */
async function settlesAfter(hint: () => Promise<void>, page: Page, text: string): Promise<number> {
  await hint();
  const arrived = performance.now();
  await expect(balance(page)).toHaveText(text, { timeout: SETTLES_WITHIN_MS });
  return performance.now() - arrived;
}

test('UX-16 whoever closed the tab right after paying reads that it is being confirmed, and it settles within 5 s of the hint', async ({
  page,
}) => {
  const { it, dashboard } = await openListening();
  await dashboard.faults({ losesEvents: 100 });
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await payButton(page).click();
  await payWithoutReturning(page);
  await page.goto(it.url('/membership/credits'));
  const notice = page.getByRole('status').filter({ hasText: 'Your payment for Starter is not finished' });
  await expect(notice).toContainText('If you have just paid, we are confirming it');
  await expect(balance(page)).toHaveText('0');
  await dashboard.quiet();
  const ref = await lastReference(it);
  const took = await settlesAfter(() => dashboard.sendAgain(ref, 'checkout.session.completed'), page, '50');
  expect(took).toBeLessThan(SETTLES_WITHIN_MS);
  await expect(notice).toBeHidden();
  expect(await it.purchases()).toHaveLength(1);
});

test('UX-16 E8 a saved card whose answer was lost: the bank is being asked, and it settles within 5 s of the hint', async ({
  page,
}) => {
  const { it, dashboard } = await openListening();
  await readyToPay(page, it);
  await dashboard.faults({ losesEvents: 100 });
  const { gatewayGate } = it.roost;
  const answered = gatewayGate.keepAnswerTo('/confirm');
  await payButton(page).click();
  await answered;
  gatewayGate.shut();
  await expect(page.getByRole('status')).toContainText('We are confirming your payment');
  await page.goto(it.url('/membership/credits'));
  await expect(page.getByRole('status')).toContainText('The bank is being asked.');
  await expect(balance(page)).toHaveText('10');
  gatewayGate.open();
  await dashboard.quiet();
  const ref = await lastReference(it);
  const took = await settlesAfter(() => dashboard.sendAgain(ref, 'payment_intent.succeeded'), page, '60');
  expect(took).toBeLessThan(SETTLES_WITHIN_MS);
  expect(await it.purchases()).toHaveLength(2);
});

test('UX-16 UX-70 UX-71 UX-77 who buys while a payment is unfinished is asked first, and may go on or buy another', async ({
  page,
}, info) => {
  const it = await file.open({ hints: false });
  await it.signIn(page, it.member);
  await choose(page, 'Starter');
  await payButton(page).click();
  await page.waitForURL(/\/simulator\/pay\//);
  await page.goto(it.url('/membership/credits'));
  await choose(page, 'Regular');
  await expect(sheetOf(page)).toContainText('You have an unfinished purchase of Starter');
  await expect(payButton(page)).toBeHidden();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await stillness(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await sticksOut(page)).toEqual([]);
    if (info.project.name === 'phone') expect(await smallTargets(page)).toEqual([]);
  }
  await sheetOf(page).getByRole('link', { name: 'Continue with Starter' }).click();
  await expect(added(page, 'Your payment is not finished')).toBeVisible();
  await page.goto(it.url('/membership/credits'));
  await choose(page, 'Regular');
  await sheetOf(page).getByRole('link', { name: 'Buy Regular anyway' }).click();
  await expect(payButton(page)).toHaveAccessibleName('Pay €89.00');
  await payButton(page).click();
  await page.waitForURL(/\/simulator\/pay\//);
  await page.getByRole('button', { name: /^[\d ]* 4242 / }).click();
  await expect(added(page, '100 credits added. New balance 100.')).toBeVisible();
  expect((await it.purchases()).filter(({ paidAt }) => paidAt)).toHaveLength(1);
});
