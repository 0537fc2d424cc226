import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { Context } from 'hono';

/** Proxies whose word on where a request comes from is believed. */
export type TrustedProxies = { has(address: string): boolean };

/**
 * Reads a list such as `127.0.0.1, 10.0.0.0/8, ::1`. Answers `undefined` when a part of it is no address and no network.
 */
export function trustedProxies(list: string): TrustedProxies | undefined {
  const blocks = new BlockList();
  for (const part of list.split(',').map((it) => it.trim())) {
    if (part === '') continue;
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
    if (isIP(address) === 0) return undefined;
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    const most = family === 'ipv4' ? 32 : 128;
    if (bits !== undefined && Number(bits) > most) return undefined;
    blocks.addSubnet(address, Number(bits ?? most), family);
  }
  return {
    has: (address) => isIP(address) !== 0 && blocks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
  };
}

/**
 * The network a request comes from: an IPv4 address, or the first 64 bits of an IPv6 one, which one household or company
 * has to itself. What a proxy says of it counts only when the proxy is trusted, and only what the last trusted one says.
 */
export function networkOf(c: Context, proxies: TrustedProxies): string {
  let address = plain((c.env as Connection | undefined)?.incoming?.socket?.remoteAddress ?? '');
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((it) => plain(it.trim()));
  while (proxies.has(address) && forwarded.length > 0) {
    const before = forwarded.pop()!;
    if (isIP(before) === 0) break;
    address = before;
  }
  return isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address || 'unknown';
}

/** What the server for Node hands along with a request. */
type Connection = { incoming?: { socket?: { remoteAddress?: string } } };

/** IPv4 as such, also where it is written inside IPv6, and nothing about the interface. */
function plain(address: string): string {
  const bare = address.replace(/%.*$/, '');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}

function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const missing = address.includes('::') ? Math.max(0, 8 - first.length - last.length) : 0;
  return [...first, ...Array<string>(missing).fill('0'), ...last].map((group) => group.replace(/^0+(?=.)/, ''));
}
