import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  added,
  balance,
  buyByCard,
  expect,
  payButton,
  roostOfFile,
  sheetOf,
  stillness,
  test,
} from '../support/journey.ts';
import { administratorRoutes, memberRoutes } from '../support/journey-routes.ts';

const file = roostOfFile();

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page as it stands. A dark page differs by its colours alone, so only those are looked at again. */
async function violations(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await stillness(page);
    // Without its legacy mode it opens a page of its own for each result.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (colorScheme === 'light' ? axe.withTags(TAGS) : axe.withRules(COLOURS)).analyze();
    for (const { id, nodes } of violations) {
      found.push(`${name}, ${colorScheme}: ${id} ${nodes[0]?.html.slice(0, 160)}`);
    }
  }
  return found;
}

const COLOURS = ['color-contrast', 'link-in-text-block'];

test('UX-70 axe finds nothing on the pages of a member', async ({ page }) => {
  test.slow();
  const it = await file.open();
  await it.signIn(page, it.member);
  await buyByCard(page, 'Starter');
  const [{ id = '' } = {}] = await it.purchases();
  const found: string[] = [];
  for (const [name, path] of Object.entries(memberRoutes(it, id))) {
    await page.goto(it.url(path));
    found.push(...(await violations(page, name)));
  }
  expect(found).toEqual([]);
});

test('UX-70 axe finds nothing on the pages of an administrator', async ({ page }) => {
  test.slow();
  const it = await file.open();
  await it.signIn(page, it.administrator, '/community/members');
  const found: string[] = [];
  for (const [name, path] of Object.entries(administratorRoutes(it))) {
    await page.goto(it.url(path));
    found.push(...(await violations(page, name)));
  }
  expect(found).toEqual([]);
});

test('UX-70 axe finds nothing where something is missing: no membership, no gateway, no packages, no page', async ({
  page,
}) => {
  test.slow();
  const sold = await file.open({ sells: false });
  await sold.signIn(page, sold.employee);
  const found = await violations(page, 'no gateway');
  const empty = await file.open({ packages: false });
  await empty.signIn(page, empty.manager);
  found.push(...(await violations(page, 'no packages')));
  await empty.signIn(page, empty.nonmember, '/join');
  found.push(...(await violations(page, 'join')));
  await page.goto(empty.url('/nowhere'));
  found.push(...(await violations(page, 'no such page')));
  await page.context().clearCookies();
  await page.goto(`${empty.roost.url}/sign-in`);
  found.push(...(await violations(page, 'sign in')));
  expect(found).toEqual([]);
});

test('UX-70 the whole purchase goes by keyboard', { tag: '@desktop' }, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await buyByCard(page, 'Taster');
  await page.goto(it.url('/membership/credits'));
  const opener = page.getByRole('link', { name: /: Starter$/ });
  await tabTo(page, 'Buy for €49.00: Starter');
  await page.keyboard.press('Enter');
  await expect(sheetOf(page).getByRole('heading', { name: '50 credits' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(sheetOf(page)).toBeVisible();
  const card = sheetOf(page).getByRole('radio', { name: 'Visa •••• 4242' });
  for (let presses = 0; presses < 6 && !(await card.evaluate((it) => it === document.activeElement)); presses++) {
    await page.keyboard.press('Tab');
  }
  await expect(card).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(sheetOf(page).getByRole('radio', { name: 'Another card' })).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(payButton(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/simulator\/pay\//);
  const good = page.getByRole('button', { name: /4242 is approved$/ });
  for (let presses = 0; presses < 12 && !(await good.evaluate((it) => it === document.activeElement)); presses++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await expect(added(page, '50 credits added. New balance 60.')).toBeVisible();
  await expect(balance(page)).toHaveText('60');
});

test('UX-18 after a purchase with a saved card the news is in view, and the focus where the sheet was opened', async ({
  page,
}) => {
  const it = await file.open();
  await it.signIn(page, it.member);
  await buyByCard(page, 'Taster');
  const opener = page.getByRole('link', { name: /: Regular$/ });
  await opener.click();
  await payButton(page).click();
  await expect(added(page, 'New balance 110.')).toBeInViewport();
  await expect(balance(page)).toBeInViewport();
  await expect(opener).toBeFocused();
});

/** Presses Tab until a control with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    if (focused === name) return;
  }
  throw new Error(`"${name}" cannot be reached with Tab`);
}
