import type { Config } from '../config.ts';
import type { Database } from './database/database.ts';
import type { Jobs } from './jobs.ts';
import type { Secrets } from './secrets.ts';

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
