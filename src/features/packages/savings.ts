type Sold = { id: string; priceMinor: bigint; creditsMinor: bigint };

/**
 * What each package saves per credit against the dearest one, in whole percent rounded down: an advantage is never made
 * larger than it is. Packages that save less than 1 % are left out, and a single package has nothing to compare with.
 */
export function savingsOf(packages: readonly Sold[]): Map<string, number> {
  const savings = new Map<string, number>();
  const dearest = packages.reduce<Sold | undefined>((most, it) => (most && !dearer(it, most) ? most : it), undefined);
  if (!dearest || dearest.priceMinor === 0n) return savings;
  for (const { id, priceMinor, creditsMinor } of packages) {
    // 1 − (price / credits) / (dearest price / dearest credits), without a fraction in between.
    const whole = dearest.priceMinor * creditsMinor;
    const percent = Number(((whole - priceMinor * dearest.creditsMinor) * 100n) / whole);
    if (percent >= 1) savings.set(id, percent);
  }
  return savings;
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

function dearer(a: Sold, b: Sold): boolean {
  return a.priceMinor * b.creditsMinor > b.priceMinor * a.creditsMinor;
}
