import type { Core } from '../../platform/core.ts';
import { hashToken, newId, newToken } from '../../platform/ids.ts';
import { queueMail } from '../../platform/mail.ts';
import { changeAddress } from '../people/people.ts';
import { accountMessages } from './account-messages.ts';
import { endDevices } from './devices.ts';
import { countForPerson } from './limits.ts';
import { parseToken } from './sessions.ts';
import type { SignedIn } from './visit.ts';

const HOUR_MS = 3_600_000;

/** How long an address may be confirmed. */
const VALID_FOR_MS = HOUR_MS;

type Who = Pick<SignedIn, 'organizationId' | 'user' | 'sessionId'>;

/**
 * Mails a link to the address that somebody wants; a newer wish makes the older one worthless. Whether anybody has that
 * address is not said here: only whoever reads its mail gets an answer.
 */
export async function askForAddress(core: Core, who: Who, email: string): Promise<void> {
  const { organizationId, user } = who;
  await countForPerson(core, { organizationId, userId: user.id }, 'addressChanges');
  const now = core.now();
  const secret = newToken();
  const text = accountMessages('en');
  await core.database.write(organizationId, async (tx) => {
    await tx.selectFrom('users').select('id').where('id', '=', user.id).forUpdate().execute();
    await tx.deleteFrom('address_changes').where('user_id', '=', user.id).execute();
    await tx
      .insertInto('address_changes')
      .values({
        organization_id: organizationId,
        id: newId(now),
        user_id: user.id,
        email,
        token_hash: hashToken(secret),
        created_at: now,
        expires_at: new Date(now.getTime() + VALID_FOR_MS),
      })
      .execute();
    const url = `${core.config.baseUrl}/account/address/${organizationId}.${secret}`;
    const { name } = await tx
      .selectFrom('organizations')
      .select('name')
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow();
    await queueMail(tx, core, {
      organizationId,
      to: email,
      subject: text.confirmSubject({ organization: name }),
      body: text.confirmBody({ organization: name, before: user.email, url }),
    });
  });
}

/** The address that `token` would give whoever is signed in; `undefined` for anybody else's token, and for old ones. */
export async function wantedAddress(core: Core, who: Who, token: string): Promise<string | undefined> {
  const secret = secretFor(who, token);
  if (secret === undefined) return undefined;
  const row = await core.database.read(who.organizationId, (db) =>
    db
      .selectFrom('address_changes')
      .select('email')
      .where('token_hash', '=', hashToken(secret))
      .where('user_id', '=', who.user.id)
      .where('expires_at', '>', core.now())
      .executeTakeFirst(),
  );
  return row?.email;
}

/**
 * Gives whoever is signed in the address whose mail they read, once. Codes and links that were mailed to the old one are
 * worth no more, other sessions end, and the old address is told.
 */
export async function takeAddress(core: Core, who: Who, token: string): Promise<string | undefined> {
  const secret = secretFor(who, token);
  if (secret === undefined) return undefined;
  const { organizationId, user } = who;
  const now = core.now();
  const text = accountMessages('en');
  return await core.database.write(organizationId, async (tx) => {
    const wanted = await tx
      .deleteFrom('address_changes')
      .where('token_hash', '=', hashToken(secret))
      .where('user_id', '=', user.id)
      .where('expires_at', '>', now)
      .returning('email')
      .executeTakeFirst();
    if (!wanted) return undefined;
    const before = await changeAddress(tx, { organizationId, userId: user.id, email: wanted.email });
    await tx
      .updateTable('sign_in_requests')
      .set({ used_at: now })
      .where('user_id', '=', user.id)
      .where('used_at', 'is', null)
      .execute();
    await endDevices(tx, user.id, who.sessionId);
    const { name } = await tx
      .selectFrom('organizations')
      .select('name')
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow();
    await queueMail(tx, core, {
      organizationId,
      to: before,
      subject: text.changedSubject({ organization: name }),
      body: text.changedBody({ organization: name, email: wanted.email }),
    });
    return wanted.email;
  });
}

function secretFor(who: Who, token: string): string | undefined {
  const parsed = parseToken(token);
  return parsed?.organizationId === who.organizationId ? parsed.secret : undefined;
}
