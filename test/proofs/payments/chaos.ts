import { sql } from 'kysely';
import { openDatabase } from '../../../src/platform/database/database.ts';
import { newKey } from '../../../src/platform/secrets.ts';
import { type Dashboard, openDashboard } from '../../support/simulator-dashboard.ts';
import { hurry, startServer } from '../ground.ts';
import { randomOf } from '../random.ts';
import { Purchasing, type Shopping, type Told } from './buying.ts';
import { Clerks } from './clerks.ts';
import { AFTERWARDS, deal, PRESSES, WAYS } from './deck.ts';
import type { Desk } from './desk.ts';
import { type GatewayDoor, openGatewayDoor } from './gateway-door.ts';
import { comesAbout } from './patience.ts';
import { announceReached } from './reached.ts';
import { Roost } from './roost.ts';
import { openSpace, type Space, visit } from './space.ts';
import { Tally } from './tally.ts';
import type { Visitor } from './visitor.ts';

/** How patient everybody is: programs by their settings, people by theirs. */
export type Pace = {
  settings: Record<string, string>;
  shoppers: number;
  clerks: number;
  people: number;
  patienceMs: number;
  settlesWithinMs: number;
};

/** What goes wrong, of a hundred requests or events. */
const FAULTS = {
  failsBefore: 2,
  cutsAfter: 3,
  silentBefore: 1,
  silentAfter: 1,
  proxyPage: 1,
  proxyJson: 1,
  settlesLate: 5,
  doublesEvents: 15,
  reordersEvents: 15,
  delaysEvents: 10,
  delaySeconds: 2,
};
const LOST_EVENTS = 15;
const UNDECIDED = ['new', 'action', 'processing'];
const QUEUES = ['purchase.paid', 'purchase.reversed', 'credits.moved'];
/** Money that was on its way for so long arrives, or does not. */
const ON_ITS_WAY_MS = 1_000;

/** Two programs, one gateway and many people, all of whom have a bad day. */
export class Chaos {
  readonly tally = new Tally();
  readonly told: Told[] = [];
  readonly complaints: string[] = [];
  readonly space: Space;
  readonly door: GatewayDoor;
  readonly #seed: number;
  readonly #pace: Pace;
  readonly #programs: Roost[];
  readonly #gateway: Roost;
  readonly #visitors: Visitor[];
  readonly #desk: Desk;
  readonly #settings: Record<string, string>;
  readonly #dashboard: Dashboard;
  #number = 0;

  private constructor(seed: number, pace: Pace, parts: Opened) {
    this.#seed = seed;
    this.#pace = pace;
    this.space = parts.space;
    this.door = parts.door;
    this.#programs = parts.programs;
    this.#gateway = parts.gateway;
    this.#visitors = parts.visitors;
    this.#settings = parts.settings;
    this.#dashboard = parts.dashboard;
    const { space, dashboard, administrator } = parts;
    const { tally } = this;
    const { patienceMs } = pace;
    this.#desk = { space, administrator, dashboard, tally, complain: (what) => this.complain(what), patienceMs };
    tally.announce([
      ...Object.keys(PRESSES).map((it) => `pressed ${it}`),
      ...Object.keys(WAYS)
        .filter((it) => !/^(a saved card|a saved card that is declined|nothing to pay)$/.test(it))
        .map((it) => `by ${it}`),
      ...Object.keys(AFTERWARDS).map((it) => `afterwards: ${it}`),
    ]);
    announceReached(tally);
  }

  /** Opens everything, works with it, and closes it whatever happens. */
  static async withIt<T>(seed: number, pace: Pace, work: (chaos: Chaos) => Promise<T>): Promise<T> {
    const closing: (() => unknown)[] = [];
    try {
      return await work(new Chaos(seed, pace, await open(pace, closing)));
    } finally {
      for (const close of closing.reverse()) await close();
    }
  }

  complain(what: string): void {
    this.complaints.push(what);
  }

  /** So many purchases, and what happens to them afterwards. */
  async round(purchases: number, webhooks: boolean): Promise<void> {
    const random = randomOf(this.#seed, 1_000_000 + this.#number);
    // Longer than anybody waits for an answer.
    const silenceSeconds = Math.ceil(Number(this.#pace.settings.GATEWAY_TIMEOUT_MS) / 1_000) + 2;
    const losesEvents = webhooks ? LOST_EVENTS : 100;
    await this.#dashboard.faults({ ...FAULTS, silenceSeconds, losesEvents }, random.int(1, 999_999_999));
    const decks = { way: deal(WAYS, random), press: deal(PRESSES, random), after: deal(AFTERWARDS, random) };
    const last = this.#number + purchases;
    const clerks = new Clerks(this.#desk, this.#seed);
    const shopper = async () => {
      while (this.#number < last) {
        const number = this.#number++;
        const errand = { way: decks.way(), press: decks.press() };
        const after = decks.after();
        const { key } = await this.#buy(number, errand);
        clerks.take({ number, key, after });
        if (number % 1_000 === 999) console.log(`  ${number + 1} after ${(performance.now() / 1000).toFixed(0)} s`);
      }
    };
    const shop = async () => {
      await Promise.all(Array.from({ length: this.#pace.shoppers }, shopper));
      clerks.noMore();
    };
    await this.#whileTheBankWorks(async () => void (await Promise.all([shop(), clerks.work(this.#pace.clerks)])));
  }

  /** Nothing goes wrong any more, and the loops have their time. Answers what does not settle. */
  async settle(): Promise<string[]> {
    await this.#dashboard.quiet();
    const { settlesWithinMs } = this.#pace;
    let isDecided = false;
    await this.#whileTheBankWorks(async () => {
      isDecided = await comesAbout(async () => (await this.#left()) === 0, settlesWithinMs);
    });
    await Promise.all(this.#programs.map((program) => program.stop()));
    const isCompared = await this.#compared();
    const isTold = await comesAbout(async () => (await this.#waitingJobs()) === 0, settlesWithinMs);
    await this.#programs[0]!.stop();
    await this.#gateway.stop();
    for (const { complaints } of [...this.#programs, this.#gateway]) this.complaints.push(...complaints.splice(0));
    return [
      ...(isDecided ? [] : [`${await this.#left()} payments and refunds did not settle in time`]),
      ...(isCompared ? [] : ['the books were not compared in time']),
      ...(isTold ? [] : ['jobs were not done in time']),
    ];
  }

  /** What a command beside the programs needs. */
  get settings(): Record<string, string> {
    return this.#settings;
  }

  async #buy(number: number, { way, press }: { way: keyof typeof WAYS; press: keyof typeof PRESSES }): Promise<Told> {
    const random = randomOf(this.#seed, number);
    const { buyers, packages } = this.space;
    const nth = random.int(0, buyers.length - 1);
    const isFree = way === 'nothing to pay';
    const pack = random.pick(packages.filter(({ priceMinor }) => (priceMinor === 0n) === isFree));
    const buyer = buyers[nth]!;
    const forCompany = buyer.companyId !== undefined && random.chance(0.5);
    const errand = { way, press, pack, buyer, visitor: this.#visitors[nth]!, forCompany };
    const shopping: Shopping = { space: this.space, tally: this.tally, complain: (what) => this.complain(what) };
    const purchasing = new Purchasing(shopping, errand, random);
    await this.#attempt(purchasing.go());
    this.told.push(purchasing.told);
    return purchasing.told;
  }

  async #attempt(work: Promise<void>): Promise<void> {
    await work.catch((error: Error) => this.complain(error.stack ?? error.message));
  }

  /** At its start a program reads the gateway's books, and then compares them; tomorrow again, when it got no answer. */
  async #compared(): Promise<boolean> {
    const [program] = this.#programs;
    for (let tries = 0; tries < 3; tries++) {
      const since = new Date();
      await program!.stop();
      await program!.start({ GATEWAY_TIMEOUT_MS: '15000' });
      if (await comesAbout(() => this.#comparedSince(since), this.#pace.settlesWithinMs)) return true;
    }
    return false;
  }

  async #whileTheBankWorks(work: () => Promise<void>): Promise<void> {
    let isOver = false;
    const worked = work().finally(() => {
      isOver = true;
    });
    await Promise.all([worked, this.#bank(() => isOver)]);
  }

  /** Money that is on its way arrives, mostly. */
  async #bank(isOver: () => boolean): Promise<void> {
    const random = randomOf(this.#seed, 3_000_000 + this.#number);
    const since = new Map<string, number>();
    while (!isOver()) {
      const now = performance.now();
      const { rows } = await this.#rows<{ id: string }>(sql`
        select id from simulator_objects where kind = 'payment_intent' and body->>'status' = 'processing'`);
      for (const { id } of rows) {
        if (!since.has(id)) since.set(id, now);
        if (now - since.get(id)! < ON_ITS_WAY_MS) continue;
        const arrives = random.chance(0.7);
        await this.#attempt(this.#dashboard.settle(id, arrives));
        this.tally.add(`money settled later: ${arrives ? 'arrived' : 'did not arrive'}`);
      }
      await comesAbout(async () => isOver(), ON_ITS_WAY_MS / 2);
    }
  }

  /** How much is undecided, here or at the gateway. */
  async #left(): Promise<number> {
    const { rows } = await this.#rows<{ left: bigint }>(sql`
      select (select count(*) from payments where status = any(${UNDECIDED})) + (select count(*) from refunds where status = 'new')
        + (select count(*) from simulator_objects where kind = 'payment_intent' and body->>'status' = 'processing')
        + (select sum(jsonb_array_length(later)) from simulator_accounts) as left`);
    return Number(rows[0]!.left);
  }

  async #comparedSince(since: Date): Promise<boolean> {
    const { rows } = await this.#rows<{ at: Date | null }>(sql`select compared_at as at from gateway_connections`);
    return rows[0]!.at !== null && rows[0]!.at >= since;
  }

  async #waitingJobs(): Promise<number> {
    const { rows } = await this.#rows<{ n: bigint }>(sql`
      select count(*) as n from pgboss.job where state in ('created', 'retry', 'active') and name = any(${QUEUES})`);
    return Number(rows[0]!.n);
  }

  async #rows<T>(query: ReturnType<typeof sql>): Promise<{ rows: T[] }> {
    const { database, organizationId } = this.space;
    return await database.read(organizationId, async (db) => (await query.execute(db)) as { rows: T[] });
  }
}

type Opened = {
  space: Space;
  door: GatewayDoor;
  gateway: Roost;
  programs: Roost[];
  visitors: Visitor[];
  administrator: Visitor;
  dashboard: Dashboard;
  settings: Record<string, string>;
};

async function open({ settings: paced, people }: Pace, closing: (() => unknown)[]): Promise<Opened> {
  const server = await startServer();
  closing.push(() => server.stop());
  const urls = await server.newDatabase();
  await hurry(urls);
  const key = newKey();
  const settings = { DATABASE_URL: urls.appUrl, DATABASE_OWNER_URL: urls.ownerUrl, ROOST_KEY: key };
  const start = async (more: Record<string, string>) => {
    const program = await Roost.start({ ...settings, ...more });
    closing.push(() => program.close());
    return program;
  };
  const gateway = await start({ ROOST_ROLES: 'web' });
  const database = openDatabase({ url: urls.appUrl, connections: 2 });
  closing.push(() => database.close());
  const space = await openSpace(database, key, people);
  const door = await openGatewayDoor(() => gateway.url);
  closing.push(() => door.close());
  const programs = [
    await start({ ...paced, SIMULATOR_URL: door.url }),
    await start({ ...paced, SIMULATOR_URL: door.url }),
  ];
  const sites = programs.map(({ url }) => url);
  const visitors: Visitor[] = [];
  for (const { userId } of space.buyers) visitors.push(await visit(space, userId, sites));
  const administrator = await visit(space, space.administratorId, sites);
  const account = { organizationId: space.organizationId, accountId: space.connectionId };
  const dashboard = await openDashboard(database, account, `${gateway.url}/simulator`);
  await comesAbout(() => listens(space), 30_000);
  return { space, door, gateway, programs, visitors, administrator, dashboard, settings };
}

/** The gateway knows where to send its news. */
async function listens({ database, organizationId }: Space): Promise<boolean> {
  const silent = await database.read(organizationId, (db) =>
    db.selectFrom('gateway_connections').select('id').where('sealed_webhook_secret', 'is', null).execute(),
  );
  return silent.length === 0;
}
