import { expect } from 'vitest';
import { type Browser, browserOn } from '../../../test/support/browser.ts';
import { buyingIn } from '../../../test/support/buying.ts';
import { CARDS, type Shop } from '../../../test/support/shop.ts';
import { type Dashboard, openDashboard } from '../../../test/support/simulator-dashboard.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { spendCredits } from '../credits/credits.ts';
import { openAlertAbout, type Payment, paymentById } from '../payments/payments.ts';
import { type Area, createAdministrator, createUser } from '../people/people.ts';
import { createSignInLink } from '../sign-in/links.ts';
import type { BuyRequest } from './purchases.ts';
import { type Purchase, purchaseById } from './records.ts';

const FROM_US = { 'Sec-Fetch-Site': 'same-origin' };

/** Somebody's browser on the whole program, whose forms come from pages of ours. */
export type Person = Pick<Browser, 'get'> & {
  /** The page as text; fails unless it is shown. */
  page(path: string): Promise<string>;
  post(path: string, fields?: Record<string, string>): Promise<Response>;
  /** What an action leads to, with what it tells. */
  follow(answer: Response): Promise<string>;
};

/** What a test about refunds does again and again, in the shop of the moment. */
export function refundsIn(current: () => Shop) {
  /** The administrators' page of a payment, and what lies below it. */
  const at = ({ customerId, paymentId }: Purchase, below = '') =>
    `/l/${current().location.slug}/community/customers/${customerId}/payments/${paymentId}${below}`;
  const tab = (customerId = current().member.customerId) =>
    `/l/${current().location.slug}/community/customers/${customerId}/payments`;
  const check = (below = '') => `/l/${current().location.slug}/settings/money-check${below}`;

  /** Presses the button of the review of a refund. */
  async function refund(person: Person, purchase: Purchase, amount: string, changes: Record<string, string> = {}) {
    const typed = { requestKey: newRequestKey(), amount, reason: 'Moved away', ...changes };
    const html = await (await person.get(`${at(purchase, '/refund/review')}?${new URLSearchParams(typed)}`)).text();
    return await person.post(at(purchase, '/refund/review'), { seen: fieldOf(html, 'seen') ?? '0-0', ...typed });
  }

  return { ...peopleIn(current), ...booksIn(current), at, tab, check, refund };
}

/** Who presses buttons. */
function peopleIn(current: () => Shop) {
  async function signedIn(userId: string): Promise<Person> {
    const { core, app, organizationId } = current();
    const browser = browserOn(core, app.http);
    const link = await createSignInLink(core, { organizationId, userId });
    expect((await browser.post(new URL(link).pathname, {}, FROM_US)).status).toBe(303);
    const page = async (path: string) => {
      const answer = await browser.get(path);
      expect(answer.status, path).toBe(200);
      return await answer.text();
    };
    return {
      get: browser.get,
      page,
      post: (path, fields = {}) => browser.post(path, fields, FROM_US),
      follow: (answer) => {
        expect(answer.status).toBe(303);
        return page(answer.headers.get('location')!);
      },
    };
  }

  /** An administrator of some areas and nothing else. */
  async function administratorOf(areas: Area[]): Promise<Person> {
    const { core, organizationId, location } = current();
    const userId = await core.database.write(organizationId, async (tx) => {
      const email = `${newRequestKey()}@example.com`;
      const id = await createUser(tx, { organizationId, name: 'Desk', email, now: core.now() });
      await createAdministrator(tx, { organizationId, locationId: location.id, userId: id, areas });
      return id;
    });
    return await signedIn(userId);
  }

  return { signedIn, administratorOf };
}

/** What is bought, used and booked. */
function booksIn(current: () => Shop) {
  const { buy, settle, rows } = buyingIn(current);
  const read = <T>(work: (db: Tx) => Promise<T>) => current().core.database.read(current().organizationId, work);
  const write = <T>(work: (tx: Tx) => Promise<T>) => current().core.database.write(current().organizationId, work);

  /** The member's 50 credits for €49.00, paid by a card on the gateway's page. */
  async function bought(changes: Partial<BuyRequest> = {}, card: string = CARDS.good): Promise<Purchase> {
    const purchase = await buy(current().press(changes));
    await current().payOnPage(purchase.nextUrl!, card);
    return await settle(purchase);
  }

  const paymentOf = async ({ paymentId }: Purchase): Promise<Payment> =>
    (await read((db) => paymentById(db, paymentId!)))!;

  async function dashboard(): Promise<Dashboard> {
    const { core, organizationId, connectionId } = current();
    const account = { organizationId, accountId: connectionId! };
    return await openDashboard(core.database, account, core.config.simulatorUrl);
  }

  async function spend(creditsMinor: bigint, customerId = current().member.customerId): Promise<void> {
    const { core, organizationId } = current();
    const move = { organizationId, customerId, key: newRequestKey(), creditsMinor, actorUserId: null, now: core.now() };
    await core.database.write(organizationId, (tx) => spendCredits(tx, { ...move, product: 'Meeting room' }));
  }

  /** How many credits of a purchase were taken back, are a shortfall, and were let go. */
  async function booked({ id }: Purchase): Promise<[bigint, bigint, bigint]> {
    const purchase = (await read((db) => purchaseById(db, id)))!;
    return [purchase.takenBackMinor, purchase.shortfallMinor, purchase.waivedMinor];
  }

  const alertAbout = ({ paymentId }: Purchase, kind: Parameters<typeof openAlertAbout>[1]['kind']) =>
    read((db) => openAlertAbout(db, { kind, paymentId: paymentId! }));

  return { buy, settle, rows, read, write, bought, paymentOf, dashboard, spend, booked, alertAbout };
}

/** The value of a field of a page. */
export function fieldOf(html: string, name: string): string | undefined {
  const input = new RegExp(`<input(?=[^>]* name="${name}")[^>]*>`).exec(html)?.[0];
  return input && (/ value="([^"]*)"/.exec(input)?.[1] ?? '');
}

/** What is wrong with a field. */
export function errorOf(html: string, id: string): string | undefined {
  return new RegExp(`id="${id}-error"[^>]*>.*?<span>([^<]*)</span>`, 's').exec(html)?.[1];
}

/** A page as people read it. */
export function wordsOf(html: string): string {
  return html
    .replace(/<(script|style)[^>]*>.*?<\/\1>|<span class="cell-label".*?<\/span>/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, '’')
    .replace(/\s+/g, ' ');
}

/** The value of a fact of a page. */
export function factOf(html: string, term: string): string | undefined {
  const found = new RegExp(`<dt>${term}</dt><dd>(.*?)</dd>`, 's').exec(html)?.[1];
  return found && wordsOf(found).trim();
}
