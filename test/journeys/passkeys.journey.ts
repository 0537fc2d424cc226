import type { CDPSession, Page } from '@playwright/test';
import { totpCode, totpStep } from '../../src/features/sign-in/totp.ts';
import { newestMails } from '../../src/platform/mail.ts';
import { expect, roostOfFile, test, type Visit } from '../support/journey.ts';

// A mail server that is not there: what is mailed is read where it is queued.
const file = roostOfFile({ SMTP_URL: 'smtp://localhost:1' });

/** An authenticator with a fingerprint that always fits, in place of a real one. */
async function addAuthenticator(page: Page, more: { isUserVerified?: boolean } = {}): Promise<CDPSession> {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...more,
    },
  });
  return client;
}

/** A browser that offers no passkeys by itself, so that the button is pressed. */
async function withoutOffers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
}

async function signInByCode(page: Page, it: Visit, email: string, path: string): Promise<void> {
  await page.goto(it.url(path));
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible();
  const [mail] = await it.roost.core.database.read(it.organizationId, (db) => newestMails(db, it.roost.core, 1));
  await page.getByLabel('Code').fill(/: (\d{6})$/m.exec(mail!.body)![1]!);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signOut(page: Page, it: Visit): Promise<void> {
  await page.goto(it.url('/more'));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

test('a member adds a passkey, names it, signs in with it by one press, and removes it', async ({ page }) => {
  const it = await file.open();
  await addAuthenticator(page);
  await withoutOffers(page);
  await it.signIn(page, it.member, '/more');
  await page.getByRole('link', { name: 'Sign-in and devices' }).click();
  await page.getByLabel('Name of the passkey').fill('My phone');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Passkey "My phone" was added.' })).toBeVisible();
  await expect(page.getByText('not used yet')).toBeVisible();

  await signOut(page, it);
  await page.goto(it.url('/membership/credits'));
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByTestId('balance')).toBeVisible();

  await page.goto(it.url('/account'));
  await expect(page.getByText(/^Last used/)).toBeVisible();
  await page.getByRole('button', { name: 'Remove: My phone' }).click();
  await expect(page.getByText('There is none yet.')).toBeVisible();
});

test('whoever has no passkey on a device is told so, and goes on with a code', async ({ page }) => {
  const it = await file.open();
  await withoutOffers(page);
  await page.goto(`${it.roost.url}/sign-in`);
  const client = await addAuthenticator(page, { isUserVerified: false });
  await page.reload();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('No passkey was used.');
  await client.send('WebAuthn.disable');
  await signInByCode(page, it, it.member.email, '/membership/credits');
  await expect(page.getByTestId('balance')).toBeVisible();
});

test('an administrator who comes by a code adds a passkey, keeps recovery codes, and comes back by it alone', async ({
  page,
}) => {
  const it = await file.open();
  const packages = '/community/credit-packages';
  await addAuthenticator(page);
  await signInByCode(page, it, it.administrator.email, packages);
  await expect(page.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Make recovery codes' }).click();
  await expect(page.getByTestId('recovery-codes').getByRole('listitem')).toHaveCount(10);
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page.getByRole('heading', { name: 'Credit packages', level: 1 })).toBeVisible();

  await page.context().clearCookies();
  // The passkey is offered in the field for the address, and this authenticator takes every offer.
  await page.goto(it.url(packages));
  await expect(page.getByRole('heading', { name: 'Credit packages', level: 1 })).toBeVisible();
});

test('an administrator who comes by a code types one of the app, and one of the ten when the phone is lost', async ({
  page,
}) => {
  const it = await file.open();
  const packages = '/community/credit-packages';
  await signInByCode(page, it, it.administrator.email, packages);
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  await expect(page.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
  const shown = (await page.getByTestId('app-secret').textContent())!.replaceAll(' ', '');
  const confirmedBy = codeOf(shown);
  await page.getByLabel('Code from the app').fill(confirmedBy);
  await page.getByRole('button', { name: 'Use this app' }).click();
  const codes = await page.getByTestId('recovery-codes').getByRole('listitem').allTextContents();
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page.getByRole('heading', { name: 'Credit packages', level: 1 })).toBeVisible();

  await page.context().clearCookies();
  await signInByCode(page, it, it.administrator.email, packages);
  await expect(page.getByRole('heading', { name: 'Show your second factor' })).toBeVisible();
  await page.getByLabel('Code from your authenticator app').fill(confirmedBy);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('was used before'), 'the code that confirmed the app').toBeVisible();
  await page.getByLabel('Recovery code').fill(codes[0]!);
  await page.getByRole('button', { name: 'Use the recovery code' }).click();
  await expect(page.getByRole('heading', { name: 'Credit packages', level: 1 })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: '9 left' })).toBeVisible();
});

function codeOf(secret: string): string {
  const letters = [...secret].map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it).toString(2).padStart(5, '0'));
  const bytes = Buffer.from(
    letters
      .join('')
      .match(/.{8}/g)!
      .map((eight) => Number.parseInt(eight, 2)),
  );
  return totpCode(bytes, totpStep(new Date()));
}
