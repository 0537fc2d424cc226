import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { forgetAsked } from './asked.ts';
import { ownPath } from './cookies.ts';
import { countForNetwork } from './limits.ts';
import { answerIn, passkeyFields, problemOf } from './passkey-form.tsx';
import { admitByPasskey, signInOptions } from './passkeys.ts';
import { startSession } from './sessions.ts';
import type { Guards } from './visit.ts';

const noFields = z.object({});
const passkeyForm = z.object(passkeyFields);

/** The sign-in page, with what is wrong. */
type SignInPage = (c: Ctx, it: { to: string; problem: ReturnType<typeof problemOf> }) => Response;

/** Signing in with a passkey: whoever holds it is known by it, without an address. */
export function passkeyEntryPages(core: Core, guards: Guards, signInPage: SignInPage): Route[] {
  return [
    post('/sign-in/passkey/options', guards.anyone, async (_, c) => {
      await readForm(c, noFields);
      await countForNetwork(core, c, 'challenges');
      return c.json(await signInOptions(core, c));
    }),
    post('/sign-in/passkey', guards.anyone, (_, c) => enter(core, c, signInPage)),
    get('/sign-in/passkey', guards.anyone, (_, c) => c.redirect('/sign-in', 302)),
  ];
}

async function enter(core: Core, c: Ctx, signInPage: SignInPage): Promise<Response> {
  const form = await readForm(c, passkeyForm);
  const to = ownPath(form.typed.to);
  if (!form.ok) return signInPage(c, { to, problem: 'malformed' });
  await countForNetwork(core, c, 'entries');
  try {
    await admitByPasskey(core, c, answerIn(form.values), undefined, (tx, { verified, ...who }) =>
      startSession(tx, core, c, { ...who, secondFactor: verified }),
    );
  } catch (error) {
    return signInPage(c, { to, problem: problemOf(error) });
  }
  forgetAsked(core, c);
  return c.redirect(to, 303);
}
