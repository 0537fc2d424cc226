import { expect, test, vi } from 'vitest';
import { siteOf } from '../../../test/support/browser.ts';
import { testCore } from '../../../test/support/core.ts';
import { someSpace } from '../../../test/support/people.ts';
import { printSignInLink } from './links.ts';
import { signInPages } from './pages.tsx';

test('the operator prints a link for each organization that knows the address, good once and for an hour', async () => {
  const core = await testCore();
  await someSpace(core);
  await someSpace(core, { name: 'Other' });
  const site = siteOf(core, (guards) => signInPages(core, guards));
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await printSignInLink(core, ' Ada@Example.com ');
  const printed = written.mock.calls.map(([text]) => String(text)).join('');
  written.mockRestore();
  expect(printed).toContain('Nest (good once, for 60 minutes):');
  expect(printed).toContain('Other (good once, for 60 minutes):');
  const links = [...printed.matchAll(/^http\S+$/gm)].map(([url]) => new URL(url).pathname);
  expect((await site.open().post(links[0]!)).status).toBe(303);
  expect((await site.open().post(links[0]!)).status).toBe(404);
  core.clock.advance(3_600_000);
  expect((await site.open().post(links[1]!)).status).toBe(404);
  await expect(printSignInLink(core, 'nobody@example.com')).rejects.toThrow('Nobody here has the address');
  await core.close();
});
