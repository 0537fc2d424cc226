import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { ALL_AREAS, createAdministrator, isAdministrator, type User } from './people.ts';

const DAY_MS = 86_400_000;
/** How long somebody has to take what they are offered. */
export const OFFER_DAYS = 7;

/** The owner's offer to hand the organization over. */
export type OwnerOffer = { from: User; to: User; expiresAt: Date };

/** Only the owner offers, only to an administrator, and only while nobody else became the owner. */
export class OfferGone extends Refusal {
  constructor() {
    super('owner-offer-gone', 409);
  }
}

/** The owner of the organization; there is exactly one once it is set up. */
export async function ownerOf(db: Tx): Promise<User | undefined> {
  return await db
    .selectFrom('organization_owners as o')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'o.organization_id').onRef('u.id', '=', 'o.user_id'),
    )
    .select(['u.id', 'u.name', 'u.email'])
    .executeTakeFirst();
}

/** Everybody the owner can offer the organization to: administrators of any of its locations, by name. */
export async function mayFollow(db: Tx, ownerId: string): Promise<User[]> {
  return await db
    .selectFrom('users as u')
    .select(['u.id', 'u.name', 'u.email'])
    .where('u.id', '<>', ownerId)
    .where((is) =>
      is.exists(
        is
          .selectFrom('administrators as a')
          .select('a.user_id')
          .whereRef('a.organization_id', '=', 'u.organization_id')
          .whereRef('a.user_id', '=', 'u.id'),
      ),
    )
    .orderBy('u.name')
    .orderBy('u.id')
    .execute();
}

/** The offer that stands, if one does. */
export async function ownerOffer(db: Tx, now: Date): Promise<OwnerOffer | undefined> {
  const row = await db
    .selectFrom('owner_offers as f')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'f.organization_id').onRef('u.id', '=', 'f.to_user_id'),
    )
    .select(['f.from_user_id', 'f.expires_at', 'u.id', 'u.name', 'u.email'])
    .where('f.expires_at', '>', now)
    .executeTakeFirst();
  const owner = await ownerOf(db);
  if (!row || owner?.id !== row.from_user_id) return undefined;
  return { from: owner, to: { id: row.id, name: row.name, email: row.email }, expiresAt: row.expires_at };
}

type Of = { organizationId: string; userId: string; now: Date };

/** The owner (`userId`) offers the organization to an administrator; an offer of before is worth no more. */
export async function offerOwnership(tx: Tx, it: Of & { toUserId: string }): Promise<OwnerOffer> {
  await oneAtATime(tx, `owner ${it.organizationId}`);
  const owner = await ownerOf(tx);
  const to = owner && (await mayFollow(tx, owner.id)).find(({ id }) => id === it.toUserId);
  if (owner?.id !== it.userId || !to) throw new OfferGone();
  const expiresAt = new Date(it.now.getTime() + OFFER_DAYS * DAY_MS);
  await tx.deleteFrom('owner_offers').execute();
  await tx
    .insertInto('owner_offers')
    .values({
      organization_id: it.organizationId,
      from_user_id: owner.id,
      to_user_id: to.id,
      offered_at: it.now,
      expires_at: expiresAt,
    })
    .execute();
  return { from: owner, to, expiresAt };
}

/** Ends the offer: the owner takes it back, or whoever was asked declines. What is over already stays over. */
export async function endOwnerOffer(tx: Tx, it: Of): Promise<void> {
  await oneAtATime(tx, `owner ${it.organizationId}`);
  await tx
    .deleteFrom('owner_offers')
    .where((is) => is.or([is('from_user_id', '=', it.userId), is('to_user_id', '=', it.userId)]))
    .execute();
}

/**
 * Whoever was offered the organization (`userId`) becomes its owner. The one before stays an administrator of everything,
 * so that nobody loses their work by it; the new owner takes what they like.
 */
export async function takeOwnership(tx: Tx, it: Of): Promise<OwnerOffer> {
  await oneAtATime(tx, `owner ${it.organizationId}`);
  await oneAtATime(tx, `administrators ${it.organizationId}`);
  const offer = await ownerOffer(tx, it.now);
  if (offer?.to.id !== it.userId || !(await isAdministrator(tx, it.userId))) throw new OfferGone();
  const { from, to } = offer;
  await tx.updateTable('organization_owners').set({ user_id: to.id }).where('user_id', '=', from.id).execute();
  await tx.deleteFrom('owner_offers').execute();
  await tx.deleteFrom('administrators').where('user_id', '=', from.id).execute();
  for (const { id: locationId } of await tx.selectFrom('locations').select('id').execute()) {
    const { organizationId } = it;
    await createAdministrator(tx, { organizationId, locationId, userId: from.id, areas: ALL_AREAS });
  }
  return offer;
}
