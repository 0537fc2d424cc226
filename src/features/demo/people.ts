/** How somebody uses the place. `timesAWeek` is what they book and use in an ordinary week. */
export type Habit = { timesAWeek: number; usually: PackageName; uses: readonly [Use, ...Use[]]; card: Card };
export type Card = { brand: 'Visa' | 'Mastercard'; last4: string };

/** Something credits are spent on. */
export type Use = { product: string; creditsMinor: bigint };

export type PackageName = 'Starter' | 'Monthly' | 'Plus' | 'Team';

/** Who the demo signs in; everybody else is there so that the place is alive. */
export type Role = 'administrator' | 'individual-member' | 'company-manager' | 'company-member' | 'non-member';

type Person = { name: string; email: string; role?: Role; joinedMonthsAgo: number; habit?: Habit };
type Company = {
  name: string;
  habit: Habit;
  joinedMonthsAgo: number;
  people: readonly (Person & { companyRole: 'manager' | 'member' })[];
};

/** Prices fall with size: from €3.00 to €2.20 a credit. */
export const PACKAGES: Record<PackageName, { creditsMinor: bigint; priceMinor: bigint; validForDays: number | null }> =
  {
    Starter: { creditsMinor: 1_000n, priceMinor: 3_000n, validForDays: null },
    Monthly: { creditsMinor: 2_500n, priceMinor: 6_500n, validForDays: 30 },
    Plus: { creditsMinor: 5_000n, priceMinor: 12_000n, validForDays: null },
    Team: { creditsMinor: 12_000n, priceMinor: 26_400n, validForDays: null },
  };

/** What newcomers were given until it was taken off the list. */
export const WELCOME = { name: 'Welcome', creditsMinor: 400n, priceMinor: 0n, validForDays: 30 } as const;

export const USES = {
  dayPass: { product: 'Day pass', creditsMinor: 600n },
  halfDay: { product: 'Half-day pass', creditsMinor: 350n },
  roomHour: { product: 'Meeting room Tejo, 1 hour', creditsMinor: 400n },
  roomTwoHours: { product: 'Meeting room Tejo, 2 hours', creditsMinor: 800n },
  bigRoom: { product: 'Meeting room Sintra, half a day', creditsMinor: 1_200n },
  booth: { product: 'Phone booth, 1 hour', creditsMinor: 100n },
  fivePages: { product: 'Printing, 5 pages', creditsMinor: 50n },
  manyPages: { product: 'Printing, 24 pages', creditsMinor: 240n },
  locker: { product: 'Locker for a month', creditsMinor: 300n },
  workshop: { product: 'Place in a workshop', creditsMinor: 500n },
} as const satisfies Record<string, Use>;

const { dayPass, halfDay, roomHour, roomTwoHours, bigRoom, booth, fivePages, manyPages } = USES;
const ALONE: Habit['uses'] = [dayPass, dayPass, dayPass, halfDay, roomHour, booth, fivePages, manyPages];
const TOGETHER: Habit['uses'] = [roomTwoHours, roomTwoHours, bigRoom, roomHour, dayPass, dayPass, manyPages, booth];

export const VISA = { brand: 'Visa', last4: '4242' } as const;
const MASTERCARD = { brand: 'Mastercard', last4: '4444' } as const;

export const ADMINISTRATOR: Person = person('Helena Duarte', 'helena@lanternquay.example', 12, {
  role: 'administrator',
});

/** The member whose year is told day by day (see `member-year.ts`). */
export const MEMBER: Person = person('Maya Lindgren', 'maya@lindgren.example', 12, { role: 'individual-member' });

export const OTHERS: readonly Person[] = [
  person('Clara Neves', 'clara@neves.example', 12, { habit: alone(1.7, 'Plus', VISA) }),
  person('Elio Ferrante', 'elio@ferrante.example', 12, { habit: alone(1.4, 'Monthly', MASTERCARD) }),
  person('Sofia Marchetti', 'sofia@marchetti.example', 11, { habit: alone(1.8, 'Plus', VISA) }),
  person('Daniel Osei', 'daniel@osei.example', 9, { habit: alone(0.8, 'Starter', VISA) }),
  person('Hanna Virtanen', 'hanna@virtanen.example', 7, { habit: alone(2, 'Plus', MASTERCARD) }),
  person('Rui Tavares', 'rui@tavares.example', 4, { habit: alone(1.6, 'Plus', VISA) }),
];

export const NONMEMBER: Person = person('Leo Brandt', 'leo@brandt.example', 1, { role: 'non-member' });
export const ASKS_TO_JOIN: Person = person('Ingrid Solheim', 'ingrid@solheim.example', 0);

export const COMPANIES: readonly Company[] = [
  {
    name: 'Northbeam Studio',
    habit: { timesAWeek: 3.2, usually: 'Team', uses: TOGETHER, card: VISA },
    joinedMonthsAgo: 12,
    people: [
      {
        ...person('Tomás Ribeiro', 'tomas@northbeam.example', 12, { role: 'company-manager' }),
        companyRole: 'manager',
        habit: alone(0.4, 'Starter', MASTERCARD),
      },
      {
        ...person('Priya Raman', 'priya@northbeam.example', 10, { role: 'company-member' }),
        companyRole: 'member',
        habit: alone(0.5, 'Starter', VISA),
      },
      { ...person('Jonas Weber', 'jonas@northbeam.example', 8), companyRole: 'member' },
    ],
  },
  {
    name: 'Cobalt & Fern',
    habit: { timesAWeek: 2.5, usually: 'Plus', uses: TOGETHER, card: MASTERCARD },
    joinedMonthsAgo: 12,
    people: [
      { ...person('Aoife Brennan', 'aoife@cobaltfern.example', 12), companyRole: 'manager' },
      { ...person('Mateus Couto', 'mateus@cobaltfern.example', 12), companyRole: 'member' },
      { ...person('Yara Haddad', 'yara@cobaltfern.example', 5), companyRole: 'member' },
    ],
  },
  {
    name: 'Saltpath Films',
    habit: { timesAWeek: 2.4, usually: 'Team', uses: TOGETHER, card: VISA },
    joinedMonthsAgo: 8,
    people: [
      { ...person('Beatriz Antunes', 'beatriz@saltpath.example', 8), companyRole: 'manager' },
      { ...person('Kwame Mensah', 'kwame@saltpath.example', 8), companyRole: 'member' },
    ],
  },
];

/** Who is signed in by the demo's links. */
export const ROLES: readonly { role: Role; email: string }[] = [
  ADMINISTRATOR,
  MEMBER,
  ...COMPANIES.flatMap(({ people }) => people),
  NONMEMBER,
].flatMap(({ role, email }) => (role ? [{ role, email }] : []));

function person(name: string, email: string, joinedMonthsAgo: number, more: Partial<Person> = {}): Person {
  return { name, email, joinedMonthsAgo, ...more };
}

function alone(timesAWeek: number, usually: PackageName, card: Card): Habit {
  return { timesAWeek, usually, uses: ALONE, card };
}
