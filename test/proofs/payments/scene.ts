import { openDatabase } from '../../../src/platform/database/database.ts';
import { newKey } from '../../../src/platform/secrets.ts';
import { type Dashboard, openDashboard } from '../../support/simulator-dashboard.ts';
import { startServer } from '../ground.ts';
import { type DatabaseDoor, openDatabaseDoor } from './database-door.ts';
import { type GatewayDoor, openGatewayDoor } from './gateway-door.ts';
import { Roost } from './roost.ts';
import { type Buyer, openSpace, type Space, visit } from './space.ts';
import type { Visitor } from './visitor.ts';

/** One program between two doors, to its database and to its gateway, of which it gets no news by itself. */
export type Scene = {
  space: Space;
  program: Roost;
  gatewayDoor: GatewayDoor;
  databaseDoor: DatabaseDoor;
  dashboard: Dashboard;
  administrator: Visitor;
  /** Somebody who has not bought anything yet, signed in. */
  somebody(): Promise<{ buyer: Buyer; visitor: Visitor }>;
};

/** Pages, and nothing that works behind them. */
export const PAGES_ONLY = { ROOST_ROLES: 'web' };
/** Everything, with loops that come round often. */
export const LOOPS = { ROOST_ROLES: 'web,worker', CHECK_LOOP_MS: '100' };

const SETTINGS = {
  GATEWAY_TIMEOUT_MS: '3000',
  FIRST_CHECK_MS: '1000',
  CHECKOUT_LIMIT_SECONDS: '12',
  CHECK_LOOP_MS: '60000',
};

export async function withScene<T>(people: number, work: (scene: Scene) => Promise<T>): Promise<T> {
  const closing: (() => unknown)[] = [];
  try {
    return await work(await open(people, closing));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function open(people: number, closing: (() => unknown)[]): Promise<Scene> {
  const server = await startServer();
  closing.push(() => server.stop());
  const urls = await server.newDatabase();
  const key = newKey();
  const settings = { DATABASE_URL: urls.appUrl, DATABASE_OWNER_URL: urls.ownerUrl, ROOST_KEY: key };
  const gateway = await Roost.start({ ...settings, ...PAGES_ONLY });
  closing.push(() => gateway.close());
  const database = openDatabase({ url: urls.appUrl, connections: 2 });
  closing.push(() => database.close());
  const space = await openSpace(database, key, people);
  const gatewayDoor = await openGatewayDoor(() => gateway.url);
  closing.push(() => gatewayDoor.close());
  const databaseDoor = await openDatabaseDoor(Number(new URL(urls.appUrl).port));
  closing.push(() => databaseDoor.close());
  const account = { organizationId: space.organizationId, accountId: space.connectionId };
  const dashboard = await openDashboard(database, account, `${gateway.url}/simulator`);
  await dashboard.faults({ losesEvents: 100 });
  const program = await Roost.start({
    ...settings,
    ...SETTINGS,
    ...PAGES_ONLY,
    DATABASE_URL: Object.assign(new URL(urls.appUrl), { port: String(databaseDoor.port) }).href,
    SIMULATOR_URL: gatewayDoor.url,
  });
  closing.push(() => program.close());
  const left = [...space.buyers];
  return {
    space,
    program,
    gatewayDoor,
    databaseDoor,
    dashboard,
    administrator: await visit(space, space.administratorId, [program.url]),
    async somebody() {
      const buyer = left.pop()!;
      return { buyer, visitor: await visit(space, buyer.userId, [program.url]) };
    },
  };
}
