import { createHmac } from 'node:crypto';
import type { Core } from '../../platform/core.ts';
import { Refusal } from '../../platform/errors.ts';
import { networkOf } from '../../platform/http/network.ts';
import type { Ctx } from '../../platform/http/routes.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How often something may be tried in windows of time, counted from the start of each. */
type Limits = readonly { withinMs: number; tries: number }[];

// A whole coworking space often has one address: what a network may is enough for all its people at once.
const LIMITS = {
  /** Messages asked for, by network. What one address is sent is limited in `codes.ts`. */
  mails: [
    { withinMs: QUARTER_MS, tries: 60 },
    { withinMs: DAY_MS, tries: 600 },
  ],
  /** Codes typed and passkeys shown, by network. */
  entries: [
    { withinMs: QUARTER_MS, tries: 100 },
    { withinMs: DAY_MS, tries: 1_000 },
  ],
  /** Challenges for passkeys, by network: every open sign-in page has one. */
  challenges: [{ withinMs: QUARTER_MS, tries: 600 }],
  /** Codes of an authenticator app and recovery codes, by person. */
  secondFactors: [
    { withinMs: QUARTER_MS, tries: 10 },
    { withinMs: DAY_MS, tries: 30 },
  ],
  /** Other addresses somebody wants, by person: each is sent a message. */
  addressChanges: [
    { withinMs: QUARTER_MS, tries: 3 },
    { withinMs: DAY_MS, tries: 10 },
  ],
} satisfies Record<string, Limits>;

/** Something was tried too often, by this network or this person. */
export class TooManyTries extends Refusal {
  constructor(minutes: number) {
    super('too-many-tries', 429, { minutes: String(minutes) });
  }
}

/** Counts a try of the network that a request comes from. Refuses when there were too many. */
export async function countForNetwork(core: Core, c: Ctx, kind: 'mails' | 'entries' | 'challenges'): Promise<void> {
  await countTry(core, kind, networkOf(c, core.config.trustedProxies));
}

/** Counts a try of a person. Refuses when there were too many. */
export async function countForPerson(
  core: Core,
  who: { organizationId: string; userId: string },
  kind: 'secondFactors' | 'addressChanges',
): Promise<void> {
  await countTry(core, kind, `${who.organizationId} ${who.userId}`);
}

/** Forgets windows that are over. */
export async function forgetTries(core: Core): Promise<void> {
  await core.database.directory.deleteFrom('sign_in_tries').where('window_ends_at', '<=', core.now()).execute();
}

async function countTry(core: Core, kind: keyof typeof LIMITS, subject: string): Promise<void> {
  const now = core.now().getTime();
  const limits: Limits = LIMITS[kind];
  for (const { withinMs, tries } of limits) {
    const endsAt = (Math.floor(now / withinMs) + 1) * withinMs;
    // Without the installation's key nobody finds out which network or person a row is about.
    const subjectHash = createHmac('sha256', core.config.key).update(`tries ${kind} ${withinMs} ${subject}`).digest();
    const counted = await core.database.directory
      .insertInto('sign_in_tries')
      .values({ subject_hash: subjectHash, window_ends_at: new Date(endsAt), tries: 1 })
      .onConflict((conflict) =>
        conflict
          .columns(['subject_hash', 'window_ends_at'])
          .doUpdateSet((it) => ({ tries: it('sign_in_tries.tries', '+', 1) })),
      )
      .returning('tries')
      .executeTakeFirstOrThrow();
    if (counted.tries > tries) throw new TooManyTries(Math.ceil((endsAt - now) / MINUTE_MS));
  }
}
