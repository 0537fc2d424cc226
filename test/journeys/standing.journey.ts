import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { balance, expect, roostOfFile, stillness, test, type Visit } from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';

const file = roostOfFile();

const profile = (it: Visit, who: 'member' | 'manager') => `/community/customers/${it[who].customerId}`;
const told = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });

/** From the person's page over the page that asks to what is told. */
async function removeMia(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Remove from Nest Mitte' }).click();
  await expect(page.getByRole('heading', { name: 'Remove Mia from Nest Mitte?' })).toBeVisible();
  await expect(page.getByText('The 42 credits stay and are frozen; their expiry goes on.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove Mia' }).click();
  await expect(told(page, 'Mia is removed from Nest Mitte.')).toBeVisible();
}

test('S7 a member who is removed finds out how to join in place of their credits, and has them again once restored', async ({
  page,
  browser,
}) => {
  const it = await file.open();
  await it.give(it.member, 42);
  const other = await browser.newContext();
  const members = await other.newPage();
  await it.signIn(members, it.member);
  await expect(balance(members)).toHaveText('42');

  await it.signIn(page, it.administrator, '/community/members');
  await page.getByRole('link', { name: 'Mia' }).click();
  await removeMia(page);
  await expect(page.getByRole('link', { name: 'Remove from Nest Mitte' })).toHaveCount(0);
  await members.goto(it.url('/membership/credits'));
  await expect(members).toHaveURL(it.url('/join'));
  await expect(members.getByText('Your membership of Nest Mitte has ended.')).toBeVisible();

  await page.goto(it.url('/community/members'));
  await expect(page.getByRole('link', { name: 'Eva' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Mia' })).toHaveCount(0);
  await page.getByRole('link', { name: /^Removed/ }).click();
  await page.getByRole('link', { name: 'Mia' }).click();
  await page.getByRole('button', { name: 'Restore membership' }).click();
  await expect(told(page, 'Mia is a member again.')).toBeVisible();
  await members.goto(it.url('/membership/credits'));
  await expect(balance(members)).toHaveText('42');
  await other.close();
});

test('UX-70 UX-71 UX-77 the pages that remove and restore can be read, hit and seen whole, also with text twice as big', async ({
  page,
}) => {
  test.slow();
  const it = await file.open();
  await it.give(it.manager, 20);
  await it.signIn(page, it.administrator, profile(it, 'manager'));
  const found: string[] = [];
  const look = async (name: string) => {
    await stillness(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      found.push(
        ...violations.map(({ id, nodes }) => `${name}, ${colorScheme}: ${id} ${nodes[0]?.html.slice(0, 160)}`),
      );
    }
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    const wrong = [...(await sticksOut(page)), ...(await namesThatDiffer(page))];
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    // The lists of administrators were never measured for fingers.
    const isForFingers = page.viewportSize()!.width < 600 && !name.includes('list');
    if (isForFingers) wrong.push(...(await smallTargets(page)));
    found.push(...wrong.map((what) => `${name}: ${what}`));
  };
  await look('person');
  await page.goto(it.url(`${profile(it, 'manager')}/remove`));
  await look('the page that asks');
  await page.getByRole('button', { name: 'Remove Max' }).click();
  await expect(page.getByRole('button', { name: 'Restore membership' })).toBeVisible();
  await page.goto(it.url(profile(it, 'manager')));
  await look('somebody who was removed');
  await page.goto(it.url('/community/members?show=removed'));
  await look('the list of those who were removed');
  expect(found).toEqual([]);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('E1 UX-76 somebody is removed and restored, and the page that asked leads back once it is done', {
    tag: '@phone',
  }, async ({ page }) => {
    const it = await file.open();
    await it.give(it.member, 42);
    await it.signIn(page, it.administrator, profile(it, 'member'));
    await removeMia(page);
    await page.goto(it.url(`${profile(it, 'member')}/remove`));
    await expect(page).toHaveURL(it.url(profile(it, 'member')));
    await page.getByRole('button', { name: 'Restore membership' }).click();
    await expect(told(page, 'Mia is a member again.')).toBeVisible();
  });
});
