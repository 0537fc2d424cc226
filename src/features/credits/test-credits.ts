import { type Browser, siteOf } from '../../../test/support/browser.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { notificationsPages } from '../notifications/pages.tsx';
import { createCompany, createMembership, createUser, membershipOf } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import { signInPages } from '../sign-in/pages.tsx';
import {
  addCredits,
  balanceOf,
  creditHistory,
  deductCredits,
  freezeCredits,
  grantPurchasedCredits,
  holdCredits,
  reverseSpend,
  spendCredits,
} from './credits.ts';
import { creditsPages } from './pages.tsx';
import { createSpending } from './spending.ts';
import { registerCreditsJobs, tellOfMoves } from './telling.ts';

type Some = { product?: string; memo?: string; customer?: string; now?: Date; actor?: string | null; key?: string };

/** The pages about credits over HTTP; each test opens a space of its own there. */
export async function creditsSite(at: string) {
  const core = await testCore({ at });
  registerCreditsJobs(core);
  const spending = createSpending(core, (tx, it) => tellOfMoves(tx, core.jobs, it));
  const site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    ...creditsPages(core, guards, spending),
    ...notificationsPages(core, guards),
  ]);
  return {
    core,
    async open() {
      core.clock.set(at);
      const space = await someSpace(core, { domain: `${newId(core.now())}.example` });
      return await creditsOf(core, space, () => site.open());
    },
    close: () => core.close(),
  };
}

export type CreditsOf = Awaited<ReturnType<typeof creditsOf>>;

/** A space with a member, a company and its manager, and what happens to their credits. */
async function creditsOf(core: TestCore, space: Space, openBrowser: () => Browser) {
  const { organizationId, location, administratorId, memberId } = space;
  const read = <T>(work: Parameters<typeof core.database.read<T>>[1]) => core.database.read(organizationId, work);
  const write = <T>(work: Parameters<typeof core.database.write<T>>[1]) => core.database.write(organizationId, work);
  const made = { organizationId, locationId: location.id, now: core.now() };
  const { customerId } = (await read((db) => membershipOf(db, location.id, memberId)))!;
  const company = await write((tx) => createCompany(tx, { ...made, name: 'Acme & Co' }));
  const managerId = await write(async (tx) => {
    const id = await createUser(tx, { ...made, name: 'Max', email: `max@${newId(core.now())}.example` });
    const role = { id: company.id, role: 'manager' as const };
    await createMembership(tx, { ...made, userId: id, name: 'Max', type: 'member', company: role });
    return id;
  });
  const move = ({ product = '', memo = '', customer = customerId, now = core.now(), actor, key }: Some) => {
    const actorUserId = actor === undefined ? memberId : actor;
    return { organizationId, customerId: customer, key: key ?? newId(now), actorUserId, product, memo, now };
  };
  return {
    ...space,
    customerId,
    company,
    managerId,
    read,
    write,
    /** Credits as by a purchase that cost `costMinor`. */
    grant: (creditsMinor: bigint, it: Some & { expiresAt?: string; costMinor?: bigint; purchaseId?: string } = {}) =>
      write((tx) => {
        const { expiresAt, costMinor = 0n, purchaseId = newId(core.now()) } = it;
        const ends = expiresAt === undefined ? null : new Date(expiresAt);
        return grantPurchasedCredits(tx, { ...move(it), creditsMinor, purchaseId, costMinor, expiresAt: ends });
      }),
    add: (creditsMinor: bigint, it: Some & { expiresAt?: string } = {}) =>
      write((tx) => {
        const expiresAt = it.expiresAt === undefined ? null : new Date(it.expiresAt);
        return addCredits(tx, {
          ...move({ memo: 'Gift', actor: administratorId, ...it }),
          memo: it.memo ?? 'Gift',
          creditsMinor,
          expiresAt,
        });
      }),
    deduct: (creditsMinor: bigint, memo: string) =>
      write((tx) => deductCredits(tx, { ...move({ actor: administratorId }), memo, creditsMinor })),
    spend: (creditsMinor: bigint, it: Some = {}) => write((tx) => spendCredits(tx, { ...move(it), creditsMinor })),
    giveBack: (entryId: string, creditsMinor: bigint, it: Some = {}) =>
      write((tx) => reverseSpend(tx, { ...move(it), entryId, creditsMinor, timeZone: location.timeZone })),
    hold: (creditsMinor: bigint, holdUntil: string, it: Some = {}) =>
      write((tx) => holdCredits(tx, { ...move(it), creditsMinor, holdUntil: new Date(holdUntil) })),
    freeze: (customer = customerId) => write((tx) => freezeCredits(tx, move({ customer }))),
    balance: (customer = customerId) => read((db) => balanceOf(db, customer, core.now())),
    history: async (customer = customerId) => (await read((db) => creditHistory(db, customer, { limit: 100 }))).entries,
    async signedIn(userId: string): Promise<Browser> {
      const browser = openBrowser();
      const link = await createSignInLink(core, { organizationId, userId });
      await browser.post(new URL(link).pathname);
      return browser;
    },
    /** A page below the tab Credits of a customer. */
    tab: (path = '', customer = customerId) => `/l/${location.slug}/community/customers/${customer}/credits${path}`,
    own: (path: string) => `/l/${location.slug}/membership/credits${path}`,
  };
}

/** The value of a hidden field, or of one that people fill in. */
export function fieldOf(html: string, name: string): string | undefined {
  const [tag = ''] = new RegExp(`<input[^>]*\\bname="${name}"[^>]*>`).exec(html) ?? [];
  return / value="([^"]*)"/.exec(tag)?.[1];
}

/** What stands beside a field as its error. */
export function errorOf(html: string, field: string): string | undefined {
  const [, inside = ''] =
    new RegExp(`<p class="field-error" id="field-${field}-error">(.*?)</p>`, 's').exec(html) ?? [];
  return /<span>(.*?)<\/span>/s.exec(inside)?.[1];
}

/** What is told on the next page. */
export async function toldBy(browser: Browser, response: Response): Promise<string | undefined> {
  const html = await (await browser.get(response.headers.get('location')!)).text();
  return /<p class="toast-text"[^>]*>(.*?)<\/p>/s.exec(html)?.[1];
}

/** Amounts that are none, with what is said of each. */
export const BAD_AMOUNTS: [string, string][] = [
  ['', 'Write how many credits.'],
  ['0', 'Write a number above 0, such as 8 or 2.5.'],
  ['-5', 'Write a number above 0, such as 8 or 2.5.'],
  ['1e3', 'Write a number above 0, such as 8 or 2.5.'],
  ['NaN', 'Write a number above 0, such as 8 or 2.5.'],
  ['eight', 'Write a number above 0, such as 8 or 2.5.'],
  ['٣', 'Write a number above 0, such as 8 or 2.5.'],
  ['1.234', 'Credits have at most two decimals.'],
  ['1,000', 'Is this a thousand or one? Write it without a comma or point for thousands.'],
  ['1000000.01', 'Write between 0.01 and 1,000,000 credits.'],
  ['9'.repeat(30), 'Write between 0.01 and 1,000,000 credits.'],
];
