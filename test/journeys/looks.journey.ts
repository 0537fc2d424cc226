import type { Page } from '@playwright/test';
import { buyByCard, choose, expect, payButton, roostOfFile, sheetOf, test, type Visit } from '../support/journey.ts';
import { layoutShift, motions, namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';
import { administratorRoutes, memberRoutes } from '../support/journey-routes.ts';

const file = roostOfFile();

/** A member with a purchase behind them, and what `measure` finds wrong on each of their pages. */
async function onMemberPages(page: Page, measure: (name: string) => Promise<string[]>): Promise<string[]> {
  const it = await file.open();
  await it.give(it.manager, 20);
  await it.signIn(page, it.manager);
  await buyByCard(page, 'Starter');
  const [{ id = '' } = {}] = await it.purchases();
  return await onPages(page, it, memberRoutes(it, id), measure);
}

async function onPages(
  page: Page,
  it: Visit,
  routes: Record<string, string>,
  measure: (name: string) => Promise<string[]>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, path] of Object.entries(routes)) {
    await page.goto(it.url(path));
    wrong.push(...(await measure(name)).map((what) => `${name}: ${what}`));
  }
  return wrong;
}

test('UX-60 on a phone the ways are at the bottom, big enough, with their names, and hide nothing', {
  tag: '@phone',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  const items = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  expect(await items.count()).toBeLessThanOrEqual(5);
  for (const item of await items.all()) {
    const box = (await item.boundingBox())!;
    expect(box.height).toBeGreaterThanOrEqual(44);
    expect(box.y).toBeGreaterThan(844 / 2);
    await expect(item.locator('.nav-label')).toBeVisible();
  }
  await expect(items.filter({ hasText: 'Credits' })).toHaveAttribute('aria-current', 'page');
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const nav = (await page.getByRole('navigation', { name: 'Main' }).boundingBox())!;
  const last = (await page.getByRole('contentinfo').boundingBox())!;
  expect(last.y + last.height).toBeLessThanOrEqual(nav.y + 1);
});

test('UX-71 UX-72 on a phone everything can be hit with a finger, and is called what stands on it', {
  tag: '@phone',
}, async ({ page }) => {
  const wrong = await onMemberPages(page, async () => [
    ...(await smallTargets(page)),
    ...(await namesThatDiffer(page)),
  ]);
  expect(wrong).toEqual([]);
});

test('UX-77 with 320 px, and with text twice as big, nothing sticks out sideways', { tag: '@phone' }, async ({
  page,
}) => {
  const wrong = await onMemberPages(page, async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    const narrow = await sticksOut(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    return [...narrow.map((what) => `320 px: ${what}`), ...(await sticksOut(page)).map((what) => `200 %: ${what}`)];
  });
  expect(wrong).toEqual([]);
});

test('UX-72 UX-77 the pages of an administrator fit on a phone too', { tag: '@phone' }, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.administrator, '/community/members');
  const wrong = await onPages(page, it, administratorRoutes(it), async () => [
    ...(await sticksOut(page)),
    ...(await namesThatDiffer(page)),
  ]);
  expect(wrong).toEqual([]);
});

test('UX-75 nothing jumps on the pages of a member', async ({ page }) => {
  const wrong = await onMemberPages(page, async () => {
    const shift = await layoutShift(page);
    return shift > 0.02 ? [`moved by ${shift.toFixed(3)}`] : [];
  });
  expect(wrong).toEqual([]);
});

test('UX-74 whoever asks for less motion gets none, not even where the sheet opens', { tag: '@phone' }, async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await page.addInitScript(() => {
    const { animate } = Element.prototype;
    Element.prototype.animate = function (...how) {
      document.documentElement.dataset.animated = 'yes';
      return animate.apply(this, how);
    };
  });
  for (const reducedMotion of ['no-preference', 'reduce'] as const) {
    await page.emulateMedia({ reducedMotion });
    await page.goto(it.url('/membership/credits'));
    await choose(page, 'Starter');
    const animated = await page.locator('html').getAttribute('data-animated');
    expect(animated).toBe(reducedMotion === 'reduce' ? null : 'yes');
  }
  expect(await motions(page)).toEqual([]);
  expect(await onMemberPages(page, () => motions(page))).toEqual([]);
});

test('UX-73 the appearance follows the device until it is chosen; the server then sends it so from the first byte', async ({
  page,
}) => {
  const it = await file.open();
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await it.signIn(page, it.member, '/more');
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  expect(dark).not.toBe(light);

  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('group', { name: 'Appearance' }).locator('label').filter({ hasText: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await ground()).toBe(dark);
  const answer = await page.goto(it.url('/membership/credits'));
  expect(await answer!.text()).toContain('data-theme="dark"');
  expect(await ground()).toBe(dark);
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page).toHaveURL(/transactions/);
  expect(await ground()).toBe(dark);

  await page.goto(it.url('/more'));
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('group', { name: 'Appearance' }).locator('label').filter({ hasText: 'Light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  expect(await ground()).toBe(light);
});

test('UX-03 UX-04 UX-05 each package says what a credit costs in it, and what it saves at the least', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  const card = (name: string) => page.getByRole('article').filter({ has: page.getByRole('heading', { name }) });
  await expect(card('Taster')).toContainText('€1.20 per credit');
  await expect(card('Taster')).not.toContainText('Save');
  await expect(card('Starter')).toContainText('€0.98 per credit');
  await expect(card('Starter')).toContainText('Save 18 %');
  await expect(card('Regular')).toContainText('Save 25 %');
  expect(await page.getByText('Most popular').count()).toBeLessThanOrEqual(1);
  await choose(page, 'Starter');
  await expect(sheetOf(page)).toContainText('No tax is added.');
  await expect(payButton(page)).toBeVisible();
});
