import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { areasOf, createAdministrator, createUser } from '../people/people.ts';
import { BAD_AMOUNTS, type CreditsOf, creditsSite, errorOf, fieldOf, toldBy } from './test-credits.ts';

let site: Awaited<ReturnType<typeof creditsSite>>;
let it: CreditsOf;
let administrator: Browser;

beforeAll(async () => {
  site = await creditsSite('2026-11-05T09:00:00Z');
});
beforeEach(async () => {
  it = await site.open();
  administrator = await it.signedIn(it.administratorId);
});
afterAll(() => site.close());

const formWith = (fields: Record<string, string> = {}) => ({
  requestKey: newRequestKey(),
  amount: '8',
  product: 'Meeting room',
  memo: '',
  ...fields,
});

test('an administrator uses credits for somebody, and is told how many and what is left', async () => {
  await it.grant(5000n);
  const html = await (await administrator.get(it.tab('/use'))).text();
  expect(html).toContain('Use credits of Mia');
  expect(html).toMatch(/id="available".*?50 credits/s);
  const requestKey = fieldOf(html, 'requestKey')!;
  const answer = await administrator.post(it.tab('/use'), formWith({ requestKey, memo: ' For  Acme ' }));
  expect([answer.status, answer.headers.get('location')]).toEqual([303, it.tab()]);
  expect(await toldBy(administrator, answer)).toBe('8 credits used for Meeting room. Balance 42.');
  expect((await it.history())[0]).toMatchObject({
    type: 'spend',
    changeMinor: -800n,
    product: 'Meeting room',
    memo: 'For Acme',
    actorName: 'Ada',
  });
});

test('E1 the same form twice, one after the other and at once, uses once and is answered alike', async () => {
  await it.grant(5000n);
  const form = formWith({ amount: '2,5' });
  const answers = await Promise.all([1, 2, 3].map(() => administrator.post(it.tab('/use'), form)));
  answers.push(await administrator.post(it.tab('/use'), form));
  expect(answers.map((answer) => answer.status)).toEqual([303, 303, 303, 303]);
  expect(await toldBy(administrator, answers[3]!)).toBe('2.5 credits used for Meeting room. Balance 47.5.');
  expect(await it.history()).toHaveLength(2);
});

test('E1 the same form with something else in it is refused in words, and then goes on as a new wish', async () => {
  await it.grant(5000n);
  const form = formWith();
  await administrator.post(it.tab('/use'), form);
  const refused = await administrator.post(it.tab('/use'), { ...form, amount: '9' });
  const html = await refused.text();
  expect(refused.status).toBe(422);
  expect(html).toContain('This form was sent before with something else in it, and that was done.');
  expect(fieldOf(html, 'amount')).toBe('9');
  expect(await it.history()).toHaveLength(2);
  const requestKey = fieldOf(html, 'requestKey')!;
  expect(requestKey).not.toBe(form.requestKey);
  await administrator.post(it.tab('/use'), { ...form, amount: '9', requestKey });
  expect((await it.balance()).spendableMinor).toBe(3300n);
});

test('more than there is is refused with what there is; what was typed stays, and nothing is written', async () => {
  await it.grant(5000n);
  await it.hold(300n, '2026-11-05T14:00:00Z');
  const form = formWith({ amount: '48', memo: 'Board' });
  const answer = await administrator.post(it.tab('/use'), form);
  const html = await answer.text();
  expect(answer.status).toBe(422);
  expect(errorOf(html, 'amount')).toBe('Only 47 credits are available: 3 more are set aside.');
  expect(['requestKey', 'amount', 'product', 'memo'].map((name) => fieldOf(html, name))).toEqual(Object.values(form));
  expect((await it.balance()).balanceMinor).toBe(5000n);
  // The very same form goes through once there is enough.
  await it.add(100n);
  expect((await administrator.post(it.tab('/use'), form)).status).toBe(303);
});

test('somebody without credits is told so, with the way to adding some', async () => {
  const html = await (await administrator.get(it.tab('/use'))).text();
  expect(html).toContain('Mia has no credits to use');
  expect(html).toContain(`href="${it.tab('/adjust')}"`);
  const answer = await administrator.post(it.tab('/use'), formWith());
  expect([answer.status, errorOf(await answer.text(), 'amount')]).toEqual([422, 'No credits are available.']);
});

test('frozen credits are not used: the page says why in place of the form, before and after pressing', async () => {
  await it.grant(5000n);
  await it.freeze();
  for (const answer of [
    await administrator.get(it.tab('/use')),
    await administrator.post(it.tab('/use'), formWith()),
  ]) {
    const html = await answer.text();
    expect(html).toContain('These credits are frozen');
    expect(html).toContain('Mia is not a member at present.');
    expect(html).not.toContain('name="amount"');
  }
  const refused = await administrator.post(it.tab('/use'), formWith());
  expect(refused.status).toBe(422);
  expect(await it.history()).toHaveLength(1);
  const tab = await (await administrator.get(it.tab())).text();
  expect(tab).toContain('These credits are frozen');
  expect(tab).not.toContain(it.tab('/use'));
});

test('E25 what is no amount has a sentence at its field, keeps what was typed, and writes nothing', async () => {
  await it.grant(100_000_000n);
  for (const [amount, sentence] of BAD_AMOUNTS) {
    const answer = await administrator.post(it.tab('/use'), formWith({ amount }));
    const html = await answer.text();
    expect([amount, answer.status, errorOf(html, 'amount')]).toEqual([amount, 422, sentence]);
    expect(fieldOf(html, 'amount') ?? '').toBe(amount);
    expect(fieldOf(html, 'product')).toBe('Meeting room');
  }
  expect(await it.history()).toHaveLength(1);
});

test('E25 what for is needed, not endless, and shows all that is in it', async () => {
  await it.grant(5000n);
  const bad: [string, string][] = [
    ['', 'Write what the credits are used for.'],
    [' \n ', 'Write what the credits are used for.'],
    ['x'.repeat(121), 'At most 120 characters.'],
    ['Room \u202e31', 'This holds characters that cannot be seen. Type it anew.'],
  ];
  for (const [product, sentence] of bad) {
    const answer = await administrator.post(it.tab('/use'), formWith({ product }));
    expect([answer.status, errorOf(await answer.text(), 'product')]).toEqual([422, sentence]);
  }
  const long = await administrator.post(it.tab('/use'), formWith({ memo: 'x'.repeat(301) }));
  expect([long.status, errorOf(await long.text(), 'memo')]).toEqual([422, 'At most 300 characters.']);
  const markup = await administrator.post(it.tab('/use'), formWith({ product: '<b>Room</b>' }));
  expect(await toldBy(administrator, markup)).toBe('8 credits used for &lt;b&gt;Room&lt;/b&gt;. Balance 42.');
});

test('E25 a form without its key, with fields of others or for somebody elsewhere does nothing', async () => {
  await it.grant(5000n);
  for (const requestKey of ['', 'x', "'; drop table credit_entries"]) {
    expect((await administrator.post(it.tab('/use'), formWith({ requestKey }))).status).toBe(404);
  }
  expect((await administrator.post(it.tab('/use'), formWith({ customerId: it.customerId }))).status).toBe(400);
  const ofOther = it.tab('/use');
  expect(await it.history()).toHaveLength(1);
  const { customerId } = it;
  it = await site.open();
  const other = await it.signedIn(it.administratorId);
  for (const path of [ofOther, it.tab('/use', customerId), it.tab('/use', 'x'), it.tab('/use', newRequestKey())]) {
    expect((await other.get(path)).status).toBe(404);
    expect((await other.post(path, formWith())).status).toBe(404);
  }
});

test('members and administrators of other areas cannot use anybody’s credits', async () => {
  await it.grant(5000n);
  const { organizationId, location } = it;
  const accountant = await it.write(async (tx) => {
    const now = site.core.now();
    const id = await createUser(tx, { organizationId, name: 'Bo', email: `${newRequestKey()}@example.com`, now });
    await createAdministrator(tx, { organizationId, locationId: location.id, userId: id, areas: ['billing'] });
    return id;
  });
  expect(await it.read((db) => areasOf(db, location.id, accountant))).toEqual(['billing']);
  for (const userId of [it.memberId, accountant]) {
    const browser = await it.signedIn(userId);
    for (const path of ['/use', '/adjust', '/lots']) {
      expect((await browser.get(it.tab(path))).status).toBe(404);
    }
    expect((await browser.post(it.tab('/use'), formWith())).status).toBe(404);
  }
  expect((await it.balance()).balanceMinor).toBe(5000n);
});
