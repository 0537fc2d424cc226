import type { Core } from '../../platform/core.ts';

export type Demo = { url: string };
export async function loadDemo(core: Core): Promise<Demo> {
  return { url: core.config.baseUrl };
}
export function printDemo(demo: Demo): void {
  process.stdout.write(`${demo.url}\n`);
}
