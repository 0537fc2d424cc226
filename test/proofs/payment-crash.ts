import { build } from '../../build.ts';
import { FLOWS } from './payments/flows.ts';
import { withScene } from './payments/scene.ts';
import { pointsOf, survive } from './payments/surviving.ts';

const PEOPLE = 160;

/** `npm run prove -- payment-crash`: kills the program at every point between open, commit, pay and apply. */
export async function provePaymentCrash(): Promise<string[]> {
  await build();
  return await withScene(PEOPLE, async (scene) => {
    const wrong: string[] = [];
    let slowest = 0;
    let points = 0;
    for (const flow of FLOWS) {
      console.log(`  ${flow.name}`);
      for (const point of await pointsOf(scene, flow)) {
        const survived = await survive(scene, flow, point);
        console.log(`${String(++points).padStart(6)}  ${survived.line}`);
        slowest = Math.max(slowest, survived.seconds);
        wrong.push(...survived.wrong);
      }
    }
    console.log(`  ${points} points; the slowest took ${slowest.toFixed(1)} s after its kill`);
    return [...wrong, ...scene.program.complaints];
  });
}
