import { sql } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { ALL_AREAS, type Area, areasOf, createAdministrator, createUser, type User } from './people.ts';

/** Somebody who looks after a location, and in which areas. The owner is one everywhere. */
export type Administrator = User & { areas: Area[]; isOwner: boolean };

/** Areas that whoever decides does not look after themselves, or wants for themselves. */
export class AreasNotYours extends Refusal {
  readonly areas: Area[];

  constructor(areas: Area[]) {
    super('areas-not-yours', 403);
    this.areas = areas;
  }
}

/** The owner has all areas everywhere, until somebody else is the owner. */
export class OwnerHasAll extends Refusal {
  constructor() {
    super('owner-has-all', 409);
  }
}

/** Nobody would be left to say who looks after the location. */
export class SomebodyNeedsSettings extends Refusal {
  constructor() {
    super('somebody-needs-settings', 409);
  }
}

/** The address is that of an administrator of this location. */
export class IsAdministrator extends Refusal {
  readonly person: User;

  constructor(person: User) {
    super('is-administrator', 409);
    this.person = person;
  }
}

/** Who decides about the administrators of a location. */
type Deciding = { organizationId: string; locationId: string; actorUserId: string };

/** Everybody who looks after a location: the owner first, the others by name. */
export async function administratorsAt(db: Tx, locationId: string): Promise<Administrator[]> {
  const owners = await db
    .selectFrom('organization_owners as o')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'o.organization_id').onRef('u.id', '=', 'o.user_id'),
    )
    .select(['u.id', 'u.name', 'u.email'])
    .execute();
  const rows = await db
    .selectFrom('administrators as a')
    .innerJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'a.organization_id').onRef('u.id', '=', 'a.user_id'),
    )
    .select(['u.id', 'u.name', 'u.email', 'a.areas'])
    .where('a.location_id', '=', locationId)
    .orderBy(sql`lower(u.name)`)
    .orderBy('u.id')
    .execute();
  const isOwner = ({ id }: User) => owners.some((owner) => owner.id === id);
  return [
    ...owners.map((owner) => ({ ...owner, areas: [...ALL_AREAS], isOwner: true })),
    ...rows.filter((row) => !isOwner(row)).map((row) => ({ ...row, areas: inOrder(row.areas), isOwner: false })),
  ];
}

/** Who looks after an area of a location, the owner among them: whom news about it concerns. */
export async function lookingAfter(db: Tx, locationId: string, area: Area): Promise<string[]> {
  return (await administratorsAt(db, locationId)).filter(({ areas }) => areas.includes(area)).map(({ id }) => id);
}

/**
 * Makes somebody an administrator of a location, known or not: without a name of theirs the one given counts. Nobody gives
 * an area that they do not have. The same again changes nothing.
 */
export async function addAdministrator(
  tx: Tx,
  it: Deciding & { name: string; email: string; areas: readonly Area[]; now: Date },
): Promise<{ user: User; isNew: boolean }> {
  await beginDeciding(tx, it);
  const known = await tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('email', '=', it.email)
    .forNoKeyUpdate()
    .executeTakeFirst();
  const user = known ?? { id: await createUser(tx, it), name: it.name, email: it.email };
  const before = await administratorAt(tx, it.locationId, user.id);
  if (before) {
    if (before.isOwner || String(before.areas) !== String(inOrder(it.areas))) throw new IsAdministrator(user);
    return { user, isNew: false };
  }
  await refuseForeignAreas(tx, it, user.id, it.areas);
  await createAdministrator(tx, { ...it, userId: user.id, areas: inOrder(it.areas) });
  return { user, isNew: true };
}

/** Gives an administrator exactly these areas, from their next request on; none at all removes them. */
export async function changeAreas(
  tx: Tx,
  it: Deciding & { userId: string; areas: readonly Area[] },
): Promise<{ user: User; isChanged: boolean }> {
  await beginDeciding(tx, it);
  const before = await administratorAt(tx, it.locationId, it.userId);
  if (!before) throw new NotFound();
  if (before.isOwner) throw new OwnerHasAll();
  const areas = inOrder(it.areas);
  await refuseForeignAreas(
    tx,
    it,
    it.userId,
    areas.filter((area) => !before.areas.includes(area)),
  );
  if (before.areas.includes('settings') && !areas.includes('settings')) {
    const others = (await lookingAfter(tx, it.locationId, 'settings')).filter((id) => id !== it.userId);
    if (others.length === 0) throw new SomebodyNeedsSettings();
  }
  if (areas.length === 0) {
    await tx
      .deleteFrom('administrators')
      .where('location_id', '=', it.locationId)
      .where('user_id', '=', it.userId)
      .execute();
  } else {
    await tx
      .updateTable('administrators')
      .set({ areas })
      .where('location_id', '=', it.locationId)
      .where('user_id', '=', it.userId)
      .execute();
  }
  return { user: before, isChanged: String(areas) !== String(before.areas) };
}

/** An administrator of a location; `undefined` for everybody else. */
export async function administratorAt(db: Tx, locationId: string, userId: string): Promise<Administrator | undefined> {
  return (await administratorsAt(db, locationId)).find(({ id }) => id === userId);
}

/** One decision about a location's administrators after the other, each by somebody who still may decide. */
async function beginDeciding(tx: Tx, { organizationId, locationId, actorUserId }: Deciding): Promise<void> {
  await oneAtATime(tx, `administrators ${organizationId}`);
  if (!(await areasOf(tx, locationId, actorUserId)).includes('settings')) throw new NotFound();
}

async function refuseForeignAreas(tx: Tx, it: Deciding, userId: string, given: readonly Area[]): Promise<void> {
  const own = userId === it.actorUserId ? [] : await areasOf(tx, it.locationId, it.actorUserId);
  const foreign = given.filter((area) => !own.includes(area));
  if (foreign.length > 0) throw new AreasNotYours(foreign);
}

/** Each area once, in the order in which they are always written. */
function inOrder(areas: readonly string[]): Area[] {
  return ALL_AREAS.filter((area) => areas.includes(area));
}
