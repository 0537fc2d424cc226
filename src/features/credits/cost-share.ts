/**
 * The part of `costMinor` that goes with `creditsMinor` out of `ofMinor` credits: rounded half up, and all of it with the
 * last of them, so that nothing of what was paid is ever lost or made. The database's `cost_share` says the same.
 */
export function costShare(costMinor: bigint, creditsMinor: bigint, ofMinor: bigint): bigint {
  if (creditsMinor === ofMinor) return costMinor;
  return (2n * costMinor * creditsMinor + ofMinor) / (2n * ofMinor);
}
