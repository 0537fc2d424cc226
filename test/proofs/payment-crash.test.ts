import { beforeAll, expect, test } from 'vitest';
import { build } from '../../build.ts';
import { readBothBooks } from './payments/both-books.ts';
import { FLOWS } from './payments/flows.ts';
import { LOOPS, withScene } from './payments/scene.ts';
import { endOf, settles, strike } from './payments/surviving.ts';

// Some points at which a program may end; `npm run prove -- payment-crash` goes through all of them.

const POINTS: [flow: string, when: 'before' | 'after', step: RegExp][] = [
  ['a saved card is charged', 'after', /^commit of payments$/],
  ['a saved card is charged', 'after', /^POST .*confirm$/],
  ['a saved card is charged', 'before', /^commit of .*credits/],
  ['somebody new is sent to the gateway’s page', 'after', /^POST .*sessions$/],
  ['money is refunded here', 'after', /^POST .*refunds$/],
];

beforeAll(async () => void (await build()));

test('E8 E9 a program that is killed between open, commit, pay and apply leaves what is paid once and granted once, or failed and not charged', {
  timeout: 600_000,
}, async () => {
  await withScene(POINTS.length * 5, async (scene) => {
    const struck: Awaited<ReturnType<typeof strike>>[] = [];
    for (const [name, at, what] of POINTS) {
      const flow = FLOWS.find((it) => it.name === name)!;
      struck.push(await strike(scene, flow, ({ when, step }) => when === at && what.test(step)));
    }
    expect(struck.map(({ there }) => there)).toEqual(['not charged', 'charged', 'charged', 'not charged', 'refunded']);
    await scene.program.start(LOOPS);
    expect(await settles(scene)).toEqual([]);
    const books = await readBothBooks(scene.space.database, scene.space.organizationId);
    const ends = struck.map(({ act, there }) => endOf(books, act, there));
    expect(ends.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(ends.map(({ end }) => end)).toEqual(['failed', 'paid', 'paid', 'failed', 'refund done']);
    expect(scene.program.complaints).toEqual([]);
  });
});
