import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { createSignInLink } from '../../src/features/sign-in/links.ts';
import { type JourneySpace, openSpace, type Person, type SpaceOptions } from './journey-space.ts';
import { type Roost, startRoost } from './roost.ts';

export { expect } from '@playwright/test';

/** Every journey listens for what a browser complains about: a forbidden style, a script that fails. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on('console', (message) => {
        const text = message.text();
        // A status of ours such as 422 is said there too.
        if (message.type() === 'error' && !/^Failed to load resource/.test(text)) complaints.push(text);
      });
      context.on('weberror', (error) => complaints.push(error.error().message));
      await use(complaints);
      expect(complaints, 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
});

/** One running Roost for the journeys of a file; each of them opens a space of its own there. */
export function roostOfFile(env: Record<string, string> = {}): { open(options?: SpaceOptions): Promise<Visit> } & {
  readonly roost: Roost;
} {
  let roost: Roost | undefined;
  test.beforeAll(async () => {
    roost = await startRoost(env);
  });
  test.afterAll(async () => {
    await roost?.close();
  });
  return {
    get roost() {
      return roost!;
    },
    open: async (options) => visitOf(roost!, await openSpace(roost!, options)),
  };
}

/** A space, and what people do in it. */
export type Visit = JourneySpace & {
  roost: Roost;
  /** The full address of a page of the location. */
  url(path: string): string;
  /** Signs in by the button behind a mailed link, and goes to `path`. */
  signIn(page: Page, who: Person, path?: string): Promise<void>;
};

export function visitOf(roost: Roost, space: JourneySpace): Visit {
  const url = (path: string) => roost.url + space.at(path);
  return {
    ...space,
    roost,
    url,
    async signIn(page, { userId }, path = '/membership/credits') {
      const link = await createSignInLink(roost.core, { organizationId: space.organizationId, userId });
      await page.goto(`${link}?to=${encodeURIComponent(space.at(path))}`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(url(path));
    },
  };
}

/** The pay sheet, when it stands above the page. */
export const sheetOf = (page: Page): Locator => page.getByRole('dialog');
export const payButton = (page: Page): Locator => sheetOf(page).getByRole('button', { name: /^(Pay|Get|Put)/ });
export const balance = (page: Page): Locator => page.getByTestId('balance');

/** Opens the sheet of a package from its card. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: new RegExp(`^(Buy for|Get it free).*: ${name}$`) }).click();
  await expect(sheetOf(page)).toBeVisible();
}

/** Waits until nothing moves any more. */
export async function stillness(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
}

/** Chooses how to pay in the sheet. */
export async function payWith(page: Page, method: string): Promise<void> {
  await sheetOf(page).locator('label').filter({ hasText: method }).click();
  await expect(sheetOf(page).getByRole('radio', { name: method })).toBeChecked();
}

const CARDS = {
  good: '4242',
  declined: '0002',
  lacksFunds: '9995',
  asks: '3184',
  declinesWhenSaved: '0341',
} as const;

const GATEWAY_PAGE = /^http:\/\/127\.0\.0\.1:\d+\/simulator\/pay\//;

/** Presses a test card on the gateway's page, which is on another site. */
export async function payOnPage(page: Page, card: keyof typeof CARDS): Promise<void> {
  await page.waitForURL(GATEWAY_PAGE);
  await page.getByRole('button', { name: new RegExp(`^[\\d ]* ${CARDS[card]} `) }).click();
}

/** What the bank asks on a page of the gateway. */
export async function answerBank(page: Page, answer: 'Yes, it is me' | 'No, refuse'): Promise<void> {
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/simulator\/3ds\//);
  await page.getByRole('button', { name: answer }).click();
}

/** Where the gateway's page answers, for a payer whose browser then never comes back. */
export async function payWithoutReturning(page: Page): Promise<void> {
  await page.waitForURL(GATEWAY_PAGE);
  const answer = await page.request.post(page.url(), { form: { test: '4242424242424242' }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** What is told after a purchase. */
export const added = (page: Page, text: string): Locator => page.getByRole('status').filter({ hasText: text });

/** From the card of a package to the gateway's page and back to the credits. */
export async function buyByCard(page: Page, name: string, card: 'good' | 'declinesWhenSaved' = 'good'): Promise<void> {
  await choose(page, name);
  await payButton(page).click();
  await payOnPage(page, card);
  await expect(added(page, 'credits added')).toBeVisible();
}

/** A member who has bought once, with the sheet open and the saved card chosen. */
export async function readyToPay(page: Page, it: Visit): Promise<void> {
  await it.signIn(page, it.member);
  await buyByCard(page, 'Taster');
  await choose(page, 'Starter');
}
