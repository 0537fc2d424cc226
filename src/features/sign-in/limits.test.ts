import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { authenticator } from '../../../test/support/authenticator.ts';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { forgetChallenges } from './challenges.ts';
import { forgetTries } from './limits.ts';
import { type Doors, doors } from './test-sign-in.ts';

let core: TestCore;
let nest: Doors;

beforeAll(async () => {
  core = await testCore({ env: { SMTP_URL: 'smtp://localhost:1', TRUSTED_PROXIES: '10.0.0.1' } });
  nest = await doors(core);
});
beforeEach(() => core.clock.advance(2 * 86_400_000));
afterAll(() => core.close());

/** As many at once as the answers' even time makes sensible. */
async function many(times: number, ask: (at: number) => Promise<Response>): Promise<number[]> {
  const statuses: number[] = [];
  for (let from = 0; from < times; from += 20) {
    const answers = Array.from({ length: Math.min(20, times - from) }, (_, at) => ask(from + at));
    statuses.push(...(await Promise.all(answers)).map(({ status }) => status));
  }
  return statuses;
}

const counted = (statuses: number[], status: number) => statuses.filter((it) => it === status).length;

test('a network asks for sixty messages in a quarter of an hour, whoever they are for', async () => {
  const ask = (address: string, at: number) =>
    nest.open(address).post('/sign-in', { email: `nobody${at}@example.com` });
  const statuses = await many(65, (at) => ask('203.0.113.7', at));
  expect([counted(statuses, 303), counted(statuses, 429)]).toEqual([60, 5]);
  const refused = await ask('203.0.113.7', 0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(900);
  expect(await refused.text()).toContain('Too many tries. Wait');
  expect((await ask('203.0.113.8', 0)).status).toBe(303);
  core.clock.advance(15 * 60_000);
  expect((await ask('203.0.113.7', 0)).status).toBe(303);
});

test('addresses of one IPv6 network count together, and what a header says counts from a trusted proxy alone', async () => {
  const ask = (address: string, headers = {}) =>
    nest.open(address).post('/sign-in', { email: 'a@example.com' }, headers);
  await many(60, (at) => ask(`2001:db8:0:1::${at.toString(16)}`));
  expect((await ask('2001:db8:0:1:ffff::1')).status).toBe(429);
  expect((await ask('2001:db8:0:2::1')).status).toBe(303);
  const says = { 'X-Forwarded-For': '198.51.100.9' };
  expect((await ask('2001:db8:0:1::1', says)).status).toBe(429);
  expect((await ask('10.0.0.1', { 'X-Forwarded-For': '2001:db8:0:1::1' })).status).toBe(429);
  expect((await ask('10.0.0.1', says)).status).toBe(303);
});

test('a network types a hundred codes and shows passkeys in a quarter of an hour, all counted together', async () => {
  const { passkey } = await nest.addPasskey(await nest.byCode('mia@example.com', '203.0.113.1'));
  const browser = nest.open('203.0.113.20');
  await browser.post('/sign-in', { email: 'mia@example.com' });
  const statuses = await many(100, (at) =>
    at % 2 === 0
      ? browser.post('/sign-in/code', { code: '000000' })
      : browser.post('/sign-in/passkey', { answer: authenticator().sign({ challenge: 'AAAA' }), problem: '' }),
  );
  expect(counted(statuses, 422)).toBe(100);
  expect((await browser.post('/sign-in/code', { code: '000000' })).status).toBe(429);
  expect((await nest.byPasskey(browser, passkey)).status).toBe(429);
  expect(await nest.isIn(browser)).toBe(false);
  expect((await nest.byPasskey(nest.open('203.0.113.21'), passkey)).status).toBe(303);
});

test('no address of a network is stored, and what is over is forgotten', async () => {
  await nest.open('203.0.113.77').post('/sign-in', { email: 'mia@example.com' });
  await nest.open('203.0.113.77').post('/sign-in/passkey/options');
  const tries = async () => (await core.db.asOwner('', 'select * from sign_in_tries')).rows;
  const challenges = async () => (await core.db.asOwner('', 'select * from passkey_challenges')).rows;
  expect(JSON.stringify(await tries())).not.toContain('203.0.113');
  expect([(await tries()).length > 0, (await challenges()).length > 0]).toEqual([true, true]);
  core.clock.advance(2 * 86_400_000);
  await forgetTries(core);
  await forgetChallenges(core);
  expect([await tries(), await challenges()]).toEqual([[], []]);
});
