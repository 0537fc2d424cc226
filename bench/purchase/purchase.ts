import { build } from '../../build.ts';
import { assertSound } from '../ledger/loading.ts';
import { inPlace, type Place, withOwnerPool } from '../ledger/place.ts';
import { assertSame, type BareBuyer, bareBuyer, bareFrom } from './bare.ts';
import { countStatements } from './counting.ts';
import { closeConnections } from './driving.ts';
import { type Program, withPrograms } from './programs.ts';
import { report } from './report.ts';
import { interleaved, type Meters, sample } from './sampling.ts';
import { makeBuyers, moveGateway, openShop, press, type Shop } from './shop.ts';

// A purchase by saved card over HTTP, from the form to the credits, against the very rows it writes as bare statements,
// in one run on one server with the product's own settings. The test gateway is ours, but a gateway all the same: what
// it costs is shown with the purchase and apart from it.

const CLIENTS = 8;

type Size = { warmUp: number; rounds: number; seconds: number; buyers: number; counted: number };
const full: Size = { warmUp: 3, rounds: 9, seconds: 3, buyers: 48, counted: 40 };
const short: Size = { warmUp: 1, rounds: 2, seconds: 1, buyers: 12, counted: 5 };

export async function measurePurchase({ quick }: { quick: boolean }): Promise<void> {
  await build();
  const size = quick ? short : full;
  try {
    // On the second server the test gateway has a database of its own.
    await inPlace((place) => inPlace((elsewhere) => measureOn(place, elsewhere, size)));
  } finally {
    closeConnections();
  }
}

async function measureOn(place: Place, elsewhere: Place, size: Size): Promise<void> {
  const shop = await openShop(place);
  await moveGateway(shop, elsewhere);
  await countStatements(shop, elsewhere, size.counted);
  await withPrograms(async (start) => {
    const programs = [await start(place), await start(place)];
    await race({ shop, programs, size, title: 'the test gateway in the same programs and database' });
  });
  await withPrograms(async (start) => {
    const gateway = await start(elsewhere);
    const simulatorUrl = `${gateway.url}/simulator`;
    const programs = [await start(place, { simulatorUrl }), await start(place, { simulatorUrl })];
    const apart = { program: gateway.pid, server: elsewhere.serverPid };
    await race({
      shop,
      programs,
      size,
      apart,
      title: 'the test gateway apart, with a program and a server of its own',
    });
  });
}

type Scene = {
  shop: Shop;
  programs: Program[];
  size: Size;
  title: string;
  apart?: { program: number; server: number };
};

async function race({ shop, programs, size, title, apart }: Scene): Promise<void> {
  const { place, organizationId, location } = shop;
  const { seconds } = size;
  const [{ url }] = programs as [Program];
  // Cards are kept by their own gateway: these buyers buy through it only.
  const name = apart ? 'Apart' : 'Inside';
  const buyers = await makeBuyers(shop, url, name, size.buyers);
  const writers = (await makeBuyers(shop, url, `${name}Bare`, size.buyers)).map(bareBuyer);
  const pressOf = (nth: number) => () => press(shop, url, buyers[nth]!);
  const bare = await bareFrom(place.owner, buyers[0]!, pressOf(0), pressOf(1));
  const meters: Meters = {
    Roost: { kind: 'program', pids: programs.map(({ pid }) => pid) },
    PostgreSQL: { kind: 'server', pids: [place.serverPid] },
    ...(apart && { gateway: { kind: 'program', pids: [apart.program] } }),
    ...(apart && { 'its PostgreSQL': { kind: 'server', pids: [apart.server] } }),
    bench: { kind: 'program', pids: [process.pid] },
  };
  const round = { seconds, clients: CLIENTS, meters };
  const pressing = (some: Program[]) => () =>
    sample(round, buyers, (buyer, nth) => press(shop, some[nth % some.length]!.url, buyer));
  const writing = (write: (buyer: BareBuyer) => Promise<void>) => () => sample(round, writers, write);
  const rounds = await withOwnerPool(place, organizationId, CLIENTS, async (pool) => {
    await assertSame(place.owner, pool, bare, writers[0]!);
    const ways = {
      one: pressing(programs.slice(0, 1)),
      two: pressing(programs),
      rows: writing((buyer) => bare.rowByRow(pool, buyer)),
      joined: writing((buyer) => bare.atOnce(pool, buyer)),
      prepared: writing((buyer) => bare.atOnce(pool, buyer, true)),
    };
    // Programs and connections that have only just begun are slow.
    await interleaved(size.warmUp, ways);
    return interleaved(size.rounds, ways);
  });
  await assertSound(place, { organizationId, locationId: location.id, actorId: '' });
  report({ title, clients: CLIENTS, bare, rounds });
}
