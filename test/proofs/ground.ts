import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createLocation, createOrganization } from '../../src/features/organizations/organizations.ts';
import { createCompany, createUser } from '../../src/features/people/people.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts';
import { type Ground, perform } from './moves.ts';

const TIME_ZONE = 'Europe/Berlin';

/** When the histories begin. */
export const BEGINNING = Date.parse('2026-03-10T09:00:00Z');

/** An organization with customers who have no credits yet: companies, which need no person. */
export async function breakGround(database: Database, customers: number): Promise<Ground> {
  const now = new Date(BEGINNING);
  const organizationId = await createOrganization(database, { name: 'Nest', isDemo: false, now });
  return await database.write(organizationId, async (tx) => {
    const place = { name: 'Nest Mitte', currency: 'EUR', timeZone: TIME_ZONE, locale: 'en-GB' };
    const location = await createLocation(tx, { organizationId, ...place, now });
    const made = { organizationId, locationId: location.id, now };
    const ground: Ground = { database, organizationId, timeZone: TIME_ZONE, customers: [], actors: [] };
    for (const name of ['ada', 'mia'])
      ground.actors.push(await createUser(tx, { ...made, name, email: `${name}@example.com` }));
    for (let nth = 1; nth <= customers; nth++)
      ground.customers.push((await createCompany(tx, { ...made, name: `C${nth}` })).customerId);
    return ground;
  });
}

/** The same, for many at once. Draws take no lock on an account that is not there yet, so here it is. */
export async function breakOpenGround(database: Database, customers: number): Promise<Ground> {
  const ground = await breakGround(database, customers);
  const asked = { key: 'open', actor: null, product: '', memo: '', now: BEGINNING };
  for (const customer of ground.customers) await perform(ground, { ...asked, kind: 'thaw', customer }, (key) => key);
  return ground;
}

export type DatabaseUrls = { ownerUrl: string; appUrl: string };

/** Where the server of a proof keeps its files. */
export function newFolder(): { dataDir: string; systemDir: string; remove(): void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'roost-proof-'));
  chmodSync(dataDir, 0o711);
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  return { dataDir, systemDir: join(dataDir, 'system'), remove };
}

/** A throw-away PostgreSQL. Without the jobs' queues, which no move of credits needs. */
export async function startServer(): Promise<{ newDatabase(): Promise<DatabaseUrls>; stop(): Promise<void> }> {
  const folder = newFolder();
  const server = await startEmbeddedPostgres(folder);
  let made = 0;
  return {
    async newDatabase() {
      const name = `proof_${++made}`;
      const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
      await asOwner(server.ownerUrl, (owner) => owner.query(`create database ${name}`));
      const urls = { ownerUrl: at(server.ownerUrl), appUrl: at(server.appUrl) };
      await prepare(urls);
      return urls;
    },
    async stop() {
      await server.stop();
      folder.remove();
    },
  };
}

/** Brings a new database to this program's tables and functions. */
export async function prepare({ ownerUrl, appUrl }: DatabaseUrls): Promise<void> {
  await migrate({ ownerUrl, appRole: new URL(appUrl).username }, 'db/migrations');
}

/**
 * Commits no longer wait for the disk. For proofs of what is written, not of whether it lasts; to be called before anybody
 * has connected.
 */
export async function hurry({ ownerUrl }: Pick<DatabaseUrls, 'ownerUrl'>): Promise<void> {
  const name = new URL(ownerUrl).pathname.slice(1);
  await asOwner(ownerUrl, (owner) => owner.query(`alter database ${name} set synchronous_commit = off`));
}

export async function asOwner<T>(ownerUrl: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  // That the server is killed under it is what some proofs are about.
  owner.on('error', () => {});
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
