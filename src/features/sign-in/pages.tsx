import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { sendsMail } from '../../platform/mail.ts';
import { APPEARANCE_ACTION } from '../../web/navigation.tsx';
import { emailAddress } from '../people/people.ts';
import { accountPages } from './account-pages.tsx';
import { addressPages, addressProblem } from './address-pages.tsx';
import { appPages } from './app-pages.tsx';
import { askedOf, forgetAsked, keepAsked } from './asked.ts';
import { admitByCode, mailCodes } from './codes.ts';
import { keepTheme, ownPath } from './cookies.ts';
import { countForNetwork, TooManyTries } from './limits.ts';
import { admitByLink, peekLink } from './links.ts';
import { showOutbox } from './outbox-page.tsx';
import { passkeyEntryPages } from './passkey-entry.tsx';
import { secondFactorPages } from './second-factor-pages.tsx';
import { endSession, sessionOf, startSession } from './sessions.ts';
import { startOf } from './start.ts';
import type { Guards } from './visit.ts';
import { codePage, linkPage, linkUsedPage, noMailPage, signInPage, tooManyPage } from './way-in.tsx';

const to = z.string().optional();
const signInForm = z.object({ email: emailAddress, to });
const codeForm = z.object({
  code: z
    .string()
    .transform((typed) => typed.replace(/[\s-]/g, ''))
    .refine((code) => /^\d{6}$/.test(code)),
});
const linkForm = z.object({ to });
const noFields = z.object({});
const appearanceForm = z.object({ theme: z.enum(['system', 'light', 'dark']), returnTo: z.string() });

/** The way in and out, the start page's detour, and the choice of appearance. */
export function signInPages(core: Core, guards: Guards): Route[] {
  return tellingOfTooManyTries([
    get('/', guards.anyone, async (_, c) => c.redirect(await startOf(core, await sessionOf(core, c)), 302)),
    get('/sign-in', guards.anyone, (_, c) => showSignIn(core, c)),
    post('/sign-in', guards.anyone, (_, c) => sendCode(core, c)),
    get('/sign-in/code', guards.anyone, (_, c) => showCode(core, c)),
    post('/sign-in/code', guards.anyone, (_, c) => enterByCode(core, c)),
    get('/sign-in/link/:token', guards.anyone, (_, c) => showLink(core, c)),
    post('/sign-in/link/:token', guards.anyone, (_, c) => enterByLink(core, c)),
    post('/sign-out', guards.anyone, (_, c) => signOut(core, c)),
    post(APPEARANCE_ACTION, guards.anyone, (_, c) => chooseAppearance(c)),
    get('/outbox', guards.anyone, (_, c) => showOutbox(core, c)),
    ...passkeyEntryPages(core, guards, (c, it) => (mailsCodes(core) ? signInPage(c, it) : noMailPage(c, it))),
    ...secondFactorPages(core, guards),
    ...addressPages(core, guards),
    ...appPages(core, guards),
    ...accountPages(core, guards),
  ]);
}

/** Whoever tried too often is told how long to wait, wherever it was. */
function tellingOfTooManyTries(routes: Route[]): Route[] {
  return routes.map((route) => ({
    ...route,
    async handle(c) {
      try {
        return await route.handle(c);
      } catch (error) {
        if (error instanceof TooManyTries) return tooManyPage(c, error.details.minutes!);
        throw error;
      }
    },
  }));
}

async function showSignIn(core: Core, c: Ctx): Promise<Response> {
  const to = ownPath(c.req.query('to'));
  if (await sessionOf(core, c)) return c.redirect(to, 302);
  return mailsCodes(core) ? signInPage(c, { to }) : noMailPage(c, { to });
}

async function sendCode(core: Core, c: Ctx): Promise<Response> {
  const form = await readForm(c, signInForm);
  const to = ownPath(form.typed.to);
  if (!mailsCodes(core)) return noMailPage(c, { to });
  if (!form.ok) {
    return signInPage(c, { to, typed: form.typed.email ?? '', error: addressProblem(form.errors.email) });
  }
  await countForNetwork(core, c, 'mails');
  const asked = { requestId: randomUUID(), email: form.values.email, to };
  await inEvenTime(mailCodes(core, asked));
  keepAsked(core, c, asked);
  return c.redirect('/sign-in/code', 303);
}

function showCode(core: Core, c: Ctx): Response {
  const asked = askedOf(c);
  return asked ? codePage(c, asked, { isDemo: core.config.demo }) : c.redirect('/sign-in', 302);
}

async function enterByCode(core: Core, c: Ctx): Promise<Response> {
  const form = await readForm(c, codeForm);
  const asked = askedOf(c);
  if (!asked) return c.redirect('/sign-in', 303);
  const shown = { isDemo: core.config.demo, typed: form.typed.code ?? '' };
  if (!form.ok) return codePage(c, asked, { ...shown, wrong: 'codeShape' });
  await countForNetwork(core, c, 'entries');
  const entered = await inEvenTime(
    admitByCode(core, { ...asked, code: form.values.code }, async (tx, who) => {
      await startSession(tx, core, c, who);
      return true;
    }),
  );
  if (!entered) return codePage(c, asked, { ...shown, wrong: 'codeWrong' });
  forgetAsked(core, c);
  return c.redirect(ownPath(asked.to), 303);
}

async function showLink(core: Core, c: Ctx): Promise<Response> {
  const open = await peekLink(core, c.req.param('token') ?? '');
  return open ? linkPage(c, { ...open, to: ownPath(c.req.query('to')) }) : linkUsedPage(c);
}

async function enterByLink(core: Core, c: Ctx): Promise<Response> {
  const form = await readForm(c, linkForm);
  const entered = await admitByLink(core, c.req.param('token') ?? '', async (tx, who) => {
    await startSession(tx, core, c, who);
    return true;
  });
  return entered ? c.redirect(ownPath(form.typed.to), 303) : linkUsedPage(c);
}

async function signOut(core: Core, c: Ctx): Promise<Response> {
  await readForm(c, noFields);
  await endSession(core, c);
  return c.redirect('/sign-in', 303);
}

async function chooseAppearance(c: Ctx): Promise<Response> {
  const form = await readForm(c, appearanceForm);
  if (form.ok) keepTheme(c, form.values.theme);
  return c.redirect(ownPath(form.typed.returnTo), 303);
}

/** The demo writes its messages too, into the Outbox. */
const mailsCodes = (core: Core): boolean => core.config.demo || sendsMail(core);

/** Answers known and unknown addresses after the same time. */
async function inEvenTime<T>(work: Promise<T>): Promise<T> {
  const [result] = await Promise.all([work, pause(200)]);
  return result;
}
