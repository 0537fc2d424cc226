import { auditBooks } from './audit.ts';
import { type BothBooks, type Here, readBothBooks } from './both-books.ts';
import type { Act, Flow } from './flows.ts';
import type { Asked } from './gateway-door.ts';
import { comesAbout } from './patience.ts';
import { LOOPS, PAGES_ONLY, type Scene } from './scene.ts';
import { type Point, Steps } from './steps.ts';

const WITHIN_MS = 60_000;

/** How an interrupted flow ended, once the program had been started again. */
export type Survived = { line: string; seconds: number; wrong: string[] };

/** The points of a flow, found by letting it happen once. */
export async function pointsOf(scene: Scene, flow: Flow): Promise<Point[]> {
  const { steps, act } = await begin(scene, flow, () => false);
  const acted = await act.act();
  if (flow.byLoops) await settles(scene);
  unwatch(scene);
  const status = (acted as { status?: number } | undefined)?.status;
  if (status !== undefined && status !== 303) throw new Error(`${flow.name}: answered ${status}`);
  return steps.points();
}

/** Ends the program with SIGKILL at the first point of a flow that is meant; answers what has become of it. */
export async function strike(
  scene: Scene,
  flow: Flow,
  isIt: (point: Point) => boolean,
): Promise<{ act: Act; there: string }> {
  const { steps, act } = await begin(scene, flow, isIt);
  const acted = act.act().catch(() => {});
  let isStruck = false;
  steps.struck.then(() => (isStruck = true));
  const came = await comesAbout(async () => isStruck, WITHIN_MS);
  unwatch(scene);
  if (!came) throw new Error(`${flow.name}: never came to the point; it took ${steps.taken.join('; ')}`);
  await acted;
  return { act, there: thereOf(await books(scene), act) };
}

/** One point: the kill, the start, and the right end within a minute; then once more what its buyer tried. */
export async function survive(scene: Scene, flow: Flow, point: Point): Promise<Survived> {
  const { act, there } = await strike(scene, flow, ({ nth, when }) => nth === point.nth && when === point.when);
  const begun = performance.now();
  await scene.program.start(LOOPS);
  const wrong = await settles(scene);
  const seconds = (performance.now() - begun) / 1000;
  const { end, wrong: unexpected } = endOf(await books(scene), act, there);
  wrong.push(...unexpected);
  if (act.again && wrong.length === 0) {
    await act.again();
    wrong.push(...(await settles(scene)));
    wrong.push(...afterAgain(await books(scene), act));
  }
  const line = `${point.when.padEnd(6)} ${point.step.padEnd(52)} ${there.padEnd(20)} → ${end.padEnd(24)} ${seconds.toFixed(1)} s`;
  return { line, seconds, wrong: wrong.map((it) => `${flow.name}, ${point.when} ${point.step}: ${it}`) };
}

/** Until both sides' books are as they have to be, or a minute is over; answers what is wrong then. */
export async function settles(scene: Scene): Promise<string[]> {
  let found: string[] = [];
  await comesAbout(async () => {
    found = auditBooks(await books(scene));
    return found.length === 0;
  }, WITHIN_MS);
  return found;
}

/** What has to have become of a flow that was interrupted when things stood so at the gateway. */
export function endOf(all: BothBooks, act: Act, there: string): { end: string; wrong: string[] } {
  const payment = paymentOf(all, act);
  if (act.refundKey) {
    const refund = all.refundsHere.find(
      ({ paymentId, requestKey }) => paymentId === payment?.id && requestKey === act.refundKey,
    );
    const end = refund ? `refund ${refund.status}` : 'no refund';
    // Written down is promised; what was never written was never sent.
    const isRight = refund ? refund.status === 'done' : there === 'nothing refunded';
    return { end, wrong: isRight ? [] : [`${there}, and in the end ${end}`] };
  }
  const end = payment?.status ?? 'nothing written';
  const isRight = there === 'charged' ? end === 'paid' : end === 'failed' || end === 'nothing written';
  return { end, wrong: isRight ? [] : [`${there}, and in the end ${end}`] };
}

/** Whoever tries again gets what they wanted, or the answer that the first try has; never twice of anything. */
function afterAgain(all: BothBooks, act: Act): string[] {
  const payment = paymentOf(all, act);
  if (!payment) return ['tried again, and nothing was written'];
  if (!act.refundKey) return [];
  const { refundsHere } = all;
  const ours = refundsHere.filter(({ paymentId }) => paymentId === payment.id);
  return ours.length === 1 && ours[0]!.status === 'done' ? [] : [`tried again, and there are ${ours.length} refunds`];
}

/** How things stand at the gateway. */
function thereOf(all: BothBooks, act: Act): string {
  const payment = paymentOf(all, act);
  const it = payment && all.there.find(({ ourId }) => ourId === payment.id);
  if (act.refundKey) return it && it.refunded > 0n ? 'refunded' : 'nothing refunded';
  return it && it.charges > 0n ? 'charged' : 'not charged';
}

function paymentOf({ here }: BothBooks, { key }: Act): Here | undefined {
  return here.find(({ requestKey }) => requestKey === key);
}

function books({ space }: Scene): Promise<BothBooks> {
  return readBothBooks(space.database, space.organizationId);
}

/** Starts the program without anything that works behind its pages, prepares, and watches from then on. */
async function begin(scene: Scene, flow: Flow, isIt: (point: Point) => boolean): Promise<{ steps: Steps; act: Act }> {
  const { program, gatewayDoor, databaseDoor } = scene;
  await program.stop();
  await program.start(PAGES_ONLY);
  const act = await flow.prepare(scene);
  if (flow.byLoops) await program.stop();
  const steps = new Steps(() => program.kill(), isIt, flow.counts);
  databaseDoor.watch = steps.atDatabase;
  const { asks, answers } = steps.atGateway;
  // Reading the gateway's books as well would find out first, sometimes.
  gatewayDoor.watch = { answers: answers!, asks: (asked) => (isList(asked) ? new Promise(() => {}) : asks!(asked)) };
  return { steps, act };
}

function unwatch({ gatewayDoor, databaseDoor }: Scene): void {
  gatewayDoor.watch = {};
  databaseDoor.watch = {};
}

function isList({ method, path }: Asked): boolean {
  return method === 'GET' && path.includes('created');
}
