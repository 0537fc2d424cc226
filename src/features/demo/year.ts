import type { Temporal } from 'temporal-polyfill';
import { balancesOf } from '../credits/credits.ts';
import { type Books, buy, type Owner, use, writeOff } from './books.ts';
import { type Deed, MEMBER_YEAR } from './member-year.ts';
import { dayOf, instantOf, isOpen, lastTwelveMonths, openDayUpTo, season } from './open-days.ts';
import { type Habit, type PackageName, USES, VISA } from './people.ts';

/** An account of credits and who spends from it; the first of them buys. */
export type Spender = { owner: Owner; people: [Guest, ...Guest[]]; habit: Habit };
export type Guest = { userId: string; since: Temporal.PlainDate };

/** What the last twelve months were, and how much everybody has as the days go by. */
type Year = { books: Books; now: Date; balances: Map<string, bigint> };

const OPENS = 9 * 60 + 10;
const CLOSES = 17 * 60 + 30;
const SOMETHING_ELSE: [PackageName, PackageName, PackageName] = ['Starter', 'Monthly', 'Plus'];

/** Writes the year that ends at `now`, day by day: everybody's habits, and the member's own story. */
export async function writeYear(
  books: Books,
  it: { spenders: Spender[]; member: { owner: Owner; userId: string }; now: Date },
): Promise<void> {
  const { timeZone } = books.location;
  const year: Year = { books, now: it.now, balances: new Map() };
  const deeds = deedsByDay(dayOf(it.now, timeZone));
  for (const day of lastTwelveMonths(it.now, timeZone)) {
    if (await writeOff(books, instantOf(day, 0, timeZone))) await recount(year, it.spenders);
    if (!isOpen(day)) continue;
    for (const spender of it.spenders) await liveByHabit(year, spender, day);
    await liveByStory(year, it.member, day, deeds.get(day.toString()) ?? []);
  }
}

async function liveByHabit(year: Year, spender: Spender, day: Temporal.PlainDate): Promise<void> {
  const { chance, location } = year.books;
  const here = spender.people.filter(({ since }) => since.toString() <= day.toString());
  const [buyer] = spender.people;
  if (!here.includes(buyer)) return;
  const expected = (spender.habit.timesAWeek / 5) * season(day);
  const times = Math.floor(expected) + (chance.happens(expected % 1) ? 1 : 0);
  // A while apart, so that whatever is bought for a use comes after the use before it.
  const minutes = Array.from({ length: times }, () => chance.between(OPENS, CLOSES)).sort((a, b) => a - b);
  for (const minute of minutes.filter((it, index) => it - (minutes[index - 1] ?? 0) > 60)) {
    const at = instantOf(day, minute, location.timeZone);
    if (at > year.now) return;
    const what = chance.pick(spender.habit.uses);
    const userId = chance.pick(here as [Guest, ...Guest[]]).userId;
    await topUp(year, spender, at, what.creditsMinor);
    year.balances.set(spender.owner.customerId, await use(year.books, { owner: spender.owner, userId, what, at }));
  }
}

/** Buys before something is used that would leave next to nothing; newcomers take what is given to them first. */
async function topUp(year: Year, { owner, people, habit }: Spender, at: Date, neededMinor: bigint): Promise<void> {
  const { books, balances } = year;
  const { chance } = books;
  const buyerUserId = people[0].userId;
  const before = (minutes: number) => new Date(at.getTime() - minutes * 60_000);
  const shared = { owner, buyerUserId, card: habit.card };
  if (!owner.company && !balances.has(owner.customerId)) {
    balances.set(owner.customerId, (await buy(books, { ...shared, what: 'Welcome', at: before(55) })) ?? 0n);
  }
  const kept = owner.company ? 2_400n : 100n;
  if ((balances.get(owner.customerId) ?? 0n) < neededMinor + kept) {
    const what = owner.company || chance.happens(0.8) ? habit.usually : chance.pick(SOMETHING_ELSE);
    if (chance.happens(0.07)) {
      const outcome = chance.pick(['abandoned', 'declined']);
      await buy(books, { ...shared, what, outcome, at: before(50) });
    }
    balances.set(owner.customerId, (await buy(books, { ...shared, what, at: before(15) }))!);
  }
}

async function liveByStory(
  { books }: Year,
  { owner, userId }: { owner: Owner; userId: string },
  day: Temporal.PlainDate,
  deeds: Deed[],
): Promise<void> {
  const { chance, location } = books;
  const arrives = chance.between(OPENS, 14 * 60);
  for (const [index, deed] of deeds.entries()) {
    const at = instantOf(day, arrives + 70 * index + chance.between(0, 30), location.timeZone);
    const buying = { owner, buyerUserId: userId, card: VISA, at };
    if (deed.does === 'use') await use(books, { owner, userId, what: USES[deed.what], at });
    else if (deed.does === 'buy') await buy(books, { ...buying, what: deed.what });
    else await buy(books, { ...buying, what: deed.what, outcome: 'abandoned' });
  }
}

function deedsByDay(today: Temporal.PlainDate): Map<string, Deed[]> {
  const days = new Map<string, Deed[]>();
  for (const deed of MEMBER_YEAR) {
    const day = openDayUpTo(today.subtract({ days: deed.daysAgo })).toString();
    days.set(day, [...(days.get(day) ?? []), deed]);
  }
  return days;
}

async function recount({ books, balances }: Year, spenders: Spender[]): Promise<void> {
  const known = spenders.map(({ owner }) => owner.customerId).filter((id) => balances.has(id));
  for (const [id, balance] of await balancesOf(books.tx, known)) balances.set(id, balance);
}
