import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Config } from './platform/core.ts';
import { SetupError } from './platform/errors.ts';
import { trustedProxies } from './platform/http/network.ts';
import { keysIn, readKeyFile } from './platform/key-file.ts';

const url = (...protocols: string[]) => z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`) });
const whole = (least: number, most: number, byDefault: number) =>
  z.coerce.number().int().min(least).max(most).default(byDefault);

const proxies = (list: string, check: z.RefinementCtx) => {
  const read = trustedProxies(list);
  if (!read) check.addIssue('write addresses or networks, such as 127.0.0.1, 10.0.0.0/8');
  return read ?? z.NEVER;
};

const environment = z.object({
  PORT: whole(0, 65_535, 3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  BASE_URL: url('http', 'https').optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: url('postgres', 'postgresql').optional(),
  DATABASE_OWNER_URL: url('postgres', 'postgresql').optional(),
  ROOST_KEY: z.string().optional(),
  /** Keys that only open, while ROOST_KEY is new: see the command rotate-key. */
  ROOST_OLD_KEYS: z.string().optional(),
  ROOST_ROLES: z.enum(['web', 'worker', 'web,worker', 'worker,web']).default('web,worker'),
  /** Whose word counts on where a request comes from; without them it is whoever connects. */
  TRUSTED_PROXIES: z.string().default('').transform(proxies),
  SMTP_URL: url('smtp', 'smtps').optional(),
  SMTP_FROM: z.string().optional(),
  /** Where the test gateway's pages are served; by default by this program itself. */
  SIMULATOR_URL: url('http', 'https').optional(),
  GATEWAY_TIMEOUT_MS: whole(50, 60_000, 15_000),
  FIRST_CHECK_MS: whole(10, 60_000, 2_000),
  CHECK_LOOP_MS: whole(10, 60_000, 500),
  CHECKOUT_LIMIT_SECONDS: whole(1, 86_400, 31 * 60),
});

/** Reads and checks the environment. Refuses with a sentence that names the setting. */
export function readConfig(env: NodeJS.ProcessEnv, mode: { demo: boolean }): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new SetupError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  const e = parsed.data;
  const baseUrl = (e.BASE_URL ?? `http://localhost:${e.PORT}`).replace(/\/$/, '');
  const dataDir = resolve(mode.demo && !given.DATA_DIR ? './data/demo' : e.DATA_DIR);
  refuseUnsafe(baseUrl, e.HOST, mode);
  mkdirSync(dataDir, { recursive: true });
  return {
    port: e.PORT,
    host: e.HOST,
    baseUrl,
    dataDir,
    databaseUrl: e.DATABASE_URL,
    databaseOwnerUrl: e.DATABASE_OWNER_URL,
    ...keysOf(e, join(dataDir, 'key')),
    roles: { web: e.ROOST_ROLES.includes('web'), worker: e.ROOST_ROLES.includes('worker') },
    trustedProxies: e.TRUSTED_PROXIES,
    smtpUrl: e.SMTP_URL,
    smtpFrom: e.SMTP_FROM,
    simulatorUrl: (e.SIMULATOR_URL ?? `${baseUrl}/simulator`).replace(/\/$/, ''),
    demo: mode.demo,
    gatewayTimeoutMs: e.GATEWAY_TIMEOUT_MS,
    firstCheckMs: e.FIRST_CHECK_MS,
    checkLoopMs: e.CHECK_LOOP_MS,
    checkoutLimitSeconds: e.CHECKOUT_LIMIT_SECONDS,
  };
}

function refuseUnsafe(baseUrl: string, host: string, mode: { demo: boolean }): void {
  const { protocol, hostname } = new URL(baseUrl);
  if (/^[\d.]+$|^\[/.test(hostname)) throw new SetupError('BASE_URL: use a name such as localhost, not an IP address.');
  if (protocol === 'http:' && hostname !== 'localhost') {
    throw new SetupError(
      `BASE_URL: ${baseUrl} must begin with https://, because sign-in links and sessions travel over it.`,
    );
  }
  if (mode.demo && !['127.0.0.1', 'localhost', '::1'].includes(host)) {
    throw new SetupError('HOST: the demo has reusable sign-in links and listens on this machine only.');
  }
}

/** The key that seals and those that only open: from the environment, else from the key file. */
function keysOf(
  given: { ROOST_KEY?: string | undefined; ROOST_OLD_KEYS?: string | undefined },
  file: string,
): Pick<Config, 'key' | 'oldKeys' | 'keyFile'> {
  const fromEnvironment = given.ROOST_KEY !== undefined;
  if (given.ROOST_OLD_KEYS !== undefined && !fromEnvironment)
    throw new SetupError(`ROOST_OLD_KEYS goes with ROOST_KEY; without it, the keys are those in ${file}.`);
  const [key, ...others] = fromEnvironment
    ? [given.ROOST_KEY!.trim(), ...keysIn(given.ROOST_OLD_KEYS ?? '')]
    : readKeyFile(file);
  const oldKeys = others.filter((old) => old !== key);
  return { key: key!, oldKeys, keyFile: fromEnvironment ? undefined : file };
}
