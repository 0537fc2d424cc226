import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import type { Elsewhere } from './elsewhere.ts';
import { type Membership, membershipOf, type User } from './people.ts';
import { holdManagers, tellIfUnmanaged } from './unmanaged.ts';

/**
 * Called in the transaction in which somebody is removed from a location (`removed`), or becomes active there again.
 * `customerId` owns their personal credits, and `key` is another one for each change. It may be told what holds already:
 * whoever was removed, asked again and was declined is removed twice, and a first approval ends no removal.
 */
export type StandingChanged = (
  tx: Tx,
  it: {
    organizationId: string;
    customerId: string;
    removed: boolean;
    /** When a plan of theirs ends, if they are removed: with what is left of its cycle, or without another cycle. */
    plan: 'now' | 'cycle-end';
    key: string;
    actorUserId: string;
    now: Date;
  },
) => Promise<void>;

/** An administrator's decision about whoever stands behind an individual customer, and who has to hear of it. */
export type Decision = {
  organizationId: string;
  locationId: string;
  customerId: string;
  actorUserId: string;
  now: Date;
  /** At once unless somebody decided otherwise. */
  plan?: 'now' | 'cycle-end';
} & Pick<Elsewhere, 'standingChanged' | 'tell'>;

/** What a decision came to; `isChanged` says whether it changed anything, or was so already. */
export type Decided = { user: User; type: Membership['type']; isChanged: boolean };

/** A person stands otherwise than the page showed on which something was decided about them. */
export class StandingHasChanged extends Refusal {
  readonly person: string;

  constructor(person: string) {
    super('standing-has-changed', 409);
    this.person = person;
  }
}

/** The person behind an individual customer of a location, held still until the transaction ends. */
export async function lockMembership(
  tx: Tx,
  locationId: string,
  customerId: string,
): Promise<{ user: User; membership: Membership }> {
  const found = await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('location_id', '=', locationId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  if (!found) throw new NotFound();
  const user = await lockUser(tx, found.user_id);
  if (await isForgotten(tx, user.id)) throw new StandingHasChanged(user.name);
  // Only what is read now is what it stays.
  const membership = await membershipOf(tx, locationId, user.id);
  return { user, membership: membership! };
}

/**
 * Holds a user still among those who change memberships. The lock lets others name the user in rows of theirs: whoever
 * grants credits holds the account and then names the user, so waiting for us there could become a circle.
 */
export async function lockUser(tx: Tx, id: string): Promise<User> {
  return await tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

/** Makes a locked membership active or removed as decided, and tells it in the same transaction. */
export async function decideStanding(
  tx: Tx,
  { standingChanged, tell, ...by }: Decision,
  { user, membership }: { user: User; membership: Membership },
  to: { type: Membership['type']; status: 'active' | 'removed' },
): Promise<Decided> {
  const { company } = membership;
  if (company) await holdManagers(tx, company);
  await changeStanding(tx, { user, membership }, to);
  if (company && membership.status === 'active' && to.status === 'removed') {
    await tellIfUnmanaged(tx, { ...by, company, tell });
  }
  if (to.status !== membership.status) {
    const { organizationId, customerId, actorUserId, now } = by;
    // Not from the form: the same form can be sent again after what it did was taken back, and then does it anew.
    const key = `standing:${membership.id}:${newId(now)}`;
    const removed = to.status === 'removed';
    await standingChanged(tx, { organizationId, customerId, removed, plan: by.plan ?? 'now', key, actorUserId, now });
  }
  return { user, type: to.type, isChanged: true };
}

/** Changes a membership that is still as it was read. */
export async function changeStanding(
  tx: Tx,
  { user, membership }: { user: User; membership: Membership },
  to: Pick<Membership, 'type' | 'status'>,
): Promise<void> {
  const changed = await tx
    .updateTable('memberships')
    .set(to)
    .where('id', '=', membership.id)
    .where('type', '=', membership.type)
    .where('status', '=', membership.status)
    .returning('id')
    .executeTakeFirst();
  if (!changed) throw new StandingHasChanged(user.name);
}

/** Whoever was forgotten stays so: nobody brings them back. */
async function isForgotten(db: Tx, userId: string): Promise<boolean> {
  const row = await db.selectFrom('users').select('anonymised_at').where('id', '=', userId).executeTakeFirst();
  return row?.anonymised_at != null;
}
