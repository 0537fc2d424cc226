import { type Context, Hono } from 'hono';
import type { Accounts, Work } from './accounts.ts';
import { sendAnsweredPage, sendBankPage } from './bank-page.tsx';
import { afterQuestion, answerBank, openQuestion, payOnPage } from './checkout.ts';
import { dashboardStyles } from './dashboard/styles.ts';
import { simulatorMessages } from './messages.ts';
import { sendPage } from './page-frame.tsx';
import { pageLocale, sendOverPage, sendPayPage } from './pay-page.tsx';
import { StripeRefusal } from './refusals.ts';
import { currentSession, intentOfSession, lockedSession } from './sessions.ts';
import { styles } from './styles.ts';
import { readCard } from './typed-card.ts';

/** The pages that payers see: no session, no script; whoever has the address may pay, as at Stripe. */
export function pageRoutes(accounts: Accounts): Hono {
  const pages = new Hono();
  pages.get('/styles.css', (c) =>
    c.body(styles + dashboardStyles, 200, { 'Content-Type': 'text/css', 'Cache-Control': 'max-age=300' }),
  );
  pages.get('/pay/:id', (c) => withPage(c, accounts, (work, id) => showPayPage(c, work, id)));
  pages.post('/pay/:id', async (c) => {
    const form = await c.req.parseBody();
    return withPage(c, accounts, (work, id) => pay(c, work, id, form));
  });
  pages.get('/3ds/:id', (c) => withPage(c, accounts, (work, id) => showBankPage(c, work, id)));
  pages.post('/3ds/:id', async (c) => {
    const { answer } = await c.req.parseBody();
    return withPage(c, accounts, async (work, id) => {
      const challenge = await work.store.get('challenge', id);
      return c.redirect(await answerBank(work, challenge, answer === 'yes'), 303);
    });
  });
  return pages;
}

type Answer = Response | Promise<Response>;

/** Looking may end a session that has expired, so that every page may change something. */
async function withPage(
  c: Context,
  accounts: Accounts,
  act: (work: Work, id: string) => Promise<Answer>,
): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const account = await accounts.ofPage(id);
  if (!account) return missingPage(c);
  try {
    return await accounts.change(account, (work) => act(work, id), { quiet: c.req.method === 'GET' });
  } catch (error) {
    if (error instanceof StripeRefusal && error.status === 404) return missingPage(c);
    throw error;
  }
}

async function showPayPage(c: Context, work: Work, id: string): Promise<Answer> {
  const session = await currentSession(work, id);
  if (session.status !== 'open') return sendOverPage(c, work.baseUrl, session);
  const { description } = await intentOfSession(work, session);
  const declined = c.req.query('declined');
  const problem = declined ? { text: declineText(declined, pageLocale(session)), status: 200 } : undefined;
  return sendPayPage(c, { baseUrl: work.baseUrl, session, title: description ?? '', problem });
}

async function pay(c: Context, work: Work, id: string, form: Record<string, unknown>): Promise<Answer> {
  const session = await lockedSession(work, id);
  if (session.status !== 'open') return sendOverPage(c, work.baseUrl, session);
  const locale = pageLocale(session);
  const { description } = await intentOfSession(work, session);
  const page = { baseUrl: work.baseUrl, session, title: description ?? '' };
  const read = readCard(form, work.now, locale);
  if ('problem' in read) return sendPayPage(c, { ...page, ...read });
  const outcome = await payOnPage(work, session, read.card);
  if (outcome.kind === 'go') return c.redirect(outcome.url, 303);
  return sendPayPage(c, { ...page, problem: { text: declineText(outcome.code, locale), status: 402 } });
}

async function showBankPage(c: Context, work: Work, id: string): Promise<Answer> {
  const challenge = await work.store.get('challenge', id);
  const intent = await openQuestion(work, challenge);
  if (!intent) return sendAnsweredPage(c, work.baseUrl, await afterQuestion(work, challenge));
  const method = await work.store.get('payment_method', challenge.method);
  const session = challenge.session ? await work.store.get('checkout.session', challenge.session) : undefined;
  const leadsTo = [challenge.return_url, session?.success_url ?? null];
  return sendBankPage(c, { baseUrl: work.baseUrl, challenge, intent, method, leadsTo });
}

function declineText(code: string, locale: string): string {
  const text = simulatorMessages(locale);
  if (code === 'insufficient_funds' || code === 'payment_intent_authentication_failure') return text[code];
  return text.declined;
}

function missingPage(c: Context): Answer {
  const text = simulatorMessages('en');
  const baseUrl = c.req.path.replace(/\/(pay|3ds)\/[^/]*$/, '');
  const body = <p class="what">{text.missingText}</p>;
  return sendPage(c, { locale: 'en', baseUrl, heading: text.missingTitle, formsLeadTo: [], status: 404, body });
}
