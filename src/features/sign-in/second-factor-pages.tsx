import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { useAppCode } from './authenticator-app.ts';
import { ownPath } from './cookies.ts';
import { setFlash } from './flash.ts';
import { countForNetwork, countForPerson } from './limits.ts';
import type { PasskeyProblem } from './passkey-answers.ts';
import { answerIn, passkeyFields, problemOf } from './passkey-form.tsx';
import { admitByPasskey, confirmOptions } from './passkeys.ts';
import { useRecoveryCode } from './recovery-codes.ts';
import { hasSecondFactor, secondFactorsOf } from './second-factor.ts';
import { secondFactorMessages } from './second-factor-messages.ts';
import { setUpPage, showPage } from './second-factor-parts.tsx';
import { startSession } from './sessions.ts';
import type { Guards, SignedIn } from './visit.ts';

const text = secondFactorMessages('en');
const to = z.string().optional();
const noFields = z.object({});
const codeForm = z.object({ code: z.string().transform((typed) => typed.replace(/[\s-]/g, '')), to });
const recoveryForm = z.object({ recovery: z.string().max(200), to });
const passkeyForm = z.object(passkeyFields);

/** What is wrong with what somebody showed. */
export type Wrong = { passkey?: PasskeyProblem; code?: 'codeShape' | 'codeWrong'; recovery?: 'recoveryWrong' };

type At = { core: Core; visit: SignedIn; c: Ctx };

/** Where administrators show a second factor, or are led to set one up. */
export function secondFactorPages(core: Core, guards: Guards): Route[] {
  const at = (visit: SignedIn, c: Ctx): At => ({ core, visit, c });
  return [
    get('/second-factor', guards.signedIn, (visit, c) => show(at(visit, c), ownPath(c.req.query('to')))),
    post('/second-factor/passkey/options', guards.signedIn, async (visit, c) => {
      await readForm(c, noFields);
      await countForNetwork(core, c, 'challenges');
      return c.json(await confirmOptions(core, c, visit));
    }),
    post('/second-factor/passkey', guards.signedIn, (visit, c) => byPasskey(at(visit, c))),
    post('/second-factor/code', guards.signedIn, (visit, c) => byCode(at(visit, c))),
    post('/second-factor/recovery', guards.signedIn, (visit, c) => byRecoveryCode(at(visit, c))),
    // Whoever had to sign in again on the way comes back to the address of the form.
    get('/second-factor/:way', guards.signedIn, (_, c) => c.redirect('/second-factor', 302)),
  ];
}

async function show({ core, visit, c }: At, to: string, wrong: Wrong = {}): Promise<Response> {
  const factors = await core.database.read(visit.organizationId, (db) => secondFactorsOf(db, visit.user.id));
  if (!factors.mustShow || visit.secondFactorAt) return c.redirect(to, 303);
  const it = { to, isDemo: core.config.demo, email: visit.user.email };
  return hasSecondFactor(factors) ? showPage(c, { ...it, factors, wrong }) : setUpPage(c, it);
}

async function byPasskey(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const form = await readForm(c, passkeyForm);
  const to = ownPath(form.typed.to);
  if (!form.ok) return show(at, to, { passkey: 'malformed' });
  await countForNetwork(core, c, 'entries');
  try {
    await admitByPasskey(core, c, answerIn(form.values), visit, (tx, { organizationId, userId }) =>
      startSession(tx, core, c, { organizationId, userId, secondFactor: true }),
    );
  } catch (error) {
    return show(at, to, { passkey: problemOf(error) });
  }
  return c.redirect(to, 303);
}

async function byCode(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const form = await readForm(c, codeForm);
  const to = ownPath(form.typed.to);
  if (!form.ok || !/^\d{6}$/.test(form.values.code)) return show(at, to, { code: 'codeShape' });
  const { organizationId, user } = visit;
  await countForPerson(core, { organizationId, userId: user.id }, 'secondFactors');
  const entered = await core.database.write(organizationId, async (tx) => {
    if (!(await useAppCode(tx, core, user.id, form.values.code))) return false;
    await startSession(tx, core, c, { organizationId, userId: user.id, secondFactor: true });
    return true;
  });
  return entered ? c.redirect(to, 303) : show(at, to, { code: 'codeWrong' });
}

async function byRecoveryCode(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const form = await readForm(c, recoveryForm);
  const to = ownPath(form.typed.to);
  if (!form.ok) return show(at, to, { recovery: 'recoveryWrong' });
  const { organizationId, user, now } = visit;
  await countForPerson(core, { organizationId, userId: user.id }, 'secondFactors');
  const left = await core.database.write(organizationId, async (tx) => {
    if (!(await useRecoveryCode(tx, { userId: user.id, typed: form.values.recovery, now }))) return undefined;
    await startSession(tx, core, c, { organizationId, userId: user.id, secondFactor: true });
    return (await secondFactorsOf(tx, user.id)).recoveryCodes;
  });
  if (left === undefined) return show(at, to, { recovery: 'recoveryWrong' });
  setFlash(c, { tone: 'plain', text: text.recoveryUsed({ left: String(left) }) });
  return c.redirect(to, 303);
}
