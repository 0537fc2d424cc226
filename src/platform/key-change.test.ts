import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../test/support/database.ts';
import { readConfig } from '../config.ts';
import { createLocation, createOrganization } from '../features/organizations/organizations.ts';
import { aboutHints, connectTestGateway, SEALED_CONNECTIONS } from '../features/payments/connections.ts';
import type { Core } from './core.ts';
import { type Database, openDatabase } from './database/database.ts';
import { changeKey } from './key-change.ts';
import { readKeyFile } from './key-file.ts';
import { newestMails, queueMail, SEALED_MAILS } from './mail.ts';
import { createSecrets, newKey } from './secrets.ts';

const columns = [SEALED_MAILS, ...SEALED_CONNECTIONS];
const NOW = new Date('2026-03-10T09:00:00Z');

let dataDir: string;
let db: TestDatabase;
let owner: Database;
let organizations: string[];
let connections: Record<string, string>;
let said: string[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'roost-keys-'));
  db = await testDatabase();
  owner = openDatabase({ url: db.ownerUrl, connections: 2 });
  said = [];
  organizations = [];
  connections = {};
  for (const name of ['Nest', 'Otter', 'Perch']) await fill(name);
});
afterEach(async () => {
  await owner.close();
  await db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** An organization with a letter, and a gateway that sends hints. */
async function fill(name: string): Promise<void> {
  const core = programNow();
  const organizationId = await createOrganization(db.database, { name, isDemo: false, now: NOW });
  organizations.push(organizationId);
  await db.database.write(organizationId, async (tx) => {
    await queueMail(tx, core, { organizationId, to: 'mia@example.com', subject: 'Code', body: `code of ${name}` });
    const place = { currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en', now: NOW };
    const location = await createLocation(tx, { organizationId, name, ...place });
    const id = await connectTestGateway(tx, core, { organizationId, locationId: location.id, now: NOW });
    const sealed = core.secrets.seal(`whsec ${name}`, aboutHints(id));
    await tx.updateTable('gateway_connections').set({ sealed_webhook_secret: sealed }).where('id', '=', id).execute();
    connections[organizationId] = id;
  });
}

const configNow = (env: Record<string, string> = {}) => readConfig({ DATA_DIR: dataDir, ...env }, { demo: false });

/** The program as it would start at this moment. */
function programNow(env: Record<string, string> = {}): Core {
  const config = configNow(env);
  const secrets = createSecrets(config.key, config.oldKeys);
  return { config, secrets, now: () => NOW } as unknown as Core;
}

/** Everything sealed there is, as a program that starts now reads it. */
async function readAll(core = programNow()): Promise<string[]> {
  const all: string[] = [];
  for (const organizationId of organizations) {
    await db.database.read(organizationId, async (tx) => {
      for (const { body } of await newestMails(tx, core, 10)) all.push(body);
      for (const row of await tx.selectFrom('gateway_connections').selectAll().execute()) {
        if (row.sealed_settings.length > 0)
          all.push(Object.keys(JSON.parse(core.secrets.open(row.sealed_settings, row.id))).join());
        if (row.sealed_webhook_secret) all.push(core.secrets.open(row.sealed_webhook_secret, aboutHints(row.id)));
      }
    });
  }
  return all;
}

const EVERYTHING = ['Nest', 'Otter', 'Perch'].flatMap((name) => [`code of ${name}`, 'apiKey', `whsec ${name}`]);

const change = (it: { env?: Record<string, string>; database?: Database } = {}) =>
  changeKey({
    config: configNow(it.env),
    database: it.database ?? owner,
    organizationIds: organizations,
    columns,
    say: (line) => said.push(line),
  });

/** The owner's database, which is cut off at the nth transaction: before its end, or right after it. */
function cutAt(nth: number, when: 'before' | 'after'): Database {
  let begun = 0;
  const cut = (run: Database['write']): Database['write'] => {
    return async (organizationId, work) => {
      const isLast = begun++ === nth;
      const result = await run(organizationId, async (tx) => {
        const done = await work(tx);
        if (isLast && when === 'before') throw new Error('power cut');
        return done;
      });
      if (isLast) throw new Error('power cut');
      return result;
    };
  };
  return { ...owner, read: cut(owner.read), write: cut(owner.write) };
}

describe('changing the key', () => {
  test('seals everything anew, then drops the old key from the file', async () => {
    const before = configNow().key;
    await change();
    const file = readKeyFile(join(dataDir, 'key'));
    expect(file).toHaveLength(1);
    expect(file).not.toContain(before);
    expect(await readAll()).toEqual(EVERYTHING);
    const secrets = createSecrets(file[0]!);
    for (const organizationId of organizations) {
      const { rows } = await db.asOwner(organizationId, 'select * from gateway_connections');
      expect(rows.map((row) => secrets.keyOf(row.sealed_settings))).toEqual(['present']);
    }
    expect(said.filter((line) => line.endsWith('3 sealed anew.'))).toHaveLength(3);
    expect(said.join('\n')).not.toContain(before);
    expect(said.join('\n')).not.toContain(file[0]);
  });

  test('can be cut off at any point: the program reads and seals in between, and the next run ends it', async () => {
    const old = configNow().key;
    // Three organizations are written, then looked at once more.
    for (const when of ['before', 'after'] as const) {
      for (let nth = 0; nth < 6; nth++) {
        const was = configNow();
        await expect(change({ database: cutAt(nth, when) })).rejects.toThrow('power cut');
        const core = programNow();
        expect(await readAll(core), `${when} ${nth}`).toEqual(EVERYTHING);
        // Never a third key: each run goes on with what was begun.
        expect(core.config.oldKeys).toEqual(was.oldKeys.length > 0 ? was.oldKeys : [was.key]);
        const sealed = core.secrets.seal('in between', 'x');
        await change();
        expect(programNow().config.oldKeys).toEqual([]);
        expect(programNow().secrets.open(sealed, 'x')).toBe('in between');
        expect(await readAll()).toEqual(EVERYTHING);
      }
    }
    expect(configNow().key).not.toBe(old);
  });

  test('leaves a key file that is half written alone, and never an empty one', async () => {
    writeFileSync(join(dataDir, 'key.new'), 'half');
    await change();
    expect(await readAll()).toEqual(EVERYTHING);
    expect(readFileSync(join(dataDir, 'key'), 'utf8')).toMatch(/^[\w-]{43}\n$/);
    writeFileSync(join(dataDir, 'key'), '\n');
    expect(() => configNow()).toThrow('is empty');
  });

  test('leaves the key file to whose it was, readable for nobody else', async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip();
    const file = join(dataDir, 'key');
    chownSync(file, 12_345, 12_345);
    await change();
    const { uid, gid, mode } = statSync(file);
    expect([uid, gid, mode & 0o777]).toEqual([12_345, 12_345, 0o600]);
  });

  test('goes by the environment where the key comes from there', async () => {
    const old = configNow().key;
    const env = { ROOST_KEY: newKey() };
    await expect(change({ env })).rejects.toThrow('ROOST_OLD_KEYS');
    await expect(readAll(programNow(env))).rejects.toThrow('encrypted with another key');
    await change({ env: { ...env, ROOST_OLD_KEYS: `${newKey()}, ${old}` } });
    expect(said.at(-1)).toContain('ROOST_OLD_KEYS is needed no more');
    expect(await readAll(programNow(env))).toEqual(EVERYTHING);
    expect(() => configNow({ ROOST_OLD_KEYS: old })).toThrow('goes with ROOST_KEY');
    expect(configNow({ ROOST_KEY: old, ROOST_OLD_KEYS: old }).oldKeys).toEqual([]);
  });

  test('keeps the old key when something cannot be sealed anew, and says what', async () => {
    const old = configNow().key;
    const [organizationId = ''] = organizations;
    const id = connections[organizationId]!;
    await db.asOwner(
      organizationId,
      'update gateway_connections set sealed_settings = set_byte(sealed_settings, 40, 0) where id = $1',
      [id],
    );
    await expect(change()).rejects.toThrow(`gateway_connections.sealed_settings of ${id}`);
    expect(configNow().oldKeys).toEqual([old]);
    await db.asOwner(organizationId, `update gateway_connections set sealed_settings = '' where id = $1`, [id]);
    await change();
    expect(configNow().oldKeys).toEqual([]);
  });

  test('leaves alone what no key here opens, and says so', async () => {
    const strange = createSecrets(newKey()).seal('lost', 'mail x').toString('base64url');
    await db.asOwner(organizations[0]!, 'update mails set body = $1 where organization_id = $2', [
      strange,
      organizations[0],
    ]);
    await change();
    expect(said).toContain('1 are sealed under keys that are not here; they could not be opened before either.');
    expect(configNow().oldKeys).toEqual([]);
  });
});
