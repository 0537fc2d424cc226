import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { SetupError } from '../../platform/errors.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { isAdministrator, organizationsOfAddress } from '../people/people.ts';
import { signInMessages } from './messages.ts';

/** What somebody can show as a second factor. */
export type SecondFactors = { passkeys: number; hasApp: boolean; recoveryCodes: number };

/** What somebody has set up, and whether they must: administrators and the owner, before any administrator's page. */
export async function secondFactorsOf(db: Tx, userId: string): Promise<SecondFactors & { mustShow: boolean }> {
  const count = async (rows: Promise<unknown[]>) => (await rows).length;
  return {
    passkeys: await count(
      db
        .selectFrom('passkeys')
        .select('id')
        .where('user_id', '=', userId)
        .where('verified', '=', true)
        .where('copied_at', 'is', null)
        .execute(),
    ),
    hasApp:
      (await count(
        db
          .selectFrom('authenticator_apps')
          .select('id')
          .where('user_id', '=', userId)
          .where('confirmed_at', 'is not', null)
          .execute(),
      )) > 0,
    recoveryCodes: await count(
      db.selectFrom('recovery_codes').select('id').where('user_id', '=', userId).where('used_at', 'is', null).execute(),
    ),
    mustShow: await isAdministrator(db, userId),
  };
}

/** Whether there is anything to show. Recovery codes stand in for something else and are none by themselves. */
export const hasSecondFactor = (it: SecondFactors): boolean => it.passkeys > 0 || it.hasApp;

/**
 * The command `reset-second-factor --email`: takes passkeys, authenticator app and recovery codes from whoever has the
 * address, ends their sessions and what was mailed to them, and says so. They sign in by a code and set up another one.
 */
export async function resetSecondFactor(core: Core, email: string): Promise<void> {
  const text = signInMessages('en');
  const found = await organizationsOfAddress(core.database, email.trim());
  if (found.length === 0) throw new SetupError(text.commandUnknown({ email }));
  const organizations = await allOrganizations(core.database);
  for (const { organizationId, userId } of found) {
    const gone = await core.database.write(organizationId, (tx) => takeEverything(tx, userId, core.now()));
    core.log('warn', 'second-factor.reset', { organizationId, userId, ...gone });
    const organization = organizations.find(({ id }) => id === organizationId)!.name;
    process.stdout.write(`${text.commandReset({ organization, email: email.trim().toLowerCase(), ...gone })}\n`);
  }
}

async function takeEverything(tx: Tx, userId: string, now: Date) {
  const gone = async (table: 'passkeys' | 'authenticator_apps' | 'recovery_codes' | 'sessions') =>
    Number((await tx.deleteFrom(table).where('user_id', '=', userId).executeTakeFirst()).numDeletedRows);
  await tx.deleteFrom('address_changes').where('user_id', '=', userId).execute();
  await tx
    .updateTable('sign_in_requests')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .execute();
  return {
    passkeys: await gone('passkeys'),
    apps: await gone('authenticator_apps'),
    recoveryCodes: await gone('recovery_codes'),
    sessions: await gone('sessions'),
  };
}
