import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { hashToken, isId, newId, newToken } from '../../platform/ids.ts';
import type { User } from '../people/people.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When a session ends by itself. */
export const SESSION_LIMITS = { idleMs: 14 * DAY_MS, absoluteMs: 90 * DAY_MS };

/** Being seen is written at most this often: reading pages should not write. */
const SEEN_EVERY_MS = 5 * MINUTE_MS;

/** Somebody's session, found by the token that only their browser has. */
export type Session = {
  organizationId: string;
  user: User;
  sessionId: string;
  /** When a second factor was shown in it; administrators' pages open from then on. */
  secondFactorAt: Date | undefined;
};

/** Who is there: the session of this browser while it lasts. */
export async function sessionOf(core: Core, c: Context): Promise<Session | undefined> {
  return await inSession(core, c, async (_, session) => session);
}

/** Whatever else a request asks of the database first is read together with its session; nothing when there is none. */
export async function inSession<T>(
  core: Core,
  c: Context,
  work: (db: Tx, session: Session) => Promise<T>,
): Promise<T | undefined> {
  const token = readToken(core, c);
  if (!token) return undefined;
  const { organizationId } = token;
  const now = core.now();
  const found = await core.database.read(organizationId, async (db) => {
    const row = await db
      .selectFrom('sessions as s')
      .innerJoin('users as u', (join) =>
        join.onRef('u.organization_id', '=', 's.organization_id').onRef('u.id', '=', 's.user_id'),
      )
      .select(['s.id', 's.seen_at', 's.second_factor_at', 'u.id as user_id', 'u.name', 'u.email'])
      .where('s.token_hash', '=', hashToken(token.secret))
      .where('s.expires_at', '>', now)
      .where('s.seen_at', '>', new Date(now.getTime() - SESSION_LIMITS.idleMs))
      .executeTakeFirst();
    if (!row) return undefined;
    const user = { id: row.user_id, name: row.name, email: row.email };
    const secondFactorAt = row.second_factor_at ?? undefined;
    return { row, result: await work(db, { organizationId, user, sessionId: row.id, secondFactorAt }) };
  });
  if (!found) return undefined;
  await noteSeen(core, organizationId, found.row, now);
  return found.result;
}

/**
 * Begins a session and hands its token to this browser; the session it had before ends. With `secondFactor` it opens the
 * administrators' pages too. Whoever shows one later begins another session: the token from before is worth no more.
 */
export async function startSession(
  tx: Tx,
  core: Core,
  c: Context,
  who: { organizationId: string; userId: string; secondFactor: boolean },
): Promise<void> {
  const now = core.now();
  const before = readToken(core, c);
  await tx
    .deleteFrom('sessions')
    .where((is) =>
      is.or([
        is.and([is('user_id', '=', who.userId), is('expires_at', '<=', now)]),
        ...(before ? [is('token_hash', '=', hashToken(before.secret))] : []),
      ]),
    )
    .execute();
  const secret = newToken();
  await tx
    .insertInto('sessions')
    .values({
      organization_id: who.organizationId,
      id: newId(now),
      user_id: who.userId,
      token_hash: hashToken(secret),
      created_at: now,
      seen_at: now,
      expires_at: new Date(now.getTime() + SESSION_LIMITS.absoluteMs),
      second_factor_at: who.secondFactor ? now : null,
      user_agent: (c.req.header('user-agent') ?? '').slice(0, 200),
    })
    .execute();
  setCookie(c, cookieName(core), `${who.organizationId}.${secret}`, {
    ...attributes(core),
    maxAge: SESSION_LIMITS.absoluteMs / 1000,
  });
}

/** Ends this browser's session, here and on the server. */
export async function endSession(core: Core, c: Context): Promise<void> {
  const token = readToken(core, c);
  deleteCookie(c, cookieName(core), attributes(core));
  if (!token) return;
  await core.database.write(token.organizationId, (tx) =>
    tx.deleteFrom('sessions').where('token_hash', '=', hashToken(token.secret)).execute(),
  );
}

/** A token from outside: the organization stands in front, so that no look-up searches across organizations. */
export function parseToken(text: string | undefined): { organizationId: string; secret: string } | undefined {
  const [organizationId, secret, ...more] = (text ?? '').split('.');
  if (!isId(organizationId) || !/^[\w-]{43}$/.test(secret ?? '') || more.length > 0) return undefined;
  return { organizationId, secret: secret! };
}

async function noteSeen(core: Core, organizationId: string, row: { id: string; seen_at: Date }, now: Date) {
  const staleBefore = new Date(now.getTime() - SEEN_EVERY_MS);
  if (row.seen_at > staleBefore) return;
  await core.database.write(organizationId, (tx) =>
    tx
      .updateTable('sessions')
      .set({ seen_at: now })
      .where('id', '=', row.id)
      .where('seen_at', '<=', staleBefore)
      .execute(),
  );
}

const readToken = (core: Core, c: Context) => parseToken(getCookie(c, cookieName(core)));

const overHttps = (core: Core): boolean => core.config.baseUrl.startsWith('https:');

/** Browsers take `__Host-` only over https and only from this very host, so nobody beside us can plant a session. */
const cookieName = (core: Core): string => (overHttps(core) ? '__Host-roost' : 'roost');

const attributes = (core: Core) => ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: overHttps(core) }) as const;

/** Everything by which somebody could sign in, or is signed in: whoever is forgotten comes back as nobody. */
export async function forgetSignIn(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('sessions').where('user_id', '=', userId).execute();
  await tx.deleteFrom('sign_in_requests').where('user_id', '=', userId).execute();
  await tx.deleteFrom('passkeys').where('user_id', '=', userId).execute();
  await tx.deleteFrom('authenticator_apps').where('user_id', '=', userId).execute();
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await tx.deleteFrom('address_changes').where('user_id', '=', userId).execute();
}
