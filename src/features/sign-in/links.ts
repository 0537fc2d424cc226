import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { SetupError } from '../../platform/errors.ts';
import { hashToken, newId, newToken } from '../../platform/ids.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { organizationsOfAddress } from '../people/people.ts';
import { signInMessages } from './messages.ts';
import { parseToken } from './sessions.ts';

const MINUTE_MS = 60_000;

/** How long a link and the code beside it are good. */
export const VALID_FOR_MS = 10 * MINUTE_MS;

/** How long a link is good that the operator made to hand on. */
const OPERATORS_LINK_MS = 60 * MINUTE_MS;

/** How often a code may be typed. */
const CODE_ATTEMPTS = 5;

/** Who a code or link lets in, and whether it stands for a second factor too. */
export type Admitted = { organizationId: string; userId: string; secondFactor: boolean };

type Whose = { organizationId: string; userId: string };

/**
 * Makes a link that signs a person in completely, as if they had shown a second factor too: only the demo hands such
 * links out. Good for ten minutes or `validForMs`, and once; `reusable` ones stay good.
 */
export async function createSignInLink(
  core: Core,
  it: Whose & { reusable?: boolean; validForMs?: number },
): Promise<string> {
  return await addLink(core, { validForMs: VALID_FOR_MS, ...it, secondFactor: true });
}

/**
 * The command `sign-in --email`: prints a link for each organization that knows the address. It stands for the mailed
 * one, so administrators show their second factor all the same.
 */
export async function printSignInLink(core: Core, email: string): Promise<void> {
  const text = signInMessages('en');
  const found = await organizationsOfAddress(core.database, email.trim());
  if (found.length === 0) throw new SetupError(text.commandUnknown({ email }));
  const organizations = await allOrganizations(core.database);
  for (const who of found) {
    const organization = organizations.find(({ id }) => id === who.organizationId)!.name;
    const url = await addLink(core, { ...who, validForMs: OPERATORS_LINK_MS, secondFactor: false });
    const minutes = String(OPERATORS_LINK_MS / MINUTE_MS);
    process.stdout.write(`${text.commandLink({ organization, minutes, url })}\n`);
  }
}

/** Whom a mailed link would let in, without using it: scanners of mail open links too. */
export async function peekLink(
  core: Core,
  token: string,
): Promise<{ organization: string; email: string } | undefined> {
  const parsed = parseToken(token);
  if (!parsed) return undefined;
  return await core.database.read(parsed.organizationId, (db) =>
    db
      .selectFrom('sign_in_requests as r')
      .innerJoin('users as u', (join) =>
        join.onRef('u.organization_id', '=', 'r.organization_id').onRef('u.id', '=', 'r.user_id'),
      )
      .innerJoin('organizations as o', 'o.id', 'r.organization_id')
      .select(['u.email', 'o.name as organization'])
      .where('r.link_hash', '=', hashToken(parsed.secret))
      .where('r.expires_at', '>', core.now())
      .where((is) => is.or([is('r.used_at', 'is', null), ...(core.config.demo ? [is('r.reusable', '=', true)] : [])]))
      .executeTakeFirst(),
  );
}

/** Whom a link lets in. Uses it up, unless it is one of the demo's. */
export async function admitByLink<T>(
  core: Core,
  token: string,
  enter: (tx: Tx, who: Admitted) => Promise<T>,
): Promise<T | undefined> {
  const parsed = parseToken(token);
  if (!parsed) return undefined;
  return await core.database.write(parsed.organizationId, async (tx) => {
    const request = await tx
      .updateTable('sign_in_requests')
      .set({ used_at: core.now() })
      .where('link_hash', '=', hashToken(parsed.secret))
      .where('expires_at', '>', core.now())
      .where((is) => is.or([is('used_at', 'is', null), ...(core.config.demo ? [is('reusable', '=', true)] : [])]))
      .returning(['user_id', 'second_factor'])
      .executeTakeFirst();
    if (!request) return undefined;
    const { user_id: userId, second_factor: secondFactor } = request;
    return await enter(tx, { organizationId: parsed.organizationId, userId, secondFactor });
  });
}

/** Writes a request and answers its link. `id` is what a code typed in the asking browser is found by. */
export async function addRequest(
  tx: Tx,
  core: Core,
  it: Admitted & { id: string; codeHash: Buffer; validForMs: number; reusable?: boolean },
): Promise<string> {
  if (it.reusable && !core.config.demo) throw new Error('only the demo has reusable sign-in links');
  const secret = newToken();
  const now = core.now();
  await tx
    .insertInto('sign_in_requests')
    .values({
      organization_id: it.organizationId,
      id: it.id,
      user_id: it.userId,
      code_hash: it.codeHash,
      link_hash: hashToken(secret),
      attempts_left: CODE_ATTEMPTS,
      reusable: it.reusable ?? false,
      second_factor: it.secondFactor,
      created_at: now,
      expires_at: new Date(now.getTime() + it.validForMs),
    })
    .execute();
  return `${core.config.baseUrl}/sign-in/link/${it.organizationId}.${secret}`;
}

/** A link without a code beside it. */
async function addLink(core: Core, it: Admitted & { validForMs: number; reusable?: boolean }): Promise<string> {
  return await core.database.write(it.organizationId, (tx) =>
    addRequest(tx, core, { ...it, id: newId(core.now()), codeHash: hashToken(newToken()) }),
  );
}
