import { randomBytes } from 'node:crypto';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import type { SealedColumn } from '../../platform/key-change.ts';
import { stepOfCode } from './totp.ts';

const HOUR_MS = 3_600_000;

/** How long a secret is shown that no code was typed for. */
const SHOWN_FOR_MS = HOUR_MS;

type Whose = { organizationId: string; userId: string };

/** Makes a secret for somebody's app; it counts when a code of it was typed. One that counts already stays. */
export async function beginApp(tx: Tx, core: Core, it: Whose): Promise<void> {
  const now = core.now();
  const id = newId(now);
  await tx
    .deleteFrom('authenticator_apps')
    .where('user_id', '=', it.userId)
    .where('confirmed_at', 'is', null)
    .execute();
  await tx
    .insertInto('authenticator_apps')
    .values({
      organization_id: it.organizationId,
      id,
      user_id: it.userId,
      sealed_secret: core.secrets.seal(randomBytes(20).toString('base64url'), sealedFor(id)),
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doNothing())
    .execute();
}

/** The secret to be shown to its owner, as long as it was not confirmed. */
export async function secretToShow(db: Tx, core: Core, userId: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('authenticator_apps')
    .select(['id', 'sealed_secret'])
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is', null)
    .where('created_at', '>', new Date(core.now().getTime() - SHOWN_FOR_MS))
    .executeTakeFirst();
  return row && openSecret(core, row);
}

/** Whether `code` is one of the app that was shown; from then on the app counts. */
export async function confirmApp(tx: Tx, core: Core, userId: string, code: string): Promise<boolean> {
  const now = core.now();
  const row = await tx
    .selectFrom('authenticator_apps')
    .select(['id', 'sealed_secret'])
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is', null)
    .where('created_at', '>', new Date(now.getTime() - SHOWN_FOR_MS))
    .forUpdate()
    .executeTakeFirst();
  const step = row && stepOfCode(openSecret(core, row), code, now);
  if (!row || step === undefined) return false;
  await tx
    .updateTable('authenticator_apps')
    .set({ confirmed_at: now, last_step: BigInt(step), used_at: now })
    .where('id', '=', row.id)
    .execute();
  return true;
}

/** Whether `code` is a good one of somebody's app. Uses it up: neither it nor an older one is good again. */
export async function useAppCode(tx: Tx, core: Core, userId: string, code: string): Promise<boolean> {
  const now = core.now();
  const row = await tx
    .selectFrom('authenticator_apps')
    .select(['id', 'sealed_secret'])
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst();
  const step = row && stepOfCode(openSecret(core, row), code, now);
  if (!row || step === undefined) return false;
  const used = await tx
    .updateTable('authenticator_apps')
    .set({ last_step: BigInt(step), used_at: now })
    .where('id', '=', row.id)
    .where('last_step', '<', BigInt(step))
    .returning('id')
    .executeTakeFirst();
  return used !== undefined;
}

export async function removeApp(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('authenticator_apps').where('user_id', '=', userId).execute();
}

function openSecret(core: Core, row: { id: string; sealed_secret: Buffer }): Buffer {
  return Buffer.from(core.secrets.open(row.sealed_secret, sealedFor(row.id)), 'base64url');
}

const sealedFor = (id: string): string => `authenticator app ${id}`;

/** What is sealed anew when the key is changed. */
export const SEALED_APPS: SealedColumn = { table: 'authenticator_apps', column: 'sealed_secret', about: sealedFor };
