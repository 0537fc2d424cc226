import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
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
  amount: '3',
  memo: '',
  ...fields,
});
const page = (entryId: string) => it.tab(`/entries/${entryId}/return`);

test('from the history a spend is returned in part, and then the rest of it', async () => {
  await it.grant(5000n);
  const { entryId } = await it.spend(800n, { product: 'Meeting room', memo: 'Board' });
  const tab = await (await administrator.get(it.tab())).text();
  expect(tab).toContain(`href="${page(entryId)}" aria-label="Return… Meeting room, 5 Nov, 10:00"`);
  const html = await (await administrator.get(page(entryId))).text();
  expect(html).toContain('Return credits to Mia');
  for (const fact of ['Meeting room', '5 Nov 2026, 10:00 CET', 'Board', '8 credits']) expect(html).toContain(fact);
  expect(html).toContain('They go back to where they came from');
  expect(fieldOf(html, 'amount')).toBe('8');
  const answer = await administrator.post(page(entryId), formWith({ memo: 'Too loud' }));
  expect([answer.status, answer.headers.get('location')]).toEqual([303, it.tab()]);
  expect(await toldBy(administrator, answer)).toBe('3 credits returned for Meeting room. Balance 45.');
  expect((await it.history())[0]).toMatchObject({ type: 'spend_reversal', changeMinor: 300n, memo: 'Too loud' });
  const after = await (await administrator.get(it.tab())).text();
  expect(after).toContain('3 of 8 returned');
  expect(fieldOf(await (await administrator.get(page(entryId))).text(), 'amount')).toBe('5');
  await administrator.post(page(entryId), formWith({ amount: '5' }));
  expect((await it.balance()).spendableMinor).toBe(5000n);
  expect(await (await administrator.get(it.tab())).text()).not.toContain('Return…');
  const done = await (await administrator.get(page(entryId))).text();
  expect(done).toContain('All of it has come back');
  expect(done).not.toContain('name="amount"');
});

test('more than is left is refused in words, and nothing is written', async () => {
  await it.grant(5000n);
  const { entryId } = await it.spend(800n, { product: 'Meeting room' });
  await it.giveBack(entryId, 600n);
  const answer = await administrator.post(page(entryId), formWith());
  const html = await answer.text();
  expect([answer.status, errorOf(html, 'amount')]).toEqual([422, 'Only 2 credits can still come back.']);
  expect(fieldOf(html, 'amount')).toBe('3');
  expect(await it.history()).toHaveLength(3);
});

test('E11 what was paid with credits that have expired since comes back for 30 days, as the page says', async () => {
  await it.grant(1000n, { expiresAt: '2026-11-10T23:00:00Z' });
  await it.grant(5000n);
  const { entryId } = await it.spend(1200n, { product: 'Workshop' });
  site.core.clock.set('2026-11-20T09:00:00Z');
  administrator = await it.signedIn(it.administratorId);
  const html = await (await administrator.get(page(entryId))).text();
  expect(html).toContain(
    'Of the credits this was paid with, 10 have expired since. They are returned last, and come back for 30 days, until 20 Dec; the others go back to where they came from.',
  );
  await administrator.post(page(entryId), formWith({ amount: '2' }));
  expect((await it.balance()).lots).toHaveLength(1);
  const rest = await (await administrator.get(page(entryId))).text();
  expect(rest).toContain('So what you return comes back for 30 days, until 20 Dec.');
  await administrator.post(page(entryId), formWith({ amount: '10' }));
  const [returned] = (await it.balance()).lots;
  expect(returned).toMatchObject({ remainingMinor: 1000n, expiresAt: new Date('2026-12-20T23:00:00Z') });
});

test('E1 pressed twice it is returned once, and the same form with something else is refused', async () => {
  await it.grant(5000n);
  const { entryId } = await it.spend(800n);
  const form = formWith();
  const answers = await Promise.all([1, 2].map(() => administrator.post(page(entryId), form)));
  expect(answers.map((answer) => answer.status)).toEqual([303, 303]);
  expect(await toldBy(administrator, answers[0]!)).toBe('3 credits returned. Balance 45.');
  const other = await administrator.post(page(entryId), { ...form, amount: '1' });
  expect(other.status).toBe(422);
  expect(await other.text()).toContain('This form was sent before with something else in it');
  expect(await it.history()).toHaveLength(3);
});

test('E1 a form sent again after all of it came back is still answered with what it did', async () => {
  await it.grant(5000n);
  const { entryId } = await it.spend(300n);
  const form = formWith();
  for (let times = 0; times < 2; times++) expect((await administrator.post(page(entryId), form)).status).toBe(303);
  expect((await it.balance()).balanceMinor).toBe(5000n);
});

test('what was committed from a hold can be returned too, and frozen credits as well', async () => {
  await it.grant(5000n);
  const { entryId } = await it.spend(800n);
  await it.freeze();
  expect((await administrator.post(page(entryId), formWith())).status).toBe(303);
  expect((await it.balance()).balanceMinor).toBe(4500n);
});

test('E25 what is no amount has a sentence at its field, and writes nothing', async () => {
  await it.grant(5000n);
  const { entryId } = await it.spend(800n);
  for (const [amount, sentence] of BAD_AMOUNTS) {
    const answer = await administrator.post(page(entryId), formWith({ amount }));
    const html = await answer.text();
    expect([amount, answer.status, errorOf(html, 'amount')]).toEqual([amount, 422, sentence]);
    expect(fieldOf(html, 'amount') ?? '').toBe(amount);
  }
  expect((await administrator.post(page(entryId), formWith({ requestKey: 'x' }))).status).toBe(404);
  expect(await it.history()).toHaveLength(2);
});

test('E25 what is no spend of this customer is not there', async () => {
  const { entryId: purchase } = await it.grant(5000n);
  const { entryId } = await it.spend(800n);
  const strange = [purchase, newId(site.core.now()), 'x', `${entryId}'`];
  for (const id of strange) {
    expect((await administrator.get(page(id))).status).toBe(404);
    expect((await administrator.post(page(id), formWith())).status).toBe(404);
  }
  const ofCompany = it.tab(`/entries/${entryId}/return`, it.company.customerId);
  expect((await administrator.post(ofCompany, formWith())).status).toBe(404);
  it = await site.open();
  const other = await it.signedIn(it.administratorId);
  expect((await other.post(page(entryId), formWith())).status).toBe(404);
});
