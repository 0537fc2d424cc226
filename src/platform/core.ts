import type { Database } from './database/database.ts';
import type { TrustedProxies } from './http/network.ts';
import type { Jobs } from './jobs.ts';
import type { Secrets } from './secrets.ts';

/** Everything the program takes from its surroundings, read once at start. */
export type Config = {
  port: number;
  host: string;
  /** The address people type; no trailing slash. Set after listening when the port was left to the system. */
  baseUrl: string;
  dataDir: string;
  databaseUrl: string | undefined;
  databaseOwnerUrl: string | undefined;
  /** Encrypts secrets at rest: 32 bytes, base64url. */
  key: string;
  /** Keys that only open what was sealed before the key was changed. */
  oldKeys: string[];
  /** Where the keys stand, when they do not come from the environment. */
  keyFile: string | undefined;
  roles: { web: boolean; worker: boolean };
  trustedProxies: TrustedProxies;
  smtpUrl: string | undefined;
  smtpFrom: string | undefined;
  simulatorUrl: string;
  demo: boolean;
  gatewayTimeoutMs: number;
  firstCheckMs: number;
  checkLoopMs: number;
  checkoutLimitSeconds: number;
};

/** What every feature is handed at its making: no globals, and time is always asked for. */
export type Core = {
  config: Config;
  database: Database;
  jobs: Jobs;
  secrets: Secrets;
  now: () => Date;
  log: Log;
};

/** One line of structured log. Never personal data, never secrets. */
export type Log = (level: 'info' | 'warn' | 'error', event: string, details?: Record<string, unknown>) => void;

/** Logs as JSON lines to standard error, so that what a command prints stays readable. */
export const jsonLog: Log = (level, event, details = {}) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...details })}\n`);
};
