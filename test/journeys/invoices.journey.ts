import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { png } from '../../src/features/billing/test-pictures.ts';
import { addInvoiceItem } from '../../src/features/invoices/invoices.ts';
import { newId } from '../../src/platform/ids.ts';
import { added, expect, payButton, payOnPage, roostOfFile, sheetOf, test, type Visit } from '../support/journey.ts';
import { namesThatDiffer, smallTargets, sticksOut } from '../support/journey-measures.ts';

const file = roostOfFile();
const LIST = '/community/invoices';
const OWN = '/membership/invoices';

/** Something that the member owes, on their active invoice. */
async function owe(it: Visit, title: string, minor: bigint, customerId = it.member.customerId): Promise<void> {
  const { core } = it.roost;
  const now = core.now();
  const { organizationId, location } = it;
  const price = { listMinor: minor, netMinor: minor, taxMinor: 0n, discountPercent: 0, taxLabel: '', taxRatePpm: 0 };
  const item = { kind: 'other' as const, subjectId: null, title, key: newId(now), actorUserId: null, now, ...price };
  const at = { organizationId, locationId: location.id, customerId, currency: location.currency };
  await core.database.write(organizationId, (tx) => addInvoiceItem(tx, { ...at, ...item }));
}

/** From the list to the invoice, and to its payment. */
async function issueActive(page: Page, it: Visit): Promise<void> {
  await page.goto(it.url(LIST));
  await page.getByRole('link', { name: 'Active invoice' }).click();
  await page.getByRole('link', { name: 'Make ready for payment' }).click();
  await page.getByRole('button', { name: /^Issue the invoice over/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'is ready for payment.' })).toBeVisible();
}

async function onPhone(browser: Browser, it: Visit, path = OWN): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const phone = await context.newPage();
  await it.signIn(phone, it.member, path);
  return phone;
}

/** On the pay sheet and the gateway's page, and back to the invoice. */
async function payByPage(phone: Page, amount: string): Promise<void> {
  await phone.getByRole('link', { name: new RegExp(`^Pay ${amount}`) }).click();
  await expect(sheetOf(phone)).toBeVisible();
  await payButton(phone).click();
  await payOnPage(phone, 'good');
  await expect(added(phone, 'is paid')).toBeVisible();
}

test('S16 what is owed is collected, made ready, paid by the member on the phone, and paid for both', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  const it = await file.open();
  await owe(it, 'Locker 14', 1_500n);
  const phone = await onPhone(browser, it);
  await expect(phone.getByText(/^It will be issued when .* makes it ready\.$/)).toBeVisible();
  await it.signIn(page, it.administrator, LIST);
  await issueActive(page, it);
  await phone.reload();
  await payByPage(phone, '€15.00');
  await expect(phone.getByRole('link', { name: /^Receipt 0{5}\d$/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('row', { name: /€15\.00 paid/ })).toContainText('Mia');

  // The card is known now: the next one is two taps.
  await owe(it, 'Meeting room', 4_000n);
  await issueActive(page, it);
  await phone.goto(it.url(OWN));
  await phone.getByRole('link', { name: 'Pay €40.00: Invoice 000002' }).click();
  await expect(sheetOf(phone).getByRole('radio', { name: /4242/ })).toBeChecked();
  await payButton(phone).click();
  await expect(added(phone, 'Invoice 000002 is paid: €40.00. Thank you.')).toBeVisible();
  await phone.context().close();
});

test('an administrator records a payment, voids an invoice and writes a credit note, and each has its PDF', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.administrator, LIST);
  await expect(page.getByRole('heading', { name: 'No invoices yet' })).toBeVisible();
  await owe(it, 'Locker 14', 1_500n);
  await issueActive(page, it);
  await page.getByRole('link', { name: 'Record a payment' }).click();
  await page.getByLabel('Memo').fill('RF18 5390');
  await page.getByRole('button', { name: 'Record €15.00 as paid' }).click();
  await expect(page.getByRole('row', { name: /€15\.00 paid: Bank transfer: RF18 5390/ })).toContainText('Ada');

  await owe(it, 'Meeting room', 4_000n);
  await issueActive(page, it);
  await page.getByRole('link', { name: 'Void' }).click();
  await page.getByRole('button', { name: 'Void the invoice over €40.00' }).click();
  await expect(page.getByRole('row', { name: /^Voided/ })).toContainText('Ada');

  await owe(it, 'Locker 15', 1_500n);
  await owe(it, 'Meeting room', 2_500n);
  await issueActive(page, it);
  await page.getByRole('link', { name: 'Write a credit note' }).click();
  await page.getByLabel('Locker 15').uncheck();
  await page.getByRole('button', { name: 'Write the credit note' }).click();
  await expect(added(page, 'Credit note 000004 over €25.00 is written.')).toBeVisible();
  await page.getByRole('link', { name: /^Credit note 000004/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Credit note 000004' })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download PDF' }).click();
  expect((await download).suggestedFilename()).toBe('credit-note-000004.pdf');
  await page.goto(it.url(`${LIST}?show=open`));
  await expect(page.getByRole('row', { name: /Invoice 000003/ })).toContainText('€15.00 to pay');
});

test('UX-34 the logo of a location is chosen, refused when it is none, and stands on what is issued then', {
  tag: '@desktop',
}, async ({ page }) => {
  const it = await file.open();
  await it.signIn(page, it.administrator, '/settings/tax-and-billing');
  const choose = async (name: string, buffer: Buffer) => {
    await page.getByLabel('Picture').setInputFiles({ name, mimeType: 'image/png', buffer });
    await page.getByRole('button', { name: /^Use this/ }).click();
  };
  await choose('logo.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  await expect(page.getByRole('alert')).toContainText('This is no PNG or JPEG, whatever it is called.');
  await choose('logo.png', png({ width: 240, height: 80, bits: 8, colour: 6 }));
  await expect(added(page, 'Documents that are issued from now on have this logo.')).toBeVisible();
  await owe(it, 'Locker 14', 1_500n);
  await issueActive(page, it);
  const logo = page.getByRole('img', { name: /^Logo of/ });
  await expect(logo).toBeVisible();
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(240);
});

test('UX-70 UX-71 UX-77 the pages about invoices fit everywhere, and axe finds nothing on them', async ({
  page,
  isMobile,
}) => {
  test.slow();
  const it = await file.open();
  await it.signIn(page, it.administrator, LIST);
  for (const title of ['Locker 14', 'A meeting room with a title that goes on and on']) await owe(it, title, 1_500n);
  await issueActive(page, it);
  const open = new URL(page.url()).pathname.split('/').at(-1)!;
  await owe(it, 'Locker 15', 1_500n);
  await page.goto(it.url(`${LIST}?show=draft`));
  await page.getByRole('link', { name: 'Active invoice' }).click();
  const draft = new URL(page.url()).pathname.split('/').at(-1)!;
  await page.getByRole('link', { name: 'Remove: Locker 15' }).click();
  const remove = new URL(page.url()).pathname.split('/invoices/').at(-1)!;
  const wrong = await measured(page, it, isMobile, [
    LIST,
    `${LIST}?show=void`,
    ...[draft, `${draft}/issue`, remove, open].map((path) => `${LIST}/${path}`),
    ...['external', 'charge', 'void', 'credit'].map((below) => `${LIST}/${open}/${below}`),
    `/community/customers/${it.member.customerId}/invoices`,
    '/settings/invoices',
    '/settings/tax-and-billing',
  ]);
  await page.context().clearCookies();
  await it.signIn(page, it.member, OWN);
  wrong.push(...(await measured(page, it, isMobile, [OWN, `${OWN}/${open}`, `${OWN}/${draft}`, `${OWN}/${open}/pay`])));
  expect(wrong).toEqual([]);
});

/** What is wrong with pages, light and dark, and on a phone with fingers and at 320 px. */
async function measured(page: Page, it: Visit, isMobile: boolean, paths: string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const path of paths) {
    await page.goto(it.url(path));
    const say = (what: string) => `${path.replaceAll(/[0-9a-f-]{36}/g, 'id')}: ${what}`;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      wrong.push(...violations.map(({ id, nodes }) => say(`${colorScheme} ${id} ${nodes[0]?.html.slice(0, 120)}`)));
    }
    wrong.push(...(await namesThatDiffer(page)).map(say));
    if (!isMobile) continue;
    wrong.push(...(await smallTargets(page)).map(say));
    await page.setViewportSize({ width: 320, height: 568 });
    wrong.push(...(await sticksOut(page)).map((what) => say(`320 px ${what}`)));
    await page.setViewportSize({ width: 390, height: 844 });
  }
  return wrong;
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('UX-76 an invoice is made ready and paid', { tag: '@desktop' }, async ({ page }) => {
    const it = await file.open();
    await owe(it, 'Locker 14', 1_500n);
    await it.signIn(page, it.administrator, LIST);
    await issueActive(page, it);
    await page.context().clearCookies();
    await it.signIn(page, it.member, OWN);
    await page.getByRole('link', { name: 'Pay €15.00: Invoice 000001' }).click();
    await payButton(page).click();
    await payOnPage(page, 'good');
    await expect(added(page, 'Invoice 000001 is paid: €15.00. Thank you.')).toBeVisible();
  });
});
