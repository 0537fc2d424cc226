/** Chance that can be repeated: the same seed throws the same dice. */
export type Random = {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number, both ends included. */
  int(least: number, most: number): number;
  bigint(least: bigint, most: bigint): bigint;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One of the names, each as likely as its weight. */
  weighed<T extends string>(weights: Record<T, number>): T;
  uuid(): string;
};

/** A sequence of its own for each `stream` of a seed (sfc32). */
export function randomOf(seed: number, stream = 0): Random {
  let [a, b, c, d] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, stream | 0, 1];
  const word = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  // What comes first still shows the seed.
  for (let round = 0; round < 20; round++) word();
  const random: Random = {
    next: () => word() / 2 ** 32,
    int: (least, most) => least + Math.floor(random.next() * (most - least + 1)),
    bigint: (least, most) => least + BigInt(Math.floor(random.next() * Number(most - least + 1n))),
    chance: (probability) => random.next() < probability,
    pick: (items) => items[random.int(0, items.length - 1)]!,
    weighed(weights) {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][];
      let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        left -= weight;
        if (left < 0) return name;
      }
      return entries.at(-1)![0];
    },
    uuid() {
      const hex = Array.from({ length: 4 }, () => word().toString(16).padStart(8, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
  return random;
}

/** The seed of this run: the one asked for, or a new one. */
export function seedOf(asked: string | undefined): number {
  return asked === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(asked);
}
