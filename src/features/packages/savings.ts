import { savingPercent } from '../../shared/savings.ts';

type Sold = { id: string; priceMinor: bigint; creditsMinor: bigint };

/**
 * What each package saves per credit against the dearest one, in whole percent rounded down: an advantage is never made
 * larger than it is. Packages that save less than 1 % are left out, and a single package has nothing to compare with.
 */
export function savingsOf(packages: readonly Sold[]): Map<string, number> {
  const savings = packages.map((it) => [it.id, savingPercent(it, packages)] as const);
  return new Map(savings.filter(([, percent]) => percent >= 1));
}

/**
 * The package to mark as most popular: the one bought most often by these `counts`, the first in order among equals.
 * None when nothing was bought, and none when there is no choice.
 */
export function mostPopular(
  packages: readonly { id: string }[],
  counts: ReadonlyMap<string, number>,
): string | undefined {
  if (packages.length < 2) return undefined;
  let best: { id: string; count: number } | undefined;
  for (const { id } of packages) {
    const count = counts.get(id) ?? 0;
    if (count > (best?.count ?? 0)) best = { id, count };
  }
  return best?.id;
}
