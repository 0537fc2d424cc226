import type { Tx } from '../../platform/database/database.ts';
import { SESSION_LIMITS } from './sessions.ts';

/** A session as its owner sees it: where they are signed in, and when it was used last. */
export type Device = { sessionId: string; userAgent: string; since: Date; seenAt: Date };

/** Where somebody is signed in just now, seen last first. */
export async function devicesOf(db: Tx, userId: string, now: Date): Promise<Device[]> {
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'user_agent', 'created_at', 'seen_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .where('seen_at', '>', new Date(now.getTime() - SESSION_LIMITS.idleMs))
    .orderBy('seen_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    sessionId: row.id,
    userAgent: row.user_agent,
    since: row.created_at,
    seenAt: row.seen_at,
  }));
}

/** Ends one of somebody's sessions; of others' there is none with this id. */
export async function endDevice(tx: Tx, it: { userId: string; sessionId: string }): Promise<boolean> {
  const ended = await tx
    .deleteFrom('sessions')
    .where('user_id', '=', it.userId)
    .where('id', '=', it.sessionId)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

/** Ends all of somebody's sessions, but `except`. */
export async function endDevices(tx: Tx, userId: string, except?: string): Promise<void> {
  let sessions = tx.deleteFrom('sessions').where('user_id', '=', userId);
  if (except) sessions = sessions.where('id', '<>', except);
  await sessions.execute();
}

/** Browser and system in plain words, as far as a user agent tells; it is what the browser says, so it proves nothing. */
export function deviceNames(userAgent: string): { browser: string | undefined; system: string | undefined } {
  const find = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1];
  return { browser: find(BROWSERS), system: find(SYSTEMS) };
}

// The first that fits: most browsers also name those they are made from.
const BROWSERS = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/\S+ .*Safari\//, 'Safari'],
] as const;

const SYSTEMS = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'Chromebook'],
  [/\bMac(?:intosh| OS X)\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
] as const;
