import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { networkOf, trustedProxies } from './network.ts';

async function seen(remoteAddress: string, forwarded?: string, trusted = ''): Promise<string> {
  const app = new Hono().get('/', (c) => c.text(networkOf(c, trustedProxies(trusted)!)));
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded };
  return await (await app.request('/', { headers }, { incoming: { socket: { remoteAddress } } })).text();
}

test('an IPv4 address is a network of its own, also where it is written inside IPv6', async () => {
  expect(await seen('203.0.113.7')).toBe('203.0.113.7');
  expect(await seen('::ffff:203.0.113.7')).toBe('203.0.113.7');
});

test('all of one IPv6 /64 are one network', async () => {
  expect(await seen('2001:db8:0:7::1')).toBe('2001:db8:0:7::/64');
  expect(await seen('2001:0db8:0000:0007:ffff:1:2:3')).toBe('2001:db8:0:7::/64');
  expect(await seen('2001:db8:0:8::1')).toBe('2001:db8:0:8::/64');
  expect(await seen('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
});

test('nobody chooses their network by a header, unless a trusted proxy says so', async () => {
  expect(await seen('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
  expect(await seen('203.0.113.7', '198.51.100.1', '127.0.0.1')).toBe('203.0.113.7');
  expect(await seen('127.0.0.1', '198.51.100.1', '127.0.0.1, ::1')).toBe('198.51.100.1');
  expect(await seen('::1', '198.51.100.1', '127.0.0.1, ::1')).toBe('198.51.100.1');
});

test('of several addresses the last that no trusted proxy has counts: those before it anybody may have written', async () => {
  expect(await seen('10.0.0.2', '1.1.1.1, 198.51.100.1, 10.0.0.9', '10.0.0.0/8')).toBe('198.51.100.1');
  expect(await seen('10.0.0.2', 'nonsense', '10.0.0.0/8')).toBe('10.0.0.2');
  expect(await seen('10.0.0.2', 'unknown, 10.0.0.9', '10.0.0.0/8')).toBe('10.0.0.9');
});

test('who has no address at all shares one network', async () => {
  expect(await (await new Hono().get('/', (c) => c.text(networkOf(c, trustedProxies('')!))).request('/')).text()).toBe(
    'unknown',
  );
});

test.each(['localhost', '10.0.0.0/33', '10.0.0/8', '::1/129', '1.2.3.4/x'])('a list with %s in it is none', (list) => {
  expect(trustedProxies(list)).toBeUndefined();
});
