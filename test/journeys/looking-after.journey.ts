import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createLocation } from '../../src/features/organizations/organizations.ts';
import { createAdministrator, createUser, setFirstOwner } from '../../src/features/people/people.ts';
import { expect, roostOfFile, stillness, test, type Visit } from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';
import type { Person } from '../support/journey-space.ts';

const file = roostOfFile();

const told = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text });

/** The owner of the organization, who is nobody's member. */
async function ownerOf({ roost, organizationId }: Visit): Promise<Person> {
  const { core } = roost;
  const email = `otto@${organizationId}.example`;
  const userId = await core.database.write(organizationId, async (tx) => {
    const id = await createUser(tx, { organizationId, name: 'Otto', email, now: core.now() });
    await setFirstOwner(tx, { organizationId, userId: id });
    return id;
  });
  return { userId, name: 'Otto', email };
}

/** Whoever has an address by now. */
async function userOf({ roost, organizationId }: Visit, email: string): Promise<Person> {
  const row = await roost.core.database.read(organizationId, (db) =>
    db.selectFrom('users').select(['id', 'name']).where('email', '=', email).executeTakeFirstOrThrow(),
  );
  return { userId: row.id, name: row.name, email };
}

test('S7 somebody is added by e-mail, is a member, is removed and restored, and anonymised for good in the end', async ({
  page,
  browser,
}) => {
  test.slow();
  const it = await file.open();
  const email = `nora@${it.organizationId}.example`;
  await it.signIn(page, it.administrator, '/community/members');
  await page.getByRole('link', { name: 'Add member' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Nora');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(told(page, 'Nora is a member now.')).toBeVisible();
  const hers = await (await browser.newContext()).newPage();
  await it.signIn(hers, await userOf(it, email));

  await page.getByRole('link', { name: 'Remove from Nest Mitte' }).click();
  await page.getByRole('button', { name: 'Remove Nora' }).click();
  await expect(told(page, 'Nora is removed from Nest Mitte.')).toBeVisible();
  await hers.goto(it.url('/membership/credits'));
  await expect(hers).toHaveURL(it.url('/join'));
  await page.getByRole('button', { name: 'Restore membership' }).click();
  await expect(told(page, 'Nora is a member again.')).toBeVisible();
  await hers.goto(it.url('/more/data'));
  const [copy] = await Promise.all([
    hers.waitForEvent('download'),
    hers.getByRole('link', { name: 'Download your data' }).click(),
  ]);
  expect(copy.suggestedFilename()).toBe('personal-data.json');
  await hers.getByRole('button', { name: 'Ask to be forgotten' }).click();
  await expect(told(hers, 'The team is told.')).toBeVisible();

  await page.goto(it.url('/notifications'));
  await page.getByRole('link', { name: 'Nora asks to be forgotten' }).click();
  await page.getByLabel('E-mail address of this person').fill(email);
  await page.getByRole('button', { name: 'Anonymise for good' }).click();
  await expect(told(page, 'Anonymised.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Anonymised person' })).toBeVisible();
  await hers.goto(it.url('/home'));
  await expect(hers).toHaveURL(/\/sign-in/);
  await hers.context().close();
});

test('S9 E18 a manager invites somebody, who accepts, makes them a manager, and leaves the company to them', async ({
  page,
  browser,
}) => {
  test.slow();
  const it = await file.open();
  const email = `ida@${it.organizationId}.example`;
  await it.signIn(page, it.manager, '/more');
  await page.getByRole('link', { name: 'Acme, as a manager' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Ida');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(told(page, 'Ida is invited.')).toBeVisible();

  const hers = await (await browser.newContext()).newPage();
  await it.signIn(hers, await userOf(it, email), '/join');
  await hers.getByRole('link', { name: 'Look at it' }).click();
  await hers.getByRole('button', { name: 'Accept: Acme' }).click();
  await expect(told(hers, 'You belong to Acme now.')).toBeVisible();

  await page.goto(it.url('/membership/company'));
  await page.getByRole('button', { name: 'Make a manager: Ida' }).click();
  await expect(told(page, 'Ida is a manager now.')).toBeVisible();
  await page.getByRole('link', { name: 'Remove Eva' }).click();
  await page.getByRole('button', { name: 'Remove Eva' }).click();
  await expect(told(page, 'Eva does not belong to Acme any more.')).toBeVisible();
  await page.getByRole('link', { name: 'Leave the company' }).click();
  await expect(page.getByText('Acme has no manager afterwards')).toHaveCount(0);
  await page.getByRole('button', { name: 'Leave Acme' }).click();
  await expect(told(page, 'You do not belong to Acme any more.')).toBeVisible();

  await hers.goto(it.url('/membership/company'));
  await hers.getByRole('link', { name: 'Leave the company' }).click();
  await expect(hers.getByText('Acme has no manager afterwards')).toBeVisible();
  await hers.context().close();
});

test('the owner hands the organization over to an administrator, who accepts', async ({ page, browser }) => {
  const it = await file.open();
  const owner = await ownerOf(it);
  await it.signIn(page, owner, '/settings/administrators');
  await page.getByRole('link', { name: 'Hand over the organization' }).click();
  await page.getByLabel('New owner').selectOption({ label: `Ada (${it.administrator.email})` });
  await page.getByLabel('Name of the organization').fill('Nest');
  await page.getByRole('button', { name: 'Offer the organization' }).click();
  await expect(told(page, 'Ada is told.')).toBeVisible();
  const hers = await (await browser.newContext()).newPage();
  await it.signIn(hers, it.administrator, '/settings/administrators');
  await hers.getByRole('link', { name: 'Look at the offer' }).click();
  await hers.getByLabel('Name of the organization').fill('Nest');
  await hers.getByRole('button', { name: 'Become the owner' }).click();
  await expect(told(hers, 'You are the owner of Nest now.')).toBeVisible();
  await page.goto(it.url('/settings/administrators'));
  await expect(page.getByText('The owner is Ada.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Hand over the organization' })).toHaveCount(0);
  await hers.context().close();
});

test('a location is added, and its owner switches there by keyboard', async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, await ownerOf(it), '/settings/locations');
  await page.getByRole('link', { name: 'Add location' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Nest Süd');
  await page.getByLabel('Currency').selectOption('CHF');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(`${it.roost.url}/l/nest-sud/settings/locations`);
  const choice = page.getByText('Nest Süd').and(page.locator('summary *')).first();
  await expect(choice).toBeVisible();
  await page.locator('summary', { hasText: 'Switch location' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(it.url('/community/credit-packages'));
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('UX-76 people with several locations switch, and lists are narrowed', { tag: '@phone' }, async ({ page }) => {
    const it = await file.open();
    const { core } = it.roost;
    const { organizationId } = it;
    const there = await core.database.write(organizationId, async (tx) => {
      const zone = { currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en-GB' };
      const made = await createLocation(tx, { organizationId, name: 'Nest Ost', ...zone, now: core.now() });
      const userId = it.administrator.userId;
      await createAdministrator(tx, { organizationId, locationId: made.id, userId, areas: ['customers'] });
      return made;
    });
    await it.signIn(page, it.administrator, '/community/members');
    await page.locator('summary', { hasText: 'Filters' }).click();
    await page.getByLabel('Role in the company').selectOption('Manager');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page).toHaveURL(/role=manager/);
    await expect(page.getByRole('link', { name: 'Max' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Eva' })).toHaveCount(0);
    await page.locator('summary', { hasText: 'Switch location' }).click();
    await page.getByRole('link', { name: 'Nest Ost' }).click();
    await expect(page).toHaveURL(`${it.roost.url}/l/${there.slug}/community/members`);
  });
});

test('UX-70 UX-71 UX-77 pages of companies, administrators, locations and data can be read, hit and seen whole', async ({
  page,
}) => {
  test.slow();
  const it = await file.open();
  const owner = await ownerOf(it);
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
    const wrong = await namesThatDiffer(page);
    if (page.viewportSize()!.width < 600) wrong.push(...(await smallTargets(page)));
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    wrong.push(...(await sticksOut(page)));
    await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    found.push(...wrong.map((what) => `${name}: ${what}`));
  };
  await it.signIn(page, it.manager, '/membership/company');
  await page.getByLabel('Name', { exact: true }).fill('Mia');
  await page.getByLabel('E-mail address').fill(it.member.email);
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(told(page, 'Mia is invited.')).toBeVisible();
  await page.goto(it.url('/membership/company'));
  await look('the company, for its manager');
  await page.goto(it.url(`/membership/company/people/${it.manager.customerId}/remove`));
  await look('leaving the company');
  await page.context().clearCookies();
  await it.signIn(page, it.member, '/invitations');
  await look('an invitation');
  await page.goto(it.url('/more/data'));
  await look('your data');
  await page.context().clearCookies();
  await it.signIn(page, owner, '/settings/administrators');
  const pages = {
    administrators: '/settings/administrators',
    'add administrator': '/settings/administrators/new',
    'areas of an administrator': `/settings/administrators/${it.administrator.userId}`,
    ownership: '/settings/ownership',
    locations: '/settings/locations',
    'add location': '/settings/locations/new',
    'settings of a location': '/settings/location',
    members: '/community/members?standing=member',
    'remove a company': `/community/companies/${it.company.customerId}/remove`,
    'data of a person': `/community/customers/${it.member.customerId}/data`,
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(it.url(path));
    await look(name);
  }
  expect(found).toEqual([]);
});
