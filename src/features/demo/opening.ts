import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { createLocation, type Location } from '../organizations/organizations.ts';
import { type CreditPackage, createPackage, removePackage } from '../packages/packages.ts';
import { connectTestGateway } from '../payments/payments.ts';
import {
  ALL_AREAS,
  createAdministrator,
  createCompany,
  createMembership,
  createUser,
  type Membership,
  setFirstOwner,
} from '../people/people.ts';
import type { Books, Owner } from './books.ts';
import { chanceOf } from './chance.ts';
import { dayOf, instantOf } from './open-days.ts';
import {
  ADMINISTRATOR,
  ASKS_TO_JOIN,
  COMPANIES,
  MEMBER,
  NONMEMBER,
  OTHERS,
  PACKAGES,
  type PackageName,
  WELCOME,
} from './people.ts';
import type { Guest, Spender } from './year.ts';

/** A place with everybody in it, before the first credit was sold. */
export type Opened = {
  books: Books;
  administratorId: string;
  userIds: string[];
  spenders: Spender[];
  member: { owner: Owner; userId: string };
};

type Place = { tx: Tx; organizationId: string; location: Location; now: Date };
type Joining = { name: string; email: string; joinedMonthsAgo: number };

const SEED = 20_260_301;
const TIME_ZONE = 'Europe/Lisbon';

/** Opens the demo's location a good year ago, with its gateway, its packages and its people. */
export async function openPlace(tx: Tx, core: Core, organizationId: string, now: Date): Promise<Opened> {
  const opened = instantOf(dayOf(now, TIME_ZONE).subtract({ months: 12, days: 14 }), 9 * 60, TIME_ZONE);
  const organization = { id: organizationId, name: 'Lantern Quay', is_demo: true, created_at: opened };
  await tx.insertInto('organizations').values(organization).execute();
  const location = await createLocation(tx, {
    organizationId,
    name: 'Lantern Quay',
    currency: 'EUR',
    timeZone: TIME_ZONE,
    locale: 'en-GB',
    tax: { mode: 'inclusive', ratePpm: 230_000, label: 'VAT' },
    now: opened,
  });
  const made = { organizationId, locationId: location.id, now: opened };
  const administratorId = await createUser(tx, { ...made, ...ADMINISTRATOR });
  await setFirstOwner(tx, { ...made, userId: administratorId });
  await createAdministrator(tx, { ...made, userId: administratorId, areas: ALL_AREAS });
  const connectionId = await connectTestGateway(tx, core, made);
  const place = { tx, organizationId, location, now };
  const packages = await stock(place, opened);
  const people = await joinAll(place);
  const books: Books = {
    ...place,
    connectionId,
    packages,
    chance: chanceOf(SEED),
    ends: new Set(),
    newsSince: instantOf(dayOf(now, TIME_ZONE).subtract({ months: 4 }), 0, TIME_ZONE),
  };
  return { books, administratorId, ...people };
}

async function stock({ tx, organizationId, location, now }: Place, opened: Date): Promise<Books['packages']> {
  const put = (name: string, it: (typeof PACKAGES)[PackageName]): Promise<CreditPackage> => {
    const terms = { ...it, name, onSale: true, freeConfirmed: it.priceMinor === 0n };
    const made = { organizationId, location, id: newId(opened), now: opened };
    return createPackage(tx, { unchargeable: () => undefined }, { ...terms, ...made });
  };
  const packages = {
    Starter: await put('Starter', PACKAGES.Starter),
    Monthly: await put('Monthly', PACKAGES.Monthly),
    Plus: await put('Plus', PACKAGES.Plus),
    Team: await put('Team', PACKAGES.Team),
    Welcome: await put(WELCOME.name, WELCOME),
  };
  // Nobody has joined since: what newcomers were given is not on the list any more.
  const removedAt = instantOf(dayOf(now, TIME_ZONE).subtract({ months: 2 }), 11 * 60, TIME_ZONE);
  await removePackage(tx, { locationId: location.id, id: packages.Welcome.id, now: removedAt });
  return packages;
}

async function joinAll(place: Place): Promise<Omit<Opened, 'books' | 'administratorId'>> {
  const spenders: Spender[] = [];
  const userIds: string[] = [];
  const join = async (it: Joining, as: Partial<Pick<Membership, 'type' | 'status'>> & { company?: InCompany } = {}) => {
    const joined = await joinOne(place, it, as);
    userIds.push(joined.guest.userId);
    return joined;
  };
  const { guest, owner } = await join(MEMBER);
  for (const person of OTHERS) {
    const joined = await join(person);
    if (person.habit) spenders.push({ owner: joined.owner, people: [joined.guest], habit: person.habit });
  }
  for (const { people, habit, ...company } of COMPANIES) {
    const now = joiningDay(place, company).at;
    const made = { organizationId: place.organizationId, locationId: place.location.id, name: company.name, now };
    const { id, customerId } = await createCompany(place.tx, made);
    const guests: Guest[] = [];
    const managers: string[] = [];
    for (const person of people) {
      const joined = await join(person, { company: { id, role: person.companyRole } });
      guests.push(joined.guest);
      if (person.companyRole === 'manager') managers.push(joined.guest.userId);
      if (person.habit) spenders.push({ owner: joined.owner, people: [joined.guest], habit: person.habit });
    }
    const shared = { customerId, company: { name: company.name, managers } };
    spenders.push({ owner: shared, people: guests as Spender['people'], habit });
  }
  await join(NONMEMBER, { type: 'nonmember' });
  await join(ASKS_TO_JOIN, { type: 'nonmember', status: 'requested' });
  return { spenders, userIds, member: { owner, userId: guest.userId } };
}

type InCompany = { id: string; role: 'manager' | 'member' };

async function joinOne(
  place: Place,
  person: Joining,
  as: Partial<Pick<Membership, 'type' | 'status'>> & { company?: InCompany },
): Promise<{ guest: Guest; owner: Owner }> {
  const { day, at } = joiningDay(place, person);
  const made = { organizationId: place.organizationId, locationId: place.location.id, name: person.name, now: at };
  const userId = await createUser(place.tx, { ...made, email: person.email });
  const { customerId } = await createMembership(place.tx, { ...made, userId, type: 'member', ...as });
  return { guest: { userId, since: day.add({ days: 1 }) }, owner: { customerId, company: undefined } };
}

/** The day before, so that everybody is there in the morning of their first day. */
function joiningDay({ now }: Place, { joinedMonthsAgo: months }: { joinedMonthsAgo: number }) {
  const day = dayOf(now, TIME_ZONE).subtract({ months, days: 1 });
  return { day, at: instantOf(day, 9 * 60, TIME_ZONE) };
}
