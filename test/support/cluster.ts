import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { QUEUES } from '../../src/app.ts';
import { type Database, openDatabase } from '../../src/platform/database/database.ts';
import { prepareDatabase } from '../../src/platform/database/prepare.ts';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts';
import { leaksIn } from './leaks.ts';

/** How the owner of the tables and the app reach the server of a run. */
export type ClusterUrls = { ownerUrl: string; appUrl: string };

/** A migrated database of its own, cloned in some 50 ms. `statements` collects what was sent since it was emptied. */
export type TestDatabase = {
  database: Database;
  appUrl: string;
  ownerUrl: string;
  statements: string[];
  /** Runs SQL as the owner of the tables, past the app's grants but inside an organization's rows. */
  asOwner(organizationId: string, text: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** Drops it, and fails when a test has left a card number or a gateway's secret in it. */
  close(): Promise<void>;
};

/** Starts one real PostgreSQL for a whole run, with a migrated template to clone from. */
export async function startCluster(): Promise<ClusterUrls & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-test-'));
  chmodSync(folder, 0o711);
  const { ownerUrl, appUrl, stop } = await startEmbeddedPostgres({
    dataDir: folder,
    systemDir: join(folder, 'system'),
  });
  const template = new URL(ownerUrl);
  template.pathname = '/template_roost';
  await asRoot(ownerUrl, 'create database template_roost');
  await prepareDatabase({ ownerUrl: template.href, appRole: new URL(appUrl).username }, process.cwd(), QUEUES);
  return {
    ownerUrl,
    appUrl,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Clones the migrated template; close it when done. */
export async function cloneDatabase({ ownerUrl, appUrl }: ClusterUrls): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asRoot(ownerUrl, `create database ${name} template template_roost`);
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const statements: string[] = [];
  const database = openDatabase({ url: at(appUrl), onStatement: (text) => statements.push(text) });
  const owner = new pg.Client({ connectionString: at(ownerUrl) });
  await owner.connect();
  return {
    database,
    appUrl: at(appUrl),
    ownerUrl: at(ownerUrl),
    statements,
    async asOwner(organizationId, text, values) {
      await owner.query(`select set_config('roost.organization_id', $1, false)`, [organizationId]);
      return await owner.query(text, values);
    },
    async close() {
      await database.close();
      const leaks = await leaksIn(owner).finally(async () => {
        await owner.end();
        await asRoot(ownerUrl, `drop database ${name} with (force)`);
      });
      if (leaks.length > 0) throw new Error(`what nobody may keep was left in the database:\n${leaks.join('\n')}`);
    },
  };
}

async function asRoot(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Two clones of one template at once can find it in use for a moment.
  for (let tries = 0; ; tries++) {
    try {
      await client.query(text);
      break;
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || tries > 100) throw error;
      await client.query('select pg_sleep(0.05)');
    }
  }
  await client.end();
}
