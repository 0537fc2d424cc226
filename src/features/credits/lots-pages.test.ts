import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { newId } from '../../platform/ids.ts';
import { expireCredits } from './credits.ts';
import { type CreditsOf, creditsSite, errorOf } from './test-credits.ts';

const START = '2026-11-05T09:00:00Z';

let site: Awaited<ReturnType<typeof creditsSite>>;
let it: CreditsOf;
let member: Browser;

beforeAll(async () => {
  site = await creditsSite(START);
});
beforeEach(async () => {
  it = await site.open();
  member = await it.signedIn(it.memberId);
});
afterAll(() => site.close());

type Card = { title: string; badge: string; amount: string; facts: Record<string, string>; uses: string[] };

const plain = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The cards of a page as people read them. */
function cardsOf(html: string): Card[] {
  return [...html.matchAll(/<article class="card".*?<\/article>/gs)].map(([card]) => {
    const part = (pattern: RegExp) => plain(pattern.exec(card)?.[1] ?? '');
    const facts = [...card.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gs)].map(([, term, value]) => [
      term!,
      plain(value!),
    ]);
    return {
      title: part(/class="card-title"[^>]*>(.*?)<\/h/s),
      badge: part(/class="badge[^>]*>(.*?)<\/span>/s),
      amount: part(/<p class="figures[^>]*>(.*?)<\/p>/s),
      facts: Object.fromEntries(facts),
      uses: [...card.matchAll(/<li class="ledger-row".*?<\/li>/gs)].map(([row]) => plain(row)),
    };
  });
}

const lotsOf = async (browser: Browser, path: string) => await (await browser.get(path)).text();

test('UX-32 each lot says where it came from, what is left, and what it was used for, the latest first', async () => {
  const purchaseId = newId(site.core.now());
  await it.grant(5000n, { product: 'Starter', purchaseId, costMinor: 4900n });
  await it.add(800n, { memo: 'Welcome', expiresAt: '2026-11-30T23:00:00Z' });
  await it.spend(1000n, { product: 'Meeting room' });
  await it.spend(550n, { product: 'Hot desk', memo: 'Two of us' });
  await it.hold(300n, '2026-11-05T14:00:00Z');
  const html = await lotsOf(member, it.own('/lots'));
  expect(html).toContain('Together they are the balance: 42.5 credits, 3 of them set aside.');
  expect(cardsOf(html)).toEqual([
    {
      title: 'Bought Starter',
      badge: 'Used next',
      amount: '42.5 of 50 left',
      facts: { Came: '5 Nov, by Mia', Expires: 'Never', 'Set aside': '3' },
      uses: ['Hot desk 5 Nov Two of us −5.5 42.5 left', 'Meeting room 5 Nov −2 48 left'],
    },
    {
      title: 'Added by the team',
      badge: 'Used up',
      amount: '8 credits',
      facts: { Came: '5 Nov, by Ada', Reason: 'Welcome', Expires: 'At the end of 30 Nov' },
      uses: ['Meeting room 5 Nov −8 0 left'],
    },
  ]);
  expect(html).toContain(`href="${it.own(`/purchases/${purchaseId}`)}"`);
  // What was paid is between the buyer and the location.
  expect(html).not.toContain('€');
});

test('administrators see besides what was paid for what is left of each', async () => {
  await it.grant(5000n, { product: 'Starter', costMinor: 4900n });
  site.core.clock.advance(1000);
  await it.grant(1000n, { product: 'Welcome' });
  await it.spend(1000n);
  const administrator = await it.signedIn(it.administratorId);
  const cards = cardsOf(await lotsOf(administrator, it.tab('/lots')));
  expect(cards.map(({ facts }) => facts['Paid for what is left'])).toEqual(['€39.20', 'Nothing']);
});

test('open lots come in the order of spending, then those that ended, newest first, page by page without a gap', async () => {
  const order: string[] = [];
  for (let index = 1; index <= 24; index++) {
    const expiresAt = new Date(Date.parse('2027-01-01T00:00:00Z') + ((index * 7) % 24) * 86_400_000).toISOString();
    await it.grant(1000n, { product: `Open ${index}`, expiresAt });
    order[(index * 7) % 24] = `Bought Open ${index}`;
  }
  for (let index = 1; index <= 30; index++) {
    site.core.clock.advance(1000);
    await it.add(100n, { memo: `Ended ${index}`, expiresAt: '2026-11-06T00:00:00Z' });
    await it.spend(100n);
  }
  const titles: string[] = [];
  let path: string | undefined = it.own('/lots');
  let pages = 0;
  while (path !== undefined) {
    const html: string = await lotsOf(member, path);
    titles.push(...cardsOf(html).map(({ title, facts }) => facts.Reason ?? title));
    path = /href="([^"]+)"[^>]*id="load-more"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    pages++;
    // Something is used up between two pages: nothing is left out or told twice.
    if (pages === 1) await it.spend(19_000n);
  }
  expect(titles.slice(0, 24)).toEqual(order);
  expect(titles.slice(24, 54)).toEqual(Array.from({ length: 30 }, (_, index) => `Ended ${30 - index}`));
  expect(pages).toBe(4);
});

test('a page of lots asks the database as often for many lots as for one', async () => {
  const counts: number[] = [];
  for (const lots of [1, 15]) {
    for (let index = 0; index < lots; index++) {
      await it.grant(1000n);
      await it.spend(10n);
    }
    await lotsOf(member, it.own('/lots'));
    site.core.db.statements.length = 0;
    await lotsOf(member, it.own('/lots'));
    counts.push(site.core.db.statements.length);
  }
  expect(counts[1]).toBe(counts[0]);
});

test('a lot with many uses shows the latest, and all of them on its own page', async () => {
  const { lotId } = await it.grant(50_000n, { product: 'Year' });
  for (let index = 1; index <= 60; index++) await it.spend(100n, { product: `Use ${index}` });
  const html = await lotsOf(member, it.own('/lots'));
  expect(cardsOf(html)[0]!.uses).toHaveLength(4);
  expect(html).toContain(`href="${it.own(`/lots/${lotId}`)}" aria-label="All uses: Bought Year"`);
  const first = await lotsOf(member, it.own(`/lots/${lotId}`));
  expect(first).toMatch(/<h1[^>]*>Bought Year</);
  const more = /href="([^"]+)"[^>]*id="load-more"/.exec(first)![1]!;
  const second = await lotsOf(member, more);
  const uses = [...cardsOf(first)[0]!.uses, ...cardsOf(second)[0]!.uses];
  expect(uses).toHaveLength(60);
  expect(uses[0]).toBe('Use 60 5 Nov −1 440 left');
  expect(uses.at(-1)).toBe('Use 1 5 Nov −1 499 left');
  expect(second).not.toContain('load-more');
});

test('E11 what came back after its lot had expired leads to the lot it replaces', async () => {
  const { lotId } = await it.grant(1000n, { product: 'Taster', expiresAt: '2026-11-10T23:00:00Z' });
  const { entryId } = await it.spend(600n, { product: 'Workshop' });
  site.core.clock.set('2026-11-20T09:00:00Z');
  await it.giveBack(entryId, 600n, { memo: 'Cancelled', actor: it.administratorId });
  member = await it.signedIn(it.memberId);
  const html = await lotsOf(member, it.own('/lots'));
  expect(cardsOf(html)).toMatchObject([
    {
      title: 'Came back after they had expired',
      amount: '6 of 6 left',
      facts: { Came: '20 Nov, by Ada', Reason: 'Cancelled', Expires: 'At the end of 20 Dec' },
    },
    { title: 'Bought Taster', badge: 'Expired', amount: '4 of 10 expired unused' },
  ]);
  expect(html).toContain(`href="${it.own(`/lots/${lotId}`)}"`);
  await it.write((tx) => expireCredits(tx, { organizationId: it.organizationId, now: site.core.now() }));
  const [, taster] = cardsOf(await lotsOf(member, it.own('/lots')));
  expect(taster).toMatchObject({ badge: 'Expired', amount: '10 credits' });
  expect(taster!.uses[0]).toBe('Expired 20 Nov −4 0 left');
  expect((await member.get(it.own(`/lots/${lotId}`))).status).toBe(200);
});

test('E13 the balance on a day is that of its end in the location’s zone, with the lots of then', async () => {
  await it.grant(5000n, { product: 'Starter' });
  await it.grant(1000n, { expiresAt: '2026-11-10T23:00:00Z' });
  site.core.clock.set('2026-11-10T22:59:59.999Z');
  await it.spend(300n);
  site.core.clock.set('2026-11-10T23:00:00Z');
  await it.spend(1000n);
  site.core.clock.set('2026-11-12T09:00:00Z');
  const administrator = await it.signedIn(it.administratorId);
  const on = async (day: string) => {
    const html = await lotsOf(administrator, it.tab(`/lots?on=${day}`));
    const then = /<div[^>]*id="balance-then">(.*?)<\/section>/s.exec(html)?.[1] ?? '';
    return plain(then);
  };
  expect(await on('2026-11-10')).toBe(
    'At the end of 10 Nov 57 credits 7 credits until 10 Nov 50 credits that never expire',
  );
  expect(await on('2026-11-11')).toBe('At the end of 11 Nov 40 credits 40 credits that never expire');
  expect(await on('2026-11-12')).toBe('Today, so far 40 credits 40 credits that never expire');
  expect(await on('2026-11-04')).toBe('At the end of 4 Nov 0 credits There were no credits.');
  // Members are not asked for a day.
  expect(await lotsOf(await it.signedIn(it.memberId), it.own('/lots?on=2026-11-10'))).not.toContain('balance-then');
});

test('E25 a day that is none, or not over, is refused in words', async () => {
  const administrator = await it.signedIn(it.administratorId);
  const bad: [string, string][] = [
    ['2026-11-06', 'This day is not over yet. Choose today or a day before.'],
    ['2026-02-30', 'Write a day that is in the calendar.'],
    ["'; drop table credit_lots", 'Write a day that is in the calendar.'],
  ];
  for (const [day, sentence] of bad) {
    const answer = await administrator.get(it.tab(`/lots?on=${encodeURIComponent(day)}`));
    expect([answer.status, errorOf(await answer.text(), 'on')]).toEqual([422, sentence]);
  }
});

test('E25 lots of others, and places in the list that are none, are not found', async () => {
  const { lotId } = await it.grant(5000n, { customer: it.company.customerId });
  const administrator = await it.signedIn(it.administratorId);
  const manager = await it.signedIn(it.managerId);
  expect((await manager.get(it.own(`/lots/${lotId}?wallet=company`))).status).toBe(200);
  expect((await administrator.get(it.tab(`/lots/${lotId}`, it.company.customerId))).status).toBe(200);
  for (const browser of [member, manager]) expect((await browser.get(it.own(`/lots/${lotId}`))).status).toBe(404);
  expect((await member.get(it.own('/lots?wallet=company'))).status).toBe(404);
  expect((await administrator.get(it.tab(`/lots/${lotId}`))).status).toBe(404);
  for (const query of ['after=x', `after=${lotId}`, `before=${lotId}`, `before=${newId(site.core.now())}`, 'after=']) {
    expect((await member.get(it.own(`/lots?${query}`))).status).toBe(404);
  }
  for (const path of ['/lots/x', `/lots/${newId(site.core.now())}`]) {
    expect((await member.get(it.own(path))).status).toBe(404);
  }
  const own = await it.grant(100n);
  for (const before of ['x', '-1', '1e3']) {
    expect((await member.get(it.own(`/lots/${own.lotId}?before=${before}`))).status).toBe(404);
  }
});

test('UX-37 without any credits the page says what will be told there', async () => {
  expect(await lotsOf(member, it.own('/lots'))).toContain('Whatever comes is listed here');
});
