import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 100;

/** Looks again and again; answers whether it came about in time. */
export async function comesAbout(condition: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await pause(EVERY_MS);
  }
  return true;
}
