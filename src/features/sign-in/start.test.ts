import { afterAll, beforeAll, expect, test } from 'vitest';
import { siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { someSpace } from '../../../test/support/people.ts';
import { createUser } from '../people/people.ts';
import { createSignInLink } from './links.ts';
import { signInPages } from './pages.tsx';

let core: TestCore;
beforeAll(async () => {
  core = await testCore();
});
afterAll(() => core.close());

test('the start page leads everyone to where they begin', async () => {
  const site = siteOf(core, (guards) => signInPages(core, guards));
  expect((await site.open().get('/')).headers.get('location')).toBe('/set-up');
  const { organizationId, memberId, administratorId } = await someSpace(core);
  expect((await site.open().get('/')).headers.get('location')).toBe('/sign-in');
  const guestId = await core.database.write(organizationId, (tx) =>
    createUser(tx, { organizationId, name: 'Gus', email: 'gus@example.com', now: core.now() }),
  );
  const startOf = async (userId: string) => {
    const browser = site.open();
    await browser.post(new URL(await createSignInLink(core, { organizationId, userId })).pathname);
    return (await browser.get('/')).headers.get('location');
  };
  expect(await startOf(memberId)).toBe('/l/nest-mitte/home');
  expect(await startOf(administratorId)).toBe('/l/nest-mitte/community/credit-packages');
  expect(await startOf(guestId)).toBe('/l/nest-mitte/join');
});
