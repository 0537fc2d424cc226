import { type Authenticator, authenticator } from '../../../test/support/authenticator.ts';
import { type Browser, siteOf } from '../../../test/support/browser.ts';
import type { TestCore } from '../../../test/support/core.ts';
import { type Space, someSpace } from '../../../test/support/people.ts';
import { get } from '../../platform/http/routes.ts';
import { newestMails } from '../../platform/mail.ts';
import { signInPages } from './pages.tsx';

/** A space, and the doors to it: `/who` for anybody signed in, `…/work` for administrators, `…/credits` for members. */
export type Doors = Space & {
  open(address?: string): Browser;
  /** Signs in by the mailed code. */
  byCode(email?: string, address?: string): Promise<Browser>;
  /** What was mailed last. */
  mailed(organizationId?: string): Promise<{ to: string; subject: string; body: string }>;
  isIn(browser: Browser): Promise<boolean>;
  /** Where the administrator's page leads, or `open`. */
  work(browser: Browser): Promise<string>;
  /** Adds a passkey to whoever is signed in; answers it with what was told. */
  addPasskey(
    browser: Browser,
    it?: { name?: string; passkey?: Authenticator; verified?: boolean },
  ): Promise<{ passkey: Authenticator; told: string; at: string | null }>;
  /** Signs in with a passkey in a browser. */
  byPasskey(browser: Browser, passkey: Authenticator): Promise<Response>;
  rows(table: string): Promise<Record<string, unknown>[]>;
};

export async function doors(core: TestCore, it: { domain?: string; name?: string } = {}): Promise<Doors> {
  const space = await someSpace(core, it);
  const { organizationId } = space;
  const site = siteOf(core, (guards) => [
    ...signInPages(core, guards),
    get('/who', guards.signedIn, (visit, c) => c.text(`${visit.user.name} of ${visit.organizationId}`)),
    get('/l/:location/work', guards.administrator('billing'), (_, c) => c.text('open')),
    get('/l/:location/credits', guards.member, (_, c) => c.text('open')),
  ]);
  const mailed: Doors['mailed'] = async (id = organizationId) => {
    const [mail] = await core.database.read(id, (db) => newestMails(db, core, 1));
    return mail!;
  };
  const doors: Doors = {
    ...space,
    open: site.open,
    mailed,
    async byCode(email = `mia@${it.domain ?? 'example.com'}`, address) {
      // No message is the same age as another one.
      core.clock.advance(1_000);
      const browser = site.open(address);
      await browser.post('/sign-in', { email });
      const [, code = ''] = /: (\d{6})$/m.exec((await mailed()).body)!;
      await browser.post('/sign-in/code', { code });
      core.clock.advance(1_000);
      return browser;
    },
    isIn: async (browser) => (await browser.get('/who')).status === 200,
    async work(browser) {
      const answer = await browser.get(`/l/${space.location.slug}/work`);
      return answer.headers.get('location') ?? (await answer.text());
    },
    async addPasskey(browser, { name = '', passkey = authenticator(), verified = true } = {}) {
      const options = await (await browser.post('/account/passkeys/options')).json();
      const answered = passkey.register(options, { verified });
      const answer = await browser.post('/account/passkeys/add', { answer: answered, problem: '', to: '/', name });
      return { passkey, told: toldIn(browser), at: answer.headers.get('location') };
    },
    async byPasskey(browser, passkey) {
      const options = await (await browser.post('/sign-in/passkey/options')).json();
      return await browser.post('/sign-in/passkey', { answer: passkey.sign(options), problem: '', to: '/who' });
    },
    rows: async (table) =>
      (await core.db.asOwner(organizationId, `select * from ${table}`)).rows as Record<string, unknown>[],
  };
  return doors;
}

/** What the next page will tell. */
export function toldIn(browser: Browser): string {
  const kept = browser.cookies.get('roost-flash');
  return kept === undefined ? '' : (JSON.parse(decodeURIComponent(kept)) as { text: string }).text;
}
