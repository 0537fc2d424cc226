import { sealCredits } from '../../src/features/credits/writing-off.ts';
import { isDatabaseAway, openDatabase } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded.ts';
import { BEGINNING } from './ground.ts';
import { type Answered, type Ground, isKeyTaken, type Move, perform } from './moves.ts';

// The program that is killed: the product's launcher, pool and face, with a channel to its clients in place of pages. It
// makes the moves it is asked for, and seals behind them as the job does.

export type Request = { nth: number } & (
  | { ask: Move; ofId: string | undefined; ground: Omit<Ground, 'database'> }
  | { ask: 'whether the database answers' }
);
export type Reply =
  | { nth: number; answered: Answered }
  | { nth: number; failed: string; isAway: boolean }
  | { nth: number; pid: number };
export type Started = { ownerUrl: string; appUrl: string };

const CONNECTIONS = 8;

const [dataDir, systemDir] = process.argv.slice(2) as [string, string];
const server = await startEmbeddedPostgres({ dataDir, systemDir });
const database = openDatabase({ url: server.appUrl, connections: CONNECTIONS });
let asked = 0;

process.on('message', async (request: Request) => {
  const { nth } = request;
  try {
    if (request.ask === 'whether the database answers') {
      await database.directory.selectFrom('organizations').select('id').limit(1).execute();
      process.send!({ nth, pid: server.pid } satisfies Reply);
      return;
    }
    const { ask, ofId, ground } = request;
    const answered = await perform({ ...ground, database }, ask, () => ofId ?? newId(new Date(BEGINNING)));
    process.send!({ nth, answered } satisfies Reply);
    if (++asked % 50 === 0) await seal(ground.organizationId);
  } catch (error) {
    // Whoever asked may have been answered already; a second reply is not listened to.
    if (isKeyTaken(error)) process.send?.({ nth, answered: { refused: 'CreditKeyReused' } } satisfies Reply);
    else process.send?.({ nth, failed: (error as Error).message, isAway: isDatabaseAway(error) } satisfies Reply);
  }
});
process.once('disconnect', async () => {
  await database.close();
  await server.stop();
});
process.send!({ ownerUrl: server.ownerUrl, appUrl: server.appUrl } satisfies Started);

async function seal(organizationId: string): Promise<void> {
  await database.write(organizationId, (tx) => sealCredits(tx, { organizationId, now: new Date(BEGINNING) }));
}
