import { expect, test } from 'vitest';
import { Page, renderPage, type Shell } from './layout.tsx';

const shell: Shell = { locale: 'de-AT', theme: 'dark', requestId: 'r-1', path: '/credits?wallet=1' };
const page = (more: Partial<Shell> = {}, refreshAfterMs?: number) =>
  renderPage(
    <Page shell={{ ...shell, ...more }} title="Guthaben" refreshAfterMs={refreshAfterMs}>
      <h1>Guthaben</h1>
    </Page>,
  );

test('a page is a whole document in its language and theme', () => {
  expect(page()).toMatch(/^<!doctype html><html lang="de-AT" data-theme="dark">/);
  expect(page()).toContain('<title>Guthaben · Roost</title>');
  expect(page()).toContain('Zum Inhalt springen');
});

test('nothing in a page is inline script or style', () => {
  const html = page({ banner: 'Test', flash: { tone: 'good', text: 'Saved' } });
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
});

test('the choice of theme returns to where it was made', () => {
  expect(page()).toContain('name="returnTo" value="/credits?wallet=1"');
  expect(page()).toMatch(/value="dark" aria-pressed="true"/);
});

test('a page that waits looks again, also without scripts', () => {
  expect(page({}, 2500)).toContain('data-refresh-after="2500"');
  expect(page({}, 2500)).toContain('<noscript><meta http-equiv="refresh" content="3"/></noscript>');
  expect(page()).not.toContain('refresh-after');
});

test('members see at most five ways, and where they are', () => {
  const items = ['a', 'b', 'c', 'd', 'e', 'f'].map((label) => ({
    href: `/${label}`,
    label,
    icon: 'home' as const,
    current: label === 'b',
  }));
  const html = page({ nav: { kind: 'member', items } });
  expect(html.match(/class="nav-item"/g)).toHaveLength(5);
  expect(html).toContain('href="/b" aria-current="page"');
});

test('an undo is a form of its own, so it works without scripts', () => {
  const html = page({
    flash: { tone: 'good', text: 'Archived', undo: { action: '/undo', fields: { id: '7' }, label: 'Undo' } },
  });
  expect(html).toMatch(/<form [^>]*method="post" action="\/undo"[^>]*><input type="hidden" name="id" value="7"\/>/);
});
