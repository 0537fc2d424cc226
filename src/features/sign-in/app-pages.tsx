import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { mayChangeSignIn } from './account.ts';
import { accountMessages } from './account-messages.ts';
import { appPage, codesPage, makeCodesPage } from './app-parts.tsx';
import { beginApp, confirmApp, removeApp, secretToShow } from './authenticator-app.ts';
import { ownPath } from './cookies.ts';
import { setFlash } from './flash.ts';
import { countForPerson } from './limits.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import { startSession } from './sessions.ts';
import type { Guards, SignedIn } from './visit.ts';

const text = accountMessages('en');
const to = z.string().optional();
const toForm = z.object({ to });
const codeForm = z.object({ code: z.string().transform((typed) => typed.replace(/[\s-]/g, '')), to });

/** Setting up an authenticator app, and the recovery codes. */
export function appPages(core: Core, guards: Guards): Route[] {
  return [
    post('/account/app', guards.signedIn, (visit, c) => begin(core, visit, c)),
    get('/account/app', guards.signedIn, async (visit, c) => {
      await mayChangeSignIn(core, visit, 'first');
      return show(core, visit, c, ownPath(c.req.query('to')));
    }),
    post('/account/app/confirm', guards.signedIn, (visit, c) => confirm(core, visit, c)),
    post('/account/app/remove', guards.signedIn, (visit, c) => remove(core, visit, c)),
    get('/account/recovery-codes', guards.signedIn, async (visit, c) => {
      await mayChangeSignIn(core, visit);
      return makeCodesPage(c, ownPath(c.req.query('to')));
    }),
    post('/account/recovery-codes', guards.signedIn, async (visit, c) => {
      const form = await readForm(c, toForm);
      await mayChangeSignIn(core, visit);
      const { organizationId, user, now } = visit;
      const codes = await core.database.write(organizationId, (tx) =>
        makeRecoveryCodes(tx, { organizationId, userId: user.id, now }),
      );
      return codesPage(c, { codes, to: ownPath(form.typed.to) });
    }),
  ];
}

async function begin(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, toForm);
  await mayChangeSignIn(core, visit, 'first');
  const { organizationId, user } = visit;
  await core.database.write(organizationId, (tx) => beginApp(tx, core, { organizationId, userId: user.id }));
  return c.redirect(`/account/app?to=${encodeURIComponent(ownPath(form.typed.to))}`, 303);
}

async function show(
  core: Core,
  visit: SignedIn,
  c: Ctx,
  to: string,
  wrong?: 'codeShape' | 'appCodeWrong',
): Promise<Response> {
  const { organization, secret } = await core.database.read(visit.organizationId, async (db) => ({
    secret: await secretToShow(db, core, visit.user.id),
    organization: await db
      .selectFrom('organizations')
      .select('name')
      .where('id', '=', visit.organizationId)
      .executeTakeFirstOrThrow(),
  }));
  if (!secret) {
    setFlash(c, { tone: 'bad', text: text.appGone });
    return c.redirect('/account', 303);
  }
  return appPage(c, { secret, issuer: organization.name, account: visit.user.email, to, wrong });
}

async function confirm(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, codeForm);
  const to = ownPath(form.typed.to);
  await mayChangeSignIn(core, visit, 'first');
  if (!form.ok || !/^\d{6}$/.test(form.values.code)) return show(core, visit, c, to, 'codeShape');
  const { organizationId, user, now } = visit;
  await countForPerson(core, { organizationId, userId: user.id }, 'secondFactors');
  const codes = await core.database.write(organizationId, async (tx) => {
    if (!(await confirmApp(tx, core, user.id, form.values.code))) return undefined;
    await startSession(tx, core, c, { organizationId, userId: user.id, secondFactor: true });
    return await makeRecoveryCodes(tx, { organizationId, userId: user.id, now });
  });
  return codes ? codesPage(c, { codes, to }) : show(core, visit, c, to, 'appCodeWrong');
}

async function remove(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, toForm);
  await mayChangeSignIn(core, visit);
  await core.database.write(visit.organizationId, (tx) => removeApp(tx, visit.user.id));
  setFlash(c, { tone: 'good', text: text.appRemoved });
  return c.redirect(ownPath(form.typed.to), 303);
}
