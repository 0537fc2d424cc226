import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { BAD_AMOUNTS, type CreditsOf, creditsSite, errorOf, fieldOf, toldBy } from './test-credits.ts';

const START = '2026-11-05T09:00:00Z';

let site: Awaited<ReturnType<typeof creditsSite>>;
let it: CreditsOf;
let administrator: Browser;

beforeAll(async () => {
  site = await creditsSite(START);
});
beforeEach(async () => {
  it = await site.open();
  administrator = await it.signedIn(it.administratorId);
});
afterAll(() => site.close());

const formWith = (fields: Record<string, string> = {}): Record<string, string> => ({
  requestKey: newRequestKey(),
  direction: 'add',
  amount: '8',
  lastDay: '',
  memo: 'Welcome gift',
  ...fields,
});
const review = (form: Record<string, string>) =>
  administrator.get(`${it.tab('/adjust/review')}?${new URLSearchParams(form)}`);

/** Presses the button of the review of `form`. */
async function confirm(form: Record<string, string>): Promise<Response> {
  const html = await (await review(form)).text();
  return administrator.post(it.tab('/adjust/review'), { ...form, seen: fieldOf(html, 'seen')! });
}

test('UX-41 UX-48 adding is shown with the balance before and after, expiry and reason, and done by a button that names it', async () => {
  await it.grant(5000n);
  const form = formWith();
  const html = await (await review(form)).text();
  expect(html).toContain('Add 8 credits to Mia?');
  expect(html).toMatch(/data-testid="before-after">\s*50 → 58/);
  expect(html).toContain('50 credits now, 58 afterwards');
  expect(html).toMatch(/Expires<\/dt><dd>Never/);
  expect(html).toMatch(/Reason<\/dt><dd>Welcome gift/);
  expect(html).toMatch(/<span data-text[^>]*>Add 8 credits to Mia<\/span>/);
  // Looking has done nothing.
  expect(await it.history()).toHaveLength(1);
  const answer = await confirm(form);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, it.tab()]);
  expect(await toldBy(administrator, answer)).toBe('8 credits added to Mia. Balance 58.');
  const added = {
    type: 'adjustment',
    changeMinor: 800n,
    memo: 'Welcome gift',
    actorName: 'Ada',
    balanceAfterMinor: 5800n,
  };
  expect((await it.history())[0]).toMatchObject(added);
});

test('UX-48 deducting goes the same way, in the order of spending, and is called so in the history', async () => {
  await it.grant(5000n);
  await it.add(100n, { expiresAt: '2026-12-01T00:00:00Z' });
  const form = formWith({ direction: 'deduct', amount: '1.50', memo: 'Counted twice', lastDay: '2020-01-01' });
  const html = await (await review(form)).text();
  expect(html).toContain('Deduct 1.5 credits from Mia?');
  expect(html).toMatch(/data-testid="before-after">\s*51 → 49\.5/);
  expect(html).not.toContain('Expires</dt>');
  expect(await toldBy(administrator, await confirm(form))).toBe('1.5 credits deducted from Mia. Balance 49.5.');
  expect((await it.balance()).lots.map((lot) => lot.remainingMinor)).toEqual([4950n]);
  const tab = await (await administrator.get(it.tab())).text();
  expect(tab).toContain('Deducted by the team');
  expect(tab).toContain('Added by the team');
  expect(tab).toContain('Counted twice');
});

test('E13 added credits are there until the end of their last day in the location’s zone, clocks changed or not', async () => {
  const days: [string, string, string][] = [
    ['2026-11-05', '2026-11-05T23:00:00.000Z', '5 Nov'],
    ['2027-02-28', '2027-02-28T23:00:00.000Z', '28 Feb 2027'],
    ['2027-06-30', '2027-06-30T22:00:00.000Z', '30 Jun 2027'],
  ];
  for (const [lastDay, expiresAt, day] of days) {
    const form = formWith({ lastDay });
    expect(await (await review(form)).text()).toContain(`At the end of ${day}<`);
    expect((await confirm(form)).status).toBe(303);
    const { lots } = await it.balance();
    expect(lots.map((lot) => lot.expiresAt?.toISOString())).toContain(expiresAt);
  }
});

test('a last day that is over, is none or is far away is refused in words', async () => {
  const bad: [string, string][] = [
    ['2026-11-04', 'This day is over. The earliest is today, 5 Nov.'],
    ['2026-02-30', 'Write a day that is in the calendar.'],
    ['tomorrow', 'Write a day that is in the calendar.'],
    ['12026-01-01', 'Write a day that is in the calendar.'],
    ['2926-11-05', 'This is more than 100 years away. Leave it empty for never.'],
  ];
  for (const [lastDay, sentence] of bad) {
    const answer = await review(formWith({ lastDay }));
    const html = await answer.text();
    expect([answer.status, errorOf(html, 'lastDay')]).toEqual([422, sentence]);
    expect(fieldOf(html, 'memo')).toBe('Welcome gift');
    const pressed = await administrator.post(it.tab('/adjust/review'), { ...formWith({ lastDay }), seen: '0' });
    expect(pressed.status).toBe(422);
  }
  // At ten to midnight it was still today.
  site.core.clock.set('2026-11-05T22:50:00Z');
  const form = formWith({ lastDay: '2026-11-05' });
  expect((await review(form)).status).toBe(200);
  site.core.clock.set('2026-11-05T23:00:00Z');
  const late = await administrator.post(it.tab('/adjust/review'), { ...form, seen: '0' });
  expect(errorOf(await late.text(), 'lastDay')).toBe('This day is over. The earliest is today, 6 Nov.');
  expect(await it.history()).toEqual([]);
});

test('deducting more than is available is refused with what is there, in the review and when pressed', async () => {
  await it.grant(5000n);
  await it.hold(300n, '2026-11-05T14:00:00Z');
  const form = formWith({ direction: 'deduct', amount: '48' });
  const pressed = administrator.post(it.tab('/adjust/review'), { ...form, seen: '5000' });
  for (const answer of [await review(form), await pressed]) {
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(errorOf(html, 'amount')).toBe('Only 47 credits are available: 3 more are set aside.');
    expect(fieldOf(html, 'requestKey')).toBe(form.requestKey);
  }
  expect((await it.balance()).balanceMinor).toBe(5000n);
});

test('a balance that changed since it was shown is shown again, and nothing is done until it was seen', async () => {
  await it.grant(5000n);
  const form = formWith();
  const seen = fieldOf(await (await review(form)).text(), 'seen')!;
  await it.spend(1000n);
  const answer = await administrator.post(it.tab('/adjust/review'), { ...form, seen });
  const html = await answer.text();
  expect(answer.status).toBe(409);
  expect(html).toContain('The balance has changed meanwhile');
  expect(html).toMatch(/data-testid="before-after">\s*40 → 48/);
  expect((await it.balance()).balanceMinor).toBe(4000n);
  const again = await administrator.post(it.tab('/adjust/review'), { ...form, seen: fieldOf(html, 'seen')! });
  expect(again.status).toBe(303);
  expect((await it.balance()).balanceMinor).toBe(4800n);
});

test('E1 pressed twice it is done once; whoever goes back to the review is led on; with something else it is refused', async () => {
  const form = formWith();
  const answers = await Promise.all(
    [1, 2].map(() => administrator.post(it.tab('/adjust/review'), { ...form, seen: '0' })),
  );
  expect(answers.map((answer) => answer.status)).toEqual([303, 303]);
  expect(await it.history()).toHaveLength(1);
  const back = await review(form);
  expect([back.status, back.headers.get('location')]).toEqual([303, it.tab()]);
  const other = await administrator.post(it.tab('/adjust/review'), { ...form, amount: '9', seen: '800' });
  const html = await other.text();
  expect(other.status).toBe(422);
  expect(html).toContain('This form was sent before with something else in it');
  expect(fieldOf(html, 'requestKey')).not.toBe(form.requestKey);
  expect(await it.history()).toHaveLength(1);
});

test('UX-48 an adjustment without a reason, or without a direction, is none', async () => {
  const bad: [Record<string, string>, string, string][] = [
    [{ memo: '' }, 'memo', 'Write why. Every adjustment has a reason.'],
    [{ memo: '   ' }, 'memo', 'Write why. Every adjustment has a reason.'],
    [{ memo: 'x'.repeat(301) }, 'memo', 'At most 300 characters.'],
    [{ memo: 'a\u0000b' }, 'memo', 'This holds characters that cannot be seen. Type it anew.'],
    [{ direction: 'burn' }, 'direction', 'Choose whether to add or to deduct.'],
    [{ direction: '' }, 'direction', 'Choose whether to add or to deduct.'],
  ];
  for (const [fields, field, sentence] of bad) {
    const answer = await review(formWith(fields));
    expect([answer.status, errorOf(await answer.text(), field)]).toEqual([422, sentence]);
  }
  expect(await it.history()).toEqual([]);
});

test('E25 what is no amount has a sentence at its field, keeps what was typed, and writes nothing', async () => {
  for (const [amount, sentence] of BAD_AMOUNTS) {
    const answer = await review(formWith({ amount }));
    const html = await answer.text();
    expect([amount, answer.status, errorOf(html, 'amount')]).toEqual([amount, 422, sentence]);
    expect(fieldOf(html, 'amount') ?? '').toBe(amount);
    const pressed = await administrator.post(it.tab('/adjust/review'), { ...formWith({ amount }), seen: '0' });
    expect(pressed.status).toBe(422);
  }
  expect(await it.history()).toEqual([]);
});

test('E25 a review without its key begins anew, and a form that no page has does nothing', async () => {
  const bare = await administrator.get(it.tab('/adjust/review'));
  expect([bare.status, bare.headers.get('location')]).toEqual([303, it.tab('/adjust')]);
  const keyless = await review(formWith({ requestKey: 'x', amount: '' }));
  expect(fieldOf(await keyless.text(), 'requestKey')).toMatch(/^[0-9a-f-]{36}$/);
  const spoilt: Record<string, string>[] = [{ requestKey: 'x', seen: '0' }, { seen: '-1' }, { seen: '1e3' }, {}];
  for (const fields of spoilt) {
    expect((await administrator.post(it.tab('/adjust/review'), formWith(fields))).status).toBe(404);
  }
  expect((await administrator.post(it.tab('/adjust/review'), formWith({ seen: '0', costMinor: '9' }))).status).toBe(
    400,
  );
  const { customerId } = it;
  it = await site.open();
  const other = await it.signedIn(it.administratorId);
  for (const id of [customerId, 'x', newRequestKey()]) {
    expect((await other.get(it.tab('/adjust', id))).status).toBe(404);
    const form = formWith({ seen: '0' });
    expect((await other.post(it.tab('/adjust/review', id), form)).status).toBe(404);
  }
});

test('frozen credits can be adjusted, and the review says that they are frozen', async () => {
  await it.grant(5000n);
  await it.freeze();
  expect(await (await review(formWith())).text()).toContain('What you add is frozen too');
  const form = formWith({ direction: 'deduct' });
  expect(await (await review(form)).text()).toContain('They can be deducted all the same.');
  expect((await confirm(form)).status).toBe(303);
  expect((await it.balance()).balanceMinor).toBe(4200n);
});

test('what was filled in is there again when one goes back to change it', async () => {
  const form = formWith({ direction: 'deduct', memo: 'A & B' });
  await it.grant(5000n);
  const html = await (await review(form)).text();
  const href = /href="([^"]*\/adjust\?[^"]*)"/.exec(html)![1]!.replaceAll('&amp;', '&');
  const again = await (await administrator.get(href)).text();
  expect(fieldOf(again, 'memo')).toBe('A &amp; B');
  expect(fieldOf(again, 'requestKey')).toBe(form.requestKey);
  expect(again).toMatch(/value="deduct"[^>]*checked/);
});
