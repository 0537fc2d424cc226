import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { hasHidden, oneLine } from '../../shared/one-line.ts';
import { accountHref, mayChangeSignIn } from './account.ts';
import { showAccount } from './account-list.tsx';
import { accountMessages } from './account-messages.ts';
import { ownPath } from './cookies.ts';
import { deviceNames, endDevice, endDevices } from './devices.ts';
import { setFlash } from './flash.ts';
import { countForNetwork } from './limits.ts';
import { answerIn, passkeyFields, problemOf } from './passkey-form.tsx';
import { checkRegistered, registrationOptions } from './passkeys.ts';
import { endSession, startSession } from './sessions.ts';
import type { Guards, SignedIn } from './visit.ts';

const text = accountMessages('en');
const name = z
  .string()
  .transform(oneLine)
  .pipe(
    z
      .string()
      .min(1)
      .max(60)
      .refine((it) => !hasHidden(it)),
  );
const noFields = z.object({});
const addForm = z.object({ ...passkeyFields, name: z.string().default('') });
const nameForm = z.object({ id: z.string(), name, to: z.string().optional() });
const removeForm = z.object({ id: z.string(), to: z.string().optional() });

/** One's own ways to sign in, and where one is signed in: the list, and what changes it. */
export function accountPages(core: Core, guards: Guards): Route[] {
  return [
    get('/l/:location/account', guards.atLocation, (visit, c) => showAccount(core, visit, c)),
    get('/account', guards.signedIn, async (visit, c) => c.redirect(await accountHref(core, visit), 302)),
    post('/account/passkeys/options', guards.signedIn, async (visit, c) => {
      await readForm(c, noFields);
      const { mustVerify } = await mayChangeSignIn(core, visit, 'first');
      await countForNetwork(core, c, 'challenges');
      return c.json(await registrationOptions(core, c, visit, mustVerify));
    }),
    post('/account/passkeys/add', guards.signedIn, (visit, c) => addPasskey(core, visit, c)),
    post('/account/passkeys/name', guards.signedIn, (visit, c) => namePasskey(core, visit, c)),
    post('/account/passkeys/remove', guards.signedIn, (visit, c) => removePasskey(core, visit, c)),
    post('/account/devices/sign-out', guards.signedIn, (visit, c) => signOutDevice(core, visit, c)),
    post('/account/devices/sign-out-all', guards.signedIn, (visit, c) => signOutEverywhere(core, visit, c)),
    // Whoever had to sign in again on the way comes back to the address of the form.
    get('/account/:what/:action', guards.signedIn, (_, c) => c.redirect('/account', 302)),
  ];
}

async function addPasskey(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, addForm);
  const to = ownPath(form.typed.to);
  const { mustVerify } = await mayChangeSignIn(core, visit, 'first');
  const { organizationId, user } = visit;
  const typed = name.safeParse(form.typed.name ?? '');
  const chosen = typed.success ? typed.data : text.device(deviceNames(c.req.header('user-agent') ?? ''));
  try {
    if (!form.ok) throw new TypeError('unreadable');
    const answer = answerIn(form.values);
    const add = await checkRegistered(core, c, visit, { answer, name: chosen, mustVerify });
    await core.database.write(organizationId, async (tx) => {
      const { verified } = await add(tx);
      // Whoever made a passkey just now has shown it, too.
      if (verified && mustVerify)
        await startSession(tx, core, c, { organizationId, userId: user.id, secondFactor: true });
    });
  } catch (error) {
    const problem = form.ok ? problemOf(error) : 'malformed';
    setFlash(c, { tone: 'bad', text: text.problem({ problem }) });
    return c.redirect(await accountOf(core, visit, mustVerify && !visit.secondFactorAt ? '/second-factor' : to), 303);
  }
  setFlash(c, { tone: 'good', text: text.passkeyAdded({ name: chosen }) });
  return c.redirect(await accountOf(core, visit, to), 303);
}

async function namePasskey(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, nameForm);
  await mayChangeSignIn(core, visit);
  if (!form.ok) setFlash(c, { tone: 'bad', text: text.passkeyNameWrong });
  else if (isId(form.values.id)) {
    const { id, name } = form.values;
    const named = await core.database.write(visit.organizationId, (tx) =>
      tx
        .updateTable('passkeys')
        .set({ name })
        .where('id', '=', id)
        .where('user_id', '=', visit.user.id)
        .returning('name')
        .executeTakeFirst(),
    );
    if (named) setFlash(c, { tone: 'good', text: text.passkeyNamed(named) });
  }
  return c.redirect(await accountOf(core, visit, ownPath(form.typed.to)), 303);
}

async function removePasskey(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, removeForm);
  await mayChangeSignIn(core, visit);
  if (form.ok && isId(form.values.id)) {
    const { id } = form.values;
    const gone = await core.database.write(visit.organizationId, (tx) =>
      tx
        .deleteFrom('passkeys')
        .where('id', '=', id)
        .where('user_id', '=', visit.user.id)
        .returning('name')
        .executeTakeFirst(),
    );
    if (gone) setFlash(c, { tone: 'good', text: text.passkeyRemoved(gone) });
  }
  return c.redirect(await accountOf(core, visit, ownPath(form.typed.to)), 303);
}

async function signOutDevice(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, removeForm);
  if (form.ok && isId(form.values.id)) {
    const sessionId = form.values.id;
    if (sessionId === visit.sessionId) {
      await endSession(core, c);
      return c.redirect('/sign-in', 303);
    }
    const ended = await core.database.write(visit.organizationId, (tx) =>
      endDevice(tx, { userId: visit.user.id, sessionId }),
    );
    if (ended) setFlash(c, { tone: 'good', text: text.deviceSignedOut });
  }
  return c.redirect(await accountOf(core, visit, ownPath(form.typed.to)), 303);
}

async function signOutEverywhere(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  await readForm(c, noFields);
  await core.database.write(visit.organizationId, (tx) => endDevices(tx, visit.user.id));
  await endSession(core, c);
  return c.redirect('/sign-in', 303);
}

/** Where a form of the list comes back to. */
async function accountOf(core: Core, visit: SignedIn, to: string): Promise<string> {
  return to === '/' ? await accountHref(core, visit) : to;
}
