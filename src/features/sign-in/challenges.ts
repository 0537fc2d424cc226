import { randomBytes } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import type { Core } from '../../platform/core.ts';
import type { Ctx } from '../../platform/http/routes.ts';
import { hashToken, newToken } from '../../platform/ids.ts';

const MINUTE_MS = 60_000;

/** How long a browser has to answer. */
const VALID_FOR_MS = 5 * MINUTE_MS;

/** What a passkey is asked for: to sign in, to confirm who is signed in, or to be registered. The latter two in a session. */
export type Purpose = { kind: 'sign-in' } | { kind: 'confirm' | 'register'; sessionId: string };

/** Makes a challenge for this browser, good once and for five minutes. */
export async function newChallenge(core: Core, c: Ctx, purpose: Purpose): Promise<string> {
  const challenge = randomBytes(32).toString('base64url');
  await core.database.directory
    .insertInto('passkey_challenges')
    .values({
      challenge_hash: hashToken(challenge),
      browser_hash: hashToken(browserOf(core, c) ?? markBrowser(core, c)),
      purpose: purpose.kind,
      session_id: purpose.kind === 'sign-in' ? null : purpose.sessionId,
      expires_at: new Date(core.now().getTime() + VALID_FOR_MS),
    })
    .execute();
  return challenge;
}

/**
 * Uses a challenge up. `unasked`: it was answered before, or was never given to this browser for this purpose, such as
 * one of another person.
 */
export async function takeChallenge(
  core: Core,
  c: Ctx,
  challenge: string,
  purpose: Purpose,
): Promise<'good' | 'late' | 'unasked'> {
  const browser = browserOf(core, c);
  if (!browser) return 'unasked';
  const taken = await core.database.directory
    .deleteFrom('passkey_challenges')
    .where('challenge_hash', '=', hashToken(challenge))
    .where('browser_hash', '=', hashToken(browser))
    .where('purpose', '=', purpose.kind)
    .where('session_id', 'is not distinct from', purpose.kind === 'sign-in' ? null : purpose.sessionId)
    .returning('expires_at')
    .executeTakeFirst();
  if (!taken) return 'unasked';
  return taken.expires_at > core.now() ? 'good' : 'late';
}

/** Forgets what nobody answered; a while longer than it is good, so that a late answer is told that it is late. */
export async function forgetChallenges(core: Core): Promise<void> {
  const before = new Date(core.now().getTime() - 60 * MINUTE_MS);
  await core.database.directory.deleteFrom('passkey_challenges').where('expires_at', '<', before).execute();
}

function browserOf(core: Core, c: Ctx): string | undefined {
  const mark = getCookie(c, cookieName(core));
  return mark !== undefined && /^[\w-]{43}$/.test(mark) ? mark : undefined;
}

function markBrowser(core: Core, c: Ctx): string {
  const mark = newToken();
  setCookie(c, cookieName(core), mark, { path: '/', httpOnly: true, sameSite: 'Strict', secure: overHttps(core) });
  return mark;
}

const overHttps = (core: Core): boolean => core.config.baseUrl.startsWith('https:');
const cookieName = (core: Core): string => (overHttps(core) ? '__Host-roost-passkey' : 'roost-passkey');
