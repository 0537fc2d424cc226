import { isIP } from 'node:net';
import { type Hint, Refused } from './gateway.ts';

/**
 * The payment that a call of Mollie's names. Nothing signs it, and nothing has to: it says only at which payment to look,
 * and comes to an address that nobody else knows.
 */
export async function hintsIn(rawBody: string): Promise<Hint[]> {
  const named = new URLSearchParams(rawBody).getAll('id');
  if (named.length !== 1 || !/^tr_\w{1,64}$/.test(named[0]!)) throw new Refused('no-hint', 'not a call of Mollie');
  return [{ ref: named[0]! }];
}

/** Whether Mollie could call this address. It refuses payments with one that it cannot, such as `localhost`. */
export function isReachable(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return false;
  return hostname.includes('.') && !/\.(localhost|local|internal|test)\.?$/.test(hostname);
}
