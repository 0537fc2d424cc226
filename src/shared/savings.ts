export type Offer = { priceMinor: bigint; creditsMinor: bigint };

/**
 * What an offer saves against the dearest of all offers, by price per credit, in whole percent rounded down.
 * 0 when there is nothing to compare with or less than one percent to say. Exact: fractions are compared crosswise.
 */
export function savingPercent(offer: Offer, others: readonly Offer[]): number {
  const dearest = others.reduce(
    (a, b) => (b.priceMinor * a.creditsMinor > a.priceMinor * b.creditsMinor ? b : a),
    offer,
  );
  const whole = offer.creditsMinor * dearest.priceMinor;
  if (whole <= 0n) return 0;
  // offer.price / offer.credits over dearest.price / dearest.credits, as one fraction.
  const saved = whole - offer.priceMinor * dearest.creditsMinor;
  return Number((saved * 100n) / whole);
}
