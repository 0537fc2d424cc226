import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Browser, type Site, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { membershipOf } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import { checkPages } from './check-pages.tsx';
import { addCredits, printLedgerCheck, sealEverywhere } from './credits.ts';

let core: TestCore;
let site: Site;
let space: Space;
let customerId: string;

beforeAll(async () => {
  core = await testCore();
  site = siteOf(core, (guards) => [...signInPages(core, guards), ...checkPages(core, guards)]);
  space = await someSpace(core);
  const { organizationId, location, memberId } = space;
  await core.database.write(organizationId, async (tx) => {
    customerId = (await membershipOf(tx, location.id, memberId))!.customerId;
    const it = { organizationId, customerId, key: 'k', actorUserId: null, creditsMinor: 500n, expiresAt: null };
    await addCredits(tx, { ...it, memo: 'A gift', now: core.now() });
  });
  await sealEverywhere(core);
});
afterAll(() => core.close());

async function signedIn(userId: string): Promise<Browser> {
  const browser = site.open();
  const link = await createSignInLink(core, { organizationId: space.organizationId, userId });
  await browser.post(new URL(link).pathname);
  return browser;
}

const pageAt = async (browser: Browser, run = '') => (await browser.get(address(run))).text();
const address = (run = '') => `/l/${space.location.slug}/settings/ledger-check${run}`;

async function printed(expected?: string): Promise<{ isRight: boolean; text: string }> {
  let text = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  try {
    return { isRight: await printLedgerCheck(core, expected), text };
  } finally {
    spy.mockRestore();
  }
}

test('an administrator checks the ledger of the location and reads that it is right', async () => {
  const ada = await signedIn(space.administratorId);
  const before = await pageAt(ada);
  expect(before).toContain('Check now');
  expect(before).not.toContain('All right');
  const after = await pageAt(ada, '?run=1');
  expect(after).toContain('All right');
  expect(after).toContain('Last seal');
});

test('a member cannot look at it', async () => {
  const mia = await signedIn(space.memberId);
  expect((await mia.get(address())).status).toBe(404);
});

test('the command prints each ledger with its last seal, and finds a seal that was noted down', async () => {
  const { isRight, text } = await printed();
  expect(isRight).toBe(true);
  expect(text).toMatch(/Nest\n {2}1 customers, 1 entries, 1 of them sealed by 1 seals\n {2}last seal [0-9a-f]{64}/);
  const head = /last seal ([0-9a-f]{64})/.exec(text)![1]!;
  expect((await printed(head)).isRight).toBe(true);
  expect(await printed('f'.repeat(64))).toMatchObject({ isRight: false, text: expect.stringContaining('NOT FOUND') });
});

test('what somebody wrote past the moves is named, on the page and by the command', async () => {
  await core.db.asOwner(space.organizationId, 'update credit_lots set remaining_minor = 400, cost_left_minor = 0');
  const text = await pageAt(await signedIn(space.administratorId), '?run=1');
  expect(text).toContain('One row is wrong');
  expect(text).toContain('The lot is not what the entries give');
  expect(text).toContain('Mia');
  expect(await printed()).toMatchObject({
    isRight: false,
    text: expect.stringMatching(
      `WRONG {2}customer ${customerId}, lot [0-9a-f-]{36}: The lot is not what the entries give`,
    ),
  });
});
