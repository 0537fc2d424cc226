import { expect, test } from '../support/journey.ts';
import { startRoost } from '../support/roost.ts';

test('from an empty database to the first package on sale, by the printed address', { tag: '@desktop' }, async ({
  page,
}) => {
  const roost = await startRoost();
  try {
    await page.goto(roost.url);
    await expect(page.getByRole('heading', { name: 'Roost is not set up yet' })).toBeVisible();
    const [address] = /http:\S+\/set-up\?token=\S+/.exec(roost.greeting)!;
    await page.goto(address);
    await page.getByLabel('Organization').fill('Nest');
    await page.getByLabel('Location').fill('Nest Mitte');
    await page.getByLabel('Currency').selectOption('EUR');
    await page.getByLabel('Time zone').selectOption('Europe/Berlin');
    await page.getByLabel('Your name').fill('Olga Owner');
    await page.getByLabel('Your e-mail address').fill('olga@example.com');
    await page.getByLabel('Connect the test gateway now').uncheck();
    await page.getByRole('button', { name: 'Set up' }).click();
    await expect(page.getByRole('status')).toContainText('Nest Mitte is set up.');

    await page.getByRole('link', { name: 'New package' }).click();
    await page.getByLabel('Number of credits').fill('50');
    await page.getByLabel('Price', { exact: true }).fill('49');
    await page.getByLabel('On sale').check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('none of them can be paid by card yet')).toBeVisible();
    await page.getByRole('link', { name: 'Connect a payment gateway' }).click();
    await page.getByRole('link', { name: 'Connect Test gateway' }).click();
    await page.getByRole('button', { name: 'Connect Test gateway' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Test gateway is connected' })).toBeVisible();
    await expect(page.getByText('Test mode: no real money').first()).toBeVisible();

    await page.goto(address);
    await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
  } finally {
    await roost.close();
  }
});
