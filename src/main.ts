import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { createApp, QUEUES, SEALED } from './app.ts';
import { readConfig } from './config.ts';
import { printLedgerCheck } from './features/credits/credits.ts';
import { loadDemo, printDemo } from './features/demo/demo.ts';
import { isSetUp, setupUrl } from './features/onboarding/set-up.ts';
import { allOrganizations } from './features/organizations/organizations.ts';
import { printSignInLink } from './features/sign-in/links.ts';
import { resetSecondFactor } from './features/sign-in/second-factor.ts';
import { type Config, type Core, jsonLog } from './platform/core.ts';
import { openDatabase } from './platform/database/database.ts';
import { type DatabasePlace, joinDatabasePlace, openDatabasePlace } from './platform/database/open.ts';
import { prepareDatabase } from './platform/database/prepare.ts';
import { bePresent, type Presence, whileAlone } from './platform/database/presence.ts';
import { SetupError } from './platform/errors.ts';
import { finishing } from './platform/http/finishing.ts';
import { createJobs } from './platform/jobs.ts';
import { changeKey } from './platform/key-change.ts';
import { readKeyFile } from './platform/key-file.ts';
import { createSecrets } from './platform/secrets.ts';

// Configuration → database → migrate → app and worker → listen; nothing else.

const here = import.meta.dirname;
// Both `src` and `build` lie in the program's folder.
const root = join(here, '..');
const [command = 'start', ...args] = process.argv.slice(2);
/** A gateway's answer takes some seconds at most; what is lost with a request that takes longer is found again later. */
const FINISHES_WITHIN_MS = 5_000;

const commands: Record<string, () => Promise<void>> = {
  start: () => run({ demo: false }),
  demo: () => run({ demo: true }),
  verify: () => withCore({ demo: false }, verify),
  'rotate-key': rotateKey,
  'reset-second-factor': () => withCore({ demo: false }, (core) => resetSecondFactor(core, option('email'))),
  'sign-in': () => withCore({ demo: false }, (core) => printSignInLink(core, option('email'))),
};

try {
  const chosen = commands[command];
  if (!chosen)
    throw new SetupError(`There is no command "${command}". There are: ${Object.keys(commands).join(', ')}.`);
  await chosen();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n${error.message}\n\n`);
  process.exitCode = 1;
}

async function run(mode: { demo: boolean }): Promise<void> {
  const { core, place, presence } = await open(mode);
  const { config } = core;
  const app = createApp(core);
  const requests = finishing(app.http.fetch, (path) => path.startsWith('/simulator/'));
  const server = serve({ fetch: requests.answer, port: config.port, hostname: config.host });
  const shutDown = once(async () => {
    // Who has asked is answered; a browser that keeps its connection open does not hold us.
    if (!(await requests.finish(FINISHES_WITHIN_MS))) jsonLog('warn', 'shutdown.unfinished', {});
    server.close();
    setTimeout(() => (server as { closeAllConnections?: () => void }).closeAllConnections?.(), 1_000).unref();
    await app.stop();
    await core.database.close();
    await presence.leave();
    await place.stop();
  });
  const end = async (code: number) => {
    await shutDown();
    process.exit(code);
  };
  // From the first moment: whoever ends the program while it starts ends it in good order too.
  process.once('SIGINT', () => end(0));
  process.once('SIGTERM', () => end(0));
  place.exited.then((error) => {
    if (!error) return;
    process.stderr.write(`\nThe database ended: ${error.message}\n`);
    end(1);
  });
  presence.ended.then((error) => {
    if (!error) return;
    process.stderr.write(`\n${error.message}\n`);
    end(1);
  });
  try {
    await listening(server, config);
    if (config.roles.worker) await app.startWorking();
    if (mode.demo) printDemo(await loadDemo(core));
    else if (await isSetUp(core)) process.stdout.write(`\nRoost is at ${config.baseUrl}\n\n`);
    else process.stdout.write(`\nRoost is empty. Set it up at\n  ${setupUrl(core)}\n\n`);
  } catch (error) {
    await shutDown();
    throw error;
  }
}

/** Waits until the port is ours; when it was left to the system, the addresses are known from here on. */
async function listening(server: ServerType, config: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new SetupError(`Port ${config.port} is taken. Set PORT to another one.`) : error,
      ),
    );
  });
  if (config.port !== 0) return;
  const { port } = server.address() as AddressInfo;
  config.baseUrl = config.baseUrl.replace(/:0$/, `:${port}`);
  config.simulatorUrl = config.simulatorUrl.replace(/:0\//, `:${port}/`);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

async function open(
  mode: { demo: boolean },
  findDatabase = openDatabasePlace,
): Promise<{ core: Core; place: DatabasePlace; presence: Presence }> {
  const config = readConfig(process.env, mode);
  const place = await findDatabase(config, jsonLog);
  try {
    await prepareDatabase(place, root, QUEUES);
    const presence = await bePresent({ url: place.appUrl, keysAreGood: () => hasKeysOfFile(config) });
    const database = openDatabase({ url: place.appUrl });
    const core: Core = {
      config,
      database,
      jobs: createJobs(database, jsonLog, { supervise: config.roles.worker }),
      secrets: createSecrets(config.key, config.oldKeys),
      now: () => new Date(),
      log: jsonLog,
    };
    return { core, place, presence };
  } catch (error) {
    await place.stop();
    throw error;
  }
}

/** Commands work beside a running program, on its database, or start the database for themselves. */
async function withCore(mode: { demo: boolean }, work: (core: Core) => Promise<void>): Promise<void> {
  const { core, place, presence } = await open(mode, joinDatabasePlace);
  try {
    await work(core);
  } finally {
    await core.jobs.stop();
    await core.database.close();
    await presence.leave();
    await place.stop();
  }
}

/** Changes the key, and nobody else is at work meanwhile: a program that knows only the old key could not go on. */
async function rotateKey(): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const place = await joinDatabasePlace(readConfig(process.env, { demo: false }), jsonLog);
  try {
    await whileAlone(place.appUrl, async () => {
      await prepareDatabase(place, root, QUEUES);
      const database = openDatabase({ url: place.ownerUrl, connections: 2 });
      try {
        const organizationIds = (await allOrganizations(database)).map(({ id }) => id);
        // Read again, alone: another change may have ended since.
        const config = readConfig(process.env, { demo: false });
        await changeKey({ config, database, organizationIds, columns: SEALED, say });
      } finally {
        await database.close();
      }
    });
  } finally {
    await place.stop();
  }
}

/** False when the key file has other keys by now than those we began with; one that is gone has none. */
function hasKeysOfFile({ key, oldKeys, keyFile }: Config): boolean {
  if (keyFile === undefined || !existsSync(keyFile)) return true;
  return readKeyFile(keyFile).join() === [key, ...oldKeys].join();
}

/** Exit code 1 when anything in a ledger is wrong. */
async function verify(core: Core): Promise<void> {
  const isRight = await printLedgerCheck(core, args.includes('--expect') ? option('expect') : undefined);
  if (!isRight) process.exitCode = 1;
}

function option(name: string): string {
  const at = args.indexOf(`--${name}`);
  const value = args[at + 1];
  if (at === -1 || value === undefined) throw new SetupError(`This command needs --${name}.`);
  return value;
}
