import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../src/platform/database/prepare.ts';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { ownerUrl: string; appUrl: string };
  }
}

/** One real PostgreSQL for the whole run, with a migrated template from which each test file clones its own database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-test-'));
  chmodSync(folder, 0o711);
  const server = await startEmbeddedPostgres({ dataDir: folder, systemDir: join(folder, 'system') });
  const client = new pg.Client({ connectionString: server.ownerUrl });
  await client.connect();
  await client.query('create database template_roost');
  await client.end();
  const template = new URL(server.ownerUrl);
  template.pathname = '/template_roost';
  await prepareDatabase({ ownerUrl: template.href, appRole: new URL(server.appUrl).username }, process.cwd());
  project.provide('postgres', { ownerUrl: server.ownerUrl, appUrl: server.appUrl });
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
