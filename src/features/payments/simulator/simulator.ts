import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Database } from '../../../platform/database/database.ts';
import { openAccounts } from './accounts.ts';
import { apiRoutes } from './api.ts';
import { customerOperations } from './customers.ts';
import { dashboardRoutes } from './dashboard/routes.tsx';
import { disputeOperations } from './disputes.ts';
import { intentOperations } from './intents.ts';
import { merchantOperations } from './merchant.ts';
import { methodOperations } from './methods.ts';
import { pageRoutes } from './pages.tsx';
import { refundOperations } from './refunds.ts';
import { sessionOperations } from './sessions.ts';
import { performLater } from './settling.ts';
import { teller } from './telling.ts';

export type SimulatorOptions = {
  database: Database;
  /** Where this app is mounted, as browsers reach it; no trailing slash. */
  baseUrl: () => string;
  now: () => Date;
  /** Sends events to webhook endpoints. */
  fetch?: typeof fetch;
  /** Asked for each event; answers false to lose it. */
  deliver?: () => boolean;
};

/**
 * The test gateway: as much of Stripe as our adapter uses, with its pages, on test cards only. It answers for accounts
 * made with `createSimulatorAccount`. All its state is in the database; only events on their way live in memory.
 */
export function createSimulator({
  database,
  baseUrl,
  now,
  fetch: send = fetch,
  deliver = () => true,
}: SimulatorOptions): Hono {
  const tell = teller({ database, now, send, deliver });
  const accounts = openAccounts({ database, baseUrl, now, tell, perform: performLater });
  const operations = [
    ...merchantOperations,
    ...customerOperations,
    ...methodOperations,
    ...intentOperations,
    ...sessionOperations,
    ...refundOperations,
    ...disputeOperations,
  ];
  return new Hono()
    .use(bodyLimit({ maxSize: 64 * 1024 }))
    .route('/', apiRoutes(accounts, operations))
    .route('/', pageRoutes(accounts))
    .route('/', dashboardRoutes(accounts));
}
