import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import {
  added,
  balance,
  buyByCard,
  choose,
  expect,
  payButton,
  payWithoutReturning,
  readyToPay,
  sheetOf,
  test,
  type Visit,
  visitOf,
} from '../support/journey.ts';
import { openSpace, type SpaceOptions } from '../support/journey-space.ts';
import { startRoost } from '../support/roost.ts';

/** A Roost of its own for a journey that does it harm. */
async function withRoost(
  env: Record<string, string>,
  options: SpaceOptions,
  journey: (it: Visit) => Promise<void>,
): Promise<void> {
  const roost = await startRoost(env);
  try {
    await journey(visitOf(roost, await openSpace(roost, options)));
  } finally {
    await roost.close();
  }
}

const SETTLES_SOON = { FIRST_CHECK_MS: '300', CHECK_LOOP_MS: '100' };
/** The loop does not come round again before the program is killed. */
const SETTLES_LATE = { FIRST_CHECK_MS: '300', CHECK_LOOP_MS: '60000' };

/** How many charges the gateway made. */
async function charges(it: Visit): Promise<number> {
  const text =
    "select from simulator_objects where organization_id = $1 and kind = 'charge' and body ->> 'status' = 'succeeded'";
  return (await it.roost.db.asOwner(it.organizationId, text, [it.organizationId])).rowCount ?? 0;
}

test('E9 the program is killed between the charge and the grant: after its restart the credits are there, once', {
  tag: '@desktop',
}, async ({ page, complaints }) => {
  await withRoost(SETTLES_LATE, { hints: false }, async (it) => {
    await readyToPay(page, it);
    const charged = it.roost.gatewayGate.keepAnswerTo('/confirm');
    await payButton(page).click({ noWaitAfter: true });
    await charged;
    expect(await charges(it)).toBe(2);
    await it.roost.kill();
    await expect(sheetOf(page).getByRole('alert')).toContainText('No connection.');
    expect(await it.balance(it.member.customerId)).toBe(10);
    it.roost.gatewayGate.open();
    await it.roost.restart(SETTLES_SOON);
    await expect.poll(() => it.balance(it.member.customerId)).toBe(60);
    await payButton(page).click();
    await expect(added(page, 'You bought this at')).toBeVisible();
    expect(await charges(it)).toBe(2);
    expect((await it.purchases()).filter(({ paidAt }) => paidAt)).toHaveLength(2);
    expect(complaints.splice(0)).toEqual(['Failed to fetch']);
  });
});

test('E9 a program that is told to end answers those who pay first, and nothing is left to find out', {
  tag: '@desktop',
}, async ({ page }) => {
  await withRoost(SETTLES_LATE, { hints: false }, async (it) => {
    await readyToPay(page, it);
    const charged = it.roost.gatewayGate.keepAnswerTo('/confirm');
    await payButton(page).click({ noWaitAfter: true });
    await charged;
    const stopped = it.roost.stop();
    await expect.poll(async () => (await fetch(it.roost.url)).status).toBe(503);
    it.roost.gatewayGate.open();
    await stopped;
    expect(await it.balance(it.member.customerId)).toBe(60);
    expect(await charges(it)).toBe(2);
    await it.roost.restart(SETTLES_LATE);
    await page.goto(it.url('/membership/credits'));
    await expect(balance(page)).toHaveText('60');
  });
});

test('E9 the program is killed while a member pays on the gateway’s page: after its restart the credits are there', {
  tag: '@desktop',
}, async ({ page }) => {
  await withRoost(SETTLES_LATE, { hints: false }, async (it) => {
    await it.signIn(page, it.member);
    await choose(page, 'Starter');
    await payButton(page).click();
    await payWithoutReturning(page);
    await it.roost.kill();
    expect(await charges(it)).toBe(1);
    expect(await it.balance(it.member.customerId)).toBe(0);
    await it.roost.restart(SETTLES_SOON);
    await expect.poll(() => it.balance(it.member.customerId)).toBe(50);
    await page.goto(it.url('/membership/credits'));
    await expect(balance(page)).toHaveText('50');
    expect(await charges(it)).toBe(1);
  });
});

test('UX-80 while the database is away pages say so with a number to quote, and recover by themselves', {
  tag: '@desktop',
}, async ({ page }) => {
  await withRoost(SETTLES_SOON, {}, async (it) => {
    await it.signIn(page, it.member);
    await choose(page, 'Starter');
    it.roost.databaseGate.shut();
    await payButton(page).click();
    await expect(page.getByRole('heading', { name: 'We cannot reach our records just now' })).toBeVisible();
    const answer = await page.goto(it.url('/membership/credits'));
    expect(answer?.status()).toBe(503);
    await expect(page.getByText('Nothing has been lost.')).toBeVisible();
    await expect(page.locator('.error-request code')).toHaveText(/^[0-9a-f-]{36}$/);
    it.roost.databaseGate.open();
    await page.getByRole('link', { name: 'Retry' }).click();
    await expect(balance(page)).toHaveText('0');
    await buyByCard(page, 'Starter');
    await expect(balance(page)).toHaveText('50');
    expect(await charges(it)).toBe(1);
  });
});

test('UX-81 UX-82 a session that ends in the middle of the sheet: sign in by code, and the same sheet is there', {
  tag: '@phone',
}, async ({ page }) => {
  const mailbox = await openMailbox();
  try {
    await withRoost({ SMTP_URL: mailbox.url, SMTP_FROM: 'roost@example.com' }, {}, async (it) => {
      await it.signIn(page, it.manager, '/membership/credits?wallet=company');
      await choose(page, 'Starter');
      const sheet = page.url();
      await it.roost.core.database.write(it.organizationId, (tx) => tx.deleteFrom('sessions').execute());
      await payButton(page).click();
      await page.getByLabel('E-mail address').fill(it.manager.email);
      await page.getByRole('button', { name: 'Send me a code' }).click();
      const code = await mailbox.code();
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL(sheet);
      await expect(sheetOf(page)).toContainText('For Acme');
      await expect(payButton(page)).toHaveAccessibleName('Pay €49.00');
      expect(await it.purchases()).toEqual([]);
    });
  } finally {
    mailbox.close();
  }
});

/** A mail server that keeps what it is sent. */
async function openMailbox(): Promise<{ url: string; code(): Promise<string>; close(): void }> {
  const codes: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    async onData(stream, _session, done) {
      let text = '';
      for await (const part of stream) text += part;
      codes.push(/\b(\d{6})\b/.exec(text.slice(text.search(/\r?\n\r?\n/)))?.[1] ?? '');
      done();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    async code() {
      await expect.poll(() => codes.length).toBeGreaterThan(0);
      return codes.at(-1)!;
    },
    close: () => server.close(),
  };
}
