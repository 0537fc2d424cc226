import { type Context, Hono } from 'hono';
import type { Accounts, Work } from '../accounts.ts';
import { faultsShape } from '../chance.ts';
import { sendPage } from '../page-frame.tsx';
import { StripeRefusal } from '../refusals.ts';
import { quieten, setFaults } from '../standing.ts';
import { showBadDay } from './bad-day-page.tsx';
import { showEvents } from './events-list.tsx';
import { dashboardLocale, dashboardText, type Visit } from './frame.tsx';
import type { Done } from './messages.ts';
import { showPayment } from './payment-page.tsx';
import { showPayments } from './payments-page.tsx';
import { pressButton, sendAgain, WrongAmount } from './presses.ts';

const LARGEST_SEED = 999_999_999;

/**
 * What people do at a bank or at the gateway itself, for the account of one connection. Nobody is signed in here: whoever
 * has the address may press every button. It knows test money only, and administrators find it in the settings.
 */
export function dashboardRoutes(accounts: Accounts): Hono {
  const pages = new Hono();
  const look = (show: (visit: Visit) => Promise<Response>) => (c: Context) => withDashboard(c, accounts, 'look', show);
  const change = (act: (visit: Visit) => Promise<Response>) => (c: Context) =>
    withDashboard(c, accounts, 'change', act);
  pages.get('/dashboard/:key', look(showPayments));
  pages.get(
    '/dashboard/:key/payments/:id',
    look(async (visit) => {
      const id = visit.c.req.param('id')!;
      const intentId = await intentOf(visit.work, id);
      return intentId === id ? showPayment(visit, id) : visit.c.redirect(`${visit.at}/payments/${intentId}`, 303);
    }),
  );
  pages.post('/dashboard/:key/payments/:id', async (c) => {
    const form = await c.req.parseBody();
    return pressed(c, accounts, form);
  });
  pages.get('/dashboard/:key/events', look(showEvents));
  pages.post('/dashboard/:key/events/:id', async (c) => {
    const { times, back } = await c.req.parseBody();
    return change(async (visit) => {
      const done = await sendAgain(visit.work, c.req.param('id'), times === '2' ? 2 : 1);
      // Only pages of this dashboard: what stands in a form may come from anywhere.
      const to = typeof back === 'string' && /^\/(events|payments\/\w+)$/.test(back) ? back : '/events';
      return toldAt(visit, to, done);
    })(c);
  });
  pages.get('/dashboard/:key/bad-day', look(showBadDay));
  pages.post('/dashboard/:key/bad-day', async (c) => {
    const form = await c.req.parseBody();
    return change((visit) => changeDay(visit, form))(c);
  });
  return pages;
}

async function withDashboard(
  c: Context,
  accounts: Accounts,
  how: 'look' | 'change',
  show: (visit: Visit) => Promise<Response>,
): Promise<Response> {
  const key = c.req.param('key') ?? '';
  const account = await accounts.ofDashboard(key);
  if (!account) return missingDashboard(c);
  try {
    const quiet = how === 'look';
    return await accounts[how](account, (work) => show({ c, work, at: `${work.baseUrl}/dashboard/${key}` }), { quiet });
  } catch (error) {
    if (error instanceof StripeRefusal && error.status === 404) return missingDashboard(c);
    throw error;
  }
}

/** A refused press changes nothing, so the page that says why is shown in a transaction of its own. */
async function pressed(c: Context, accounts: Accounts, form: Record<string, unknown>): Promise<Response> {
  const id = c.req.param('id') ?? '';
  try {
    return await withDashboard(c, accounts, 'change', async (visit) => {
      const intentId = await intentOf(visit.work, id);
      return toldAt(visit, `/payments/${intentId}`, await pressButton(visit.work, intentId, form));
    });
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) throw error;
    return withDashboard(c, accounts, 'look', async (visit) =>
      showPayment(visit, await intentOf(visit.work, id), problem),
    );
  }
}

function problemOf(error: unknown): string | undefined {
  if (error instanceof WrongAmount) return dashboardText.wrongAmount;
  return error instanceof StripeRefusal ? dashboardText.refusedText({ why: error.message }) : undefined;
}

async function changeDay(visit: Visit, form: Record<string, unknown>): Promise<Response> {
  const { tx, account } = visit.work;
  if (form.press === 'quiet') {
    await quieten(tx, account);
    return toldAt(visit, '/bad-day', 'doneQuiet');
  }
  const typed = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, String(value).trim()]));
  const isWhole = Object.entries(typed).every(([name, value]) => name === 'press' || /^\d+$/.test(value));
  const faults = faultsShape.safeParse(typed);
  const seed = Number(typed.seed);
  if (!isWhole || !faults.success || seed > LARGEST_SEED) {
    return showBadDay(visit, { typed, problem: dashboardText.wrongFaults });
  }
  await setFaults(tx, account, faults.data, seed);
  return toldAt(visit, '/bad-day', 'doneFaults');
}

function toldAt({ c, at }: Visit, path: string, done: Done): Response {
  return c.redirect(`${at}${path}?done=${done}`, 303);
}

/** A payment by the id of its intent, or of the session that it belongs to. */
async function intentOf({ store }: Work, id: string): Promise<string> {
  if (!id.startsWith('cs_')) return (await store.get('payment_intent', id)).id;
  await store.get('checkout.session', id);
  const [intent] = await store.of('payment_intent', id);
  return intent!.id;
}

function missingDashboard(c: Context): Response | Promise<Response> {
  const baseUrl = c.req.path.replace(/\/dashboard\/.*$/, '');
  const body = <p class="what">{dashboardText.missingText}</p>;
  const heading = dashboardText.missingTitle;
  return sendPage(c, { locale: dashboardLocale, baseUrl, heading, formsLeadTo: [], status: 404, body });
}
