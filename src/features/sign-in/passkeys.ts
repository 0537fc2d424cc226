import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import type { Ctx } from '../../platform/http/routes.ts';
import { isId, newId } from '../../platform/ids.ts';
import { newChallenge, type Purpose, takeChallenge } from './challenges.ts';
import {
  type Asserted,
  challengeIn,
  handleOf,
  PasskeyRefused,
  type Registered,
  readAsserted,
  readHandle,
  readRegistered,
} from './passkey-answers.ts';

/** A passkey as its owner sees it. */
export type Passkey = {
  id: string;
  name: string;
  createdAt: Date;
  usedAt: Date | undefined;
  /** Whether it asks for a fingerprint, a face or a PIN: then it is a second factor too. */
  verified: boolean;
  /** Its counter went backwards, so there may be a copy; it opens nothing any more. */
  isCopied: boolean;
};

type Who = { organizationId: string; user: { id: string; name: string; email: string }; sessionId: string };

const MOST = 20;
/** Ed25519, P-256 and RSA: what authenticators have. */
const ALGORITHMS = [-8, -7, -257];

// Loaded when the first passkey is used: a start need not wait for it.
const webauthn = () => import('@simplewebauthn/server');

/** Somebody's passkeys, the oldest first. */
export async function passkeysOf(db: Tx, userId: string): Promise<Passkey[]> {
  const rows = await db.selectFrom('passkeys').selectAll().where('user_id', '=', userId).orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    usedAt: row.used_at ?? undefined,
    verified: row.verified,
    isCopied: row.copied_at !== null,
  }));
}

/** What a browser is asked so that it makes a passkey; `mustVerify`: with a fingerprint, a face or a PIN. */
export async function registrationOptions(core: Core, c: Ctx, who: Who, mustVerify: boolean) {
  const known = await core.database.read(who.organizationId, (db) =>
    db.selectFrom('passkeys').select(['credential_id', 'transports']).where('user_id', '=', who.user.id).execute(),
  );
  const { generateRegistrationOptions } = await webauthn();
  return await generateRegistrationOptions({
    rpName: 'Roost',
    rpID: site(core).id,
    userID: handleOf({ organizationId: who.organizationId, userId: who.user.id }),
    userName: who.user.email,
    userDisplayName: who.user.name,
    challenge: bytesOf(await newChallenge(core, c, { kind: 'register', sessionId: who.sessionId })),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: mustVerify ? 'required' : 'preferred' },
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map((row) => ({ id: row.credential_id, transports: row.transports })),
  });
}

/** Checks what the browser answered; the passkey is written by the answered function. Refuses what was not asked for. */
export async function checkRegistered(
  core: Core,
  c: Ctx,
  who: Who,
  it: { answer: string; name: string; mustVerify: boolean },
): Promise<(tx: Tx) => Promise<{ verified: boolean }>> {
  const answer = readRegistered(it.answer);
  const challenge = await use(core, c, answer, { kind: 'register', sessionId: who.sessionId });
  const { verifyRegistrationResponse } = await webauthn();
  const result = await verifyRegistrationResponse({
    response: answer as Parameters<typeof verifyRegistrationResponse>[0]['response'],
    expectedChallenge: challenge,
    expectedOrigin: site(core).origin,
    expectedRPID: site(core).id,
    requireUserVerification: false,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => undefined);
  if (!result?.verified) throw new PasskeyRefused('wrong');
  const { credential, userVerified } = result.registrationInfo;
  if (it.mustVerify && !userVerified) throw new PasskeyRefused('unverified');
  const now = core.now();
  return async (tx) => {
    await tx.selectFrom('users').select('id').where('id', '=', who.user.id).forUpdate().execute();
    if ((await passkeysOf(tx, who.user.id)).length >= MOST) throw new PasskeyRefused('too-many');
    const made = await tx
      .insertInto('passkeys')
      .values({
        organization_id: who.organizationId,
        id: newId(now),
        user_id: who.user.id,
        credential_id: credential.id,
        public_key: Buffer.from(credential.publicKey),
        counter: BigInt(credential.counter),
        transports: answer.response.transports,
        name: it.name,
        verified: userVerified,
        created_at: now,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'credential_id']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) throw new PasskeyRefused('browser-known');
    return { verified: userVerified };
  };
}

/** What a browser is asked so that somebody signs in, whoever it is. */
export async function signInOptions(core: Core, c: Ctx) {
  const { generateAuthenticationOptions } = await webauthn();
  return await generateAuthenticationOptions({
    rpID: site(core).id,
    challenge: bytesOf(await newChallenge(core, c, { kind: 'sign-in' })),
    userVerification: 'preferred',
  });
}

/** What a browser is asked so that whoever is signed in confirms it, by one of their own passkeys. */
export async function confirmOptions(core: Core, c: Ctx, who: Who) {
  const own = await core.database.read(who.organizationId, (db) =>
    db
      .selectFrom('passkeys')
      .select(['credential_id', 'transports'])
      .where('user_id', '=', who.user.id)
      .where('verified', '=', true)
      .where('copied_at', 'is', null)
      .execute(),
  );
  const { generateAuthenticationOptions } = await webauthn();
  return await generateAuthenticationOptions({
    rpID: site(core).id,
    challenge: bytesOf(await newChallenge(core, c, { kind: 'confirm', sessionId: who.sessionId })),
    userVerification: 'required',
    allowCredentials: own.map((row) => ({ id: row.credential_id, transports: row.transports })),
  });
}

/** Who is let in by a passkey; `verified` says whether that is a second factor too. */
export type AdmittedByPasskey = { organizationId: string; userId: string; verified: boolean };

/**
 * Lets in whoever signed the challenge: to sign in, or to confirm that it is `purpose.who`. Whose a passkey is follows
 * from the row it was registered in, never from what the browser says.
 */
export async function admitByPasskey<T>(
  core: Core,
  c: Ctx,
  text: string,
  who: Who | undefined,
  enter: (tx: Tx, admitted: AdmittedByPasskey) => Promise<T>,
): Promise<T> {
  const answer = readAsserted(text);
  const purpose: Purpose = who ? { kind: 'confirm', sessionId: who.sessionId } : { kind: 'sign-in' };
  const challenge = await use(core, c, answer, purpose);
  const handle = answer.response.userHandle ? readHandle(answer.response.userHandle) : undefined;
  const organizationId = who?.organizationId ?? handle?.organizationId;
  const userId = who?.user.id ?? handle?.userId;
  if (!isId(organizationId) || !isId(userId)) throw new PasskeyRefused('unknown');
  if (handle && handle.userId !== userId) throw new PasskeyRefused('unknown');
  const row = await core.database.read(organizationId, (db) =>
    db
      .selectFrom('passkeys')
      .selectAll()
      .where('credential_id', '=', answer.id)
      .where('user_id', '=', userId)
      .executeTakeFirst(),
  );
  if (!row) throw new PasskeyRefused('unknown');
  if (row.copied_at) throw new PasskeyRefused('copied');
  const { counter, userVerified } = await verify(core, answer, challenge, row);
  if (who && !(userVerified && row.verified)) throw new PasskeyRefused('unverified');
  const entered = await core.database.write(organizationId, async (tx) => {
    if (!(await noteUse(tx, row.id, counter, core.now()))) return undefined;
    return { it: await enter(tx, { organizationId, userId: row.user_id, verified: userVerified && row.verified }) };
  });
  if (entered) return entered.it;
  await core.database.write(organizationId, (tx) =>
    tx.updateTable('passkeys').set({ copied_at: core.now() }).where('id', '=', row.id).execute(),
  );
  core.log('warn', 'passkey.copied', { organizationId, userId, passkeyId: row.id });
  throw new PasskeyRefused('copied');
}

async function verify(
  core: Core,
  answer: Asserted,
  challenge: string,
  row: { credential_id: string; public_key: Buffer },
): Promise<{ counter: bigint; userVerified: boolean }> {
  const { verifyAuthenticationResponse } = await webauthn();
  const result = await verifyAuthenticationResponse({
    response: answer as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
    expectedChallenge: challenge,
    expectedOrigin: site(core).origin,
    expectedRPID: site(core).id,
    // Whether the counter went on is decided where it is written, so that of two at once one is found out.
    credential: { id: row.credential_id, publicKey: new Uint8Array(row.public_key), counter: 0 },
    requireUserVerification: false,
  }).catch(() => undefined);
  if (!result?.verified) throw new PasskeyRefused('wrong');
  const { newCounter, userVerified } = result.authenticationInfo;
  return { counter: BigInt(newCounter), userVerified };
}

/** False when the counter did not go on, although this authenticator counts. Synced passkeys always say 0. */
async function noteUse(tx: Tx, id: string, counter: bigint, now: Date): Promise<boolean> {
  const noted = await tx
    .updateTable('passkeys')
    .set({ counter, used_at: now })
    .where('id', '=', id)
    .where('copied_at', 'is', null)
    .where((is) => is.or([is('counter', '<', counter), is.and([is('counter', '=', 0n), is.val(counter === 0n)])]))
    .returning('id')
    .executeTakeFirst();
  return noted !== undefined;
}

async function use(core: Core, c: Ctx, answer: Registered | Asserted, purpose: Purpose): Promise<string> {
  const challenge = challengeIn(answer);
  const taken = await takeChallenge(core, c, challenge, purpose);
  if (taken !== 'good') throw new PasskeyRefused(taken);
  return challenge;
}

/** Which site passkeys are for: the one people reach us at. */
function site(core: Core): { origin: string; id: string } {
  const { origin, hostname } = new URL(core.config.baseUrl);
  return { origin, id: hostname };
}

const bytesOf = (challenge: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(challenge, 'base64url'));
