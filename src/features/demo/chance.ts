/** Chance that repeats itself: the same seed leads to the same year. */
export type Chance = {
  /** Whether something of this probability (0 to 1) happens. */
  happens(probability: number): boolean;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<const T>(from: readonly [T, ...T[]]): T;
  /** Letters and digits, as gateways name things. */
  letters(length: number): string;
};

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function chanceOf(seed: number): Chance {
  const next = mulberry32(seed);
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    happens: (probability) => next() < probability,
    between,
    pick: (from) => from[between(0, from.length - 1)]!,
    letters: (length) => Array.from({ length }, () => ALPHABET[between(0, ALPHABET.length - 1)]).join(''),
  };
}

/** The public-domain generator of this name: 32 bits of state, and good enough for stories. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
