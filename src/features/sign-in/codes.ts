import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { queueMail } from '../../platform/mail.ts';
import { organizationsOfAddress } from '../people/people.ts';
import { type Admitted, addRequest, VALID_FOR_MS } from './links.ts';
import { signInMessages } from './messages.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How many messages an address may be sent; guessing codes at this pace takes years. */
const REQUEST_LIMITS = [
  { withinMs: 15 * MINUTE_MS, requests: 5 },
  { withinMs: DAY_MS, requests: 20 },
];

/**
 * Mails a code and a link to `email`, one message for each organization that knows the address. Does nothing for an
 * unknown address or past the limits, and nobody can tell: the answer and its time are the same.
 * `requestId` ties the codes to the browser that asked.
 */
export async function mailCodes(core: Core, it: { email: string; requestId: string; to: string }): Promise<void> {
  for (const who of await organizationsOfAddress(core.database, it.email)) {
    await core.database.write(who.organizationId, (tx) => mailCode(tx, core, { ...it, ...who }));
  }
}

async function mailCode(
  tx: Tx,
  core: Core,
  it: Omit<Admitted, 'secondFactor'> & { email: string; requestId: string; to: string },
) {
  const now = core.now();
  // Requests of one person wait for each other here: of two at once, one is the newest.
  await tx.selectFrom('users').select('id').where('id', '=', it.userId).forUpdate().execute();
  if (await isPastLimits(tx, it.userId, now)) return;
  await tx
    .updateTable('sign_in_requests')
    .set({ used_at: now })
    .where('user_id', '=', it.userId)
    .where('used_at', 'is', null)
    .where('reusable', '=', false)
    .execute();
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const codeHash = hashCode(core, it.requestId, code);
  const link = await addRequest(tx, core, {
    ...it,
    id: it.requestId,
    codeHash,
    validForMs: VALID_FOR_MS,
    secondFactor: false,
  });
  const { name } = await tx
    .selectFrom('organizations')
    .select('name')
    .where('id', '=', it.organizationId)
    .executeTakeFirstOrThrow();
  const text = signInMessages('en');
  const url = it.to === '/' ? link : `${link}?to=${encodeURIComponent(it.to)}`;
  await queueMail(tx, core, {
    organizationId: it.organizationId,
    to: it.email,
    subject: text.mailSubject({ organization: name }),
    body: text.mailBody({ organization: name, code, minutes: String(VALID_FOR_MS / MINUTE_MS), url }),
  });
}

/** Counts what was asked for lately; older requests are of no more use. */
async function isPastLimits(tx: Tx, userId: string, now: Date): Promise<boolean> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  await tx
    .deleteFrom('sign_in_requests')
    .where('user_id', '=', userId)
    .where('created_at', '<', ago(DAY_MS))
    .where('expires_at', '<', now)
    .execute();
  const lately = await tx
    .selectFrom('sign_in_requests')
    .select('created_at')
    .where('user_id', '=', userId)
    .where('reusable', '=', false)
    .execute();
  return REQUEST_LIMITS.some(
    ({ withinMs, requests }) => lately.filter((row) => row.created_at > ago(withinMs)).length >= requests,
  );
}

/** Whom `code` lets in, typed in the browser whose request it was mailed for. Every try counts. Uses the code up. */
export async function admitByCode<T>(
  core: Core,
  it: { email: string; requestId: string; code: string },
  enter: (tx: Tx, who: Admitted) => Promise<T>,
): Promise<T | undefined> {
  for (const { organizationId } of await organizationsOfAddress(core.database, it.email)) {
    const entered = await core.database.write(organizationId, async (tx) => {
      const request = await tx
        .updateTable('sign_in_requests')
        .set((it) => ({ attempts_left: it('attempts_left', '-', 1) }))
        .where('id', '=', it.requestId)
        .where('attempts_left', '>', 0)
        .where('used_at', 'is', null)
        .where('expires_at', '>', core.now())
        .returning(['id', 'user_id', 'code_hash'])
        .executeTakeFirst();
      if (!request || !timingSafeEqual(request.code_hash, hashCode(core, it.requestId, it.code))) return undefined;
      await tx.updateTable('sign_in_requests').set({ used_at: core.now() }).where('id', '=', request.id).execute();
      return { it: await enter(tx, { organizationId, userId: request.user_id, secondFactor: false }) };
    });
    if (entered) return entered.it;
  }
  return undefined;
}

/** Six digits are quickly tried out: without the installation's key, their hash tells nothing. */
function hashCode(core: Core, requestId: string, code: string): Buffer {
  return createHmac('sha256', core.config.key).update(`sign-in code ${requestId} ${code}`).digest();
}
