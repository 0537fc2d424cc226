import type { Elsewhere } from './elsewhere.ts';

/** Nobody else cares who comes and goes. */
export const NOTHING_ELSEWHERE: Elsewhere = { standingChanged: async () => {}, tell: async () => {} };
