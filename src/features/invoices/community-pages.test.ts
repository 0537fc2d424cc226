import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { CARDS } from '../../../test/support/shop.ts';
import { newId } from '../../platform/ids.ts';
import { invoicing } from './test-invoices.ts';
import { formOn, signedIn, wordsOn } from './test-people.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
let ada: Browser;
beforeEach(async () => {
  it = await invoicing();
  ada = await signedIn(it.shop, it.shop.administratorId);
});
afterEach(() => it.close());

const LIST = '/l/nest-mitte/community/invoices';
const at = ({ id }: { id: string }, below = '') => `${LIST}/${id}${below}`;
const read = async (path: string, who = ada) => {
  const page = await who.get(path);
  expect(page.status).toBe(200);
  return wordsOn(await page.text());
};
/** Opens a page and presses the button of its form, with what is given changed. */
async function press(path: string, changes: Record<string, string> = {}, who = ada): Promise<Response> {
  const html = await (await who.get(path)).text();
  return await who.post(path, { ...formOn(html, path), ...changes });
}
/** What is told on the invoice's page right after. */
async function told(answer: Response, who = ada): Promise<string> {
  expect(answer.status).toBe(303);
  return await read(answer.headers.get('location')!, who);
}
const days = (count: number) => it.shop.core.clock.advance(count * 86_400_000);

describe('Community > Invoices', () => {
  test('S16 lists the active invoice first, then by number, with customer, state, due day and total', async () => {
    const one = await it.issued(10_000n);
    const company = it.shop.company.customerId;
    await it.add('Flex desk', 5_000n, { customerId: company });
    const words = await read(LIST);
    expect(words).toMatch(/Active invoice .*Otter.* Active .*€50\.00.* Invoice 000001 .*Mia.* Open .*€100\.00/);
    expect(words).toContain('Due by');
    expect((await ada.get(at(one))).status).toBe(200);
  });

  test('UX-35 filters by state in the address, finds a number or a name, and says when there is nothing', async () => {
    const open = await it.issued(1_000n);
    await it.external(open);
    const voided = await it.issued(2_000n);
    await it.void(voided);
    await it.issued(3_000n);
    const numbersOn = async (query: string) =>
      [...(await read(`${LIST}?${query}`)).matchAll(/Invoice (0{3,}\d+)/g)].map(([, n]) => Number(n));
    expect(await numbersOn('')).toEqual([3, 2, 1]);
    expect(await numbersOn('show=paid')).toEqual([1]);
    expect(await numbersOn('show=void')).toEqual([2]);
    expect(await numbersOn('show=open')).toEqual([3]);
    expect(await numbersOn('show=overdue')).toEqual([]);
    expect(await numbersOn('search=2')).toEqual([2]);
    expect(await numbersOn('search=mia')).toEqual([3, 2, 1]);
    expect(await read(`${LIST}?search=nobody`)).toContain('No invoice has this number');
    expect(await read(`${LIST}?show=draft`)).toContain('No invoice is in this state.');
    days(20);
    ada = await signedIn(it.shop, it.shop.administratorId);
    expect(await numbersOn('show=overdue')).toEqual([3]);
    expect(await read(LIST)).toContain('Overdue');
  });

  test('UX-38 goes on by a button from the 51st on', async () => {
    for (let count = 0; count < 51; count++) await it.issued(100n);
    const first = await (await ada.get(LIST)).text();
    const next = /href="([^"]*after=[^"]*)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    const words = await read(next);
    expect(words).toContain('Invoice 000001');
    expect(words).toContain('Newest invoices');
  });

  test('E25 an address that means nothing is not there', async () => {
    for (const query of ['show=everything', 'after=x', 'after=%00', `after=${newId(new Date(0))}x`])
      expect((await ada.get(`${LIST}?${query}`)).status).toBe(404);
    for (const bad of ['x', '%00', newId(it.shop.core.now())])
      expect((await ada.get(`${LIST}/${bad}`)).status).toBe(404);
    expect((await ada.get(`${LIST}?search=%00%27%22<`)).status).toBe(200);
  });

  test('only administrators of billing come here; the tab of a customer is for those of customers', async () => {
    const invoice = await it.issued();
    const mia = await signedIn(it.shop, it.shop.member.userId);
    const max = await signedIn(it.shop, it.shop.manager.userId);
    for (const who of [mia, max]) {
      for (const path of [
        LIST,
        at(invoice),
        ...['/issue', '/void', '/credit', '/external', '/charge'].map((below) => at(invoice, below)),
      ])
        expect((await who.get(path)).status).toBe(404);
      for (const below of ['/issue', '/void', '/credit', '/external', '/charge'])
        expect((await who.post(at(invoice, below), {})).status).toBe(404);
    }
    const tab = `/l/nest-mitte/community/customers/${it.shop.member.customerId}/invoices`;
    expect(await read(tab)).toContain('Invoice 000001');
    expect((await mia.get(tab)).status).toBe(404);
  });
});

describe('making an active invoice ready', () => {
  test('says who pays what until when, gives a number, and once is enough', async () => {
    await it.add('Locker', 1_500n);
    const draft = (await it.active())!;
    expect(await read(at(draft))).toContain('until you make it ready for payment');
    expect(await read(at(draft, '/issue'))).toMatch(/Mia is asked to pay €15\.00 by /);
    const answers = await Promise.all([press(at(draft, '/issue')), press(at(draft, '/issue'))]);
    for (const answer of answers) expect(answer.status).toBe(303);
    const words = await read(at(draft));
    expect(words).toContain('Invoice 000001');
    expect(words).toMatch(/Made ready for payment .* Ada/);
    expect(await it.rows('invoice_documents')).toHaveLength(1);
    expect(await told(await ada.get(at(draft, '/issue')))).toContain('It was made ready for payment meanwhile');
  });

  test('is refused when something was added meanwhile, and with nothing on it', async () => {
    await it.add('Locker', 1_500n);
    const draft = (await it.active())!;
    const form = formOn(await (await ada.get(at(draft, '/issue'))).text(), at(draft, '/issue'));
    await it.add('Desk', 500n);
    expect(await told(await ada.post(at(draft, '/issue'), form))).toContain('Something was added or removed meanwhile');
    expect((await it.active())!.status).toBe('draft');
    for (const item of (await it.active())!.items) await it.remove(draft, item);
    expect(await told(await ada.get(at(draft, '/issue')))).toContain('There is nothing on it.');
  });
});

describe('taking an item off', () => {
  test('UX-54 asks what becomes of what is unspent, yes unless somebody says no', async () => {
    for (const title of ['Locker', 'Desk']) await it.add(title, 1_500n);
    const draft = (await it.active())!;
    const [locker, desk] = draft.items;
    const first = at(draft, `/items/${locker!.id}/remove`);
    const words = await read(first);
    expect(words).toContain('1 credit of it is unspent.');
    expect(words).toContain('Take back 1 credit');
    expect(await told(await press(first))).toContain('Locker was removed from the invoice.');
    await press(at(draft, `/items/${desk!.id}/remove`), { takeBack: 'no' });
    expect(it.heard).toEqual([
      { what: 'undone, taken back', title: 'Locker' },
      { what: 'undone', title: 'Desk' },
    ]);
    const page = await read(at(draft));
    expect(page).toMatch(/Removed: Desk .* Ada/);
    expect(page).toMatch(/Added: Locker .* Ada/);
  });

  test('E1 twice takes it off once, and one that was issued meanwhile stays', async () => {
    for (const title of ['Locker', 'Desk']) await it.add(title, 1_500n);
    const draft = (await it.active())!;
    const [locker, desk] = draft.items.map(({ id }) => at(draft, `/items/${id}/remove`));
    const form = formOn(await (await ada.get(locker!)).text(), locker!);
    await Promise.all([ada.post(locker!, form), ada.post(locker!, form)]);
    expect(it.heard).toHaveLength(1);
    const other = formOn(await (await ada.get(desk!)).text(), desk!);
    await it.issue(draft);
    expect(await told(await ada.post(desk!, other))).toContain('It was made ready for payment meanwhile');
    expect((await it.again(draft)).items).toHaveLength(1);
  });

  test('E25 the figure that was seen is the figure that counts', async () => {
    await it.add('Locker', 1_500n);
    const draft = (await it.active())!;
    const path = at(draft, `/items/${draft.items[0]!.id}/remove`);
    const answer = await press(path, { seenUnspentMinor: '5000' });
    expect(answer.status).toBe(409);
    expect(wordsOn(await answer.text())).toContain('Look at the figures again');
    expect(it.heard).toEqual([]);
    expect((await ada.post(path, {})).status).toBe(404);
    expect((await ada.post(path, { seenUnspentMinor: '100', takeBack: 'perhaps' })).status).toBe(404);
  });
});

describe('recording a payment', () => {
  test('says how, on which day and with which memo, and makes the invoice paid', async () => {
    const invoice = await it.issued(10_000n);
    days(3);
    const issuedOn = '2026-03-10';
    const page = await read(at(invoice, '/external'));
    expect(page).toContain('Record that Mia has paid €100.00');
    const html = await (await ada.get(at(invoice, '/external'))).text();
    const min = /name="paidOn"[^>]* min="([^"]*)"/.exec(html)?.[1] ?? issuedOn;
    const answer = await press(at(invoice, '/external'), { how: 'bank', paidOn: min, memo: 'RF18 5390' });
    const words = await told(answer);
    expect(words).toContain('€100.00 of Mia recorded. The invoice is paid.');
    expect(words).toContain('€100.00 paid: Bank transfer: RF18 5390');
    const [payment] = await it.rows('payments');
    expect(payment).toMatchObject({ method: 'external', status: 'paid', method_label: 'Bank transfer: RF18 5390' });
    expect((payment!.settled_at as Date).toISOString().slice(0, 10)).toBe(min);
    const pdf = await ada.get('/l/nest-mitte/invoices/1/pdf');
    expect(pdf.headers.get('content-disposition')).toBe('attachment; filename="invoice-000001.pdf"');
  });

  test('E1 of two presses, and of two administrators, one is recorded and the other told', async () => {
    const invoice = await it.issued();
    const path = at(invoice, '/external');
    const [mine, yours] = await Promise.all([1, 2].map(async () => formOn(await (await ada.get(path)).text(), path)));
    expect(mine!.id).not.toBe(yours!.id);
    const answers = await Promise.all([ada.post(path, mine), ada.post(path, mine), ada.post(path, yours)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await it.rows('payments')).toHaveLength(1);
    expect(await told(await ada.post(path, yours))).toContain('It was paid meanwhile');
    expect(await told(await ada.post(path, mine))).toContain('recorded');
  });

  test.each([
    ['a way that is none', { how: 'barter' }, 'Choose how it was paid.'],
    ['tomorrow', { paidOn: '2099-01-01' }, 'Choose a day from when it was issued'],
    ['a day before it was issued', { paidOn: '2001-01-01' }, 'Choose a day from when it was issued'],
    ['no day', { paidOn: '' }, 'Choose a day from when it was issued'],
    ['a day that is none', { paidOn: '2026-02-30' }, 'Choose a day from when it was issued'],
    ['a memo that is too long', { memo: 'x'.repeat(61) }, 'At most 60 characters'],
    ['a memo with something unseen', { memo: 'a\u202eb' }, 'that can be seen'],
  ])('E25 %s is refused in words, and nothing is recorded', async (_, changes, sentence) => {
    const invoice = await it.issued();
    const answer = await press(at(invoice, '/external'), changes);
    expect(answer.status).toBe(422);
    expect(wordsOn(await answer.text())).toContain(sentence);
    expect(await it.rows('payments')).toEqual([]);
  });
});

describe('charging a saved card', () => {
  test('pays the invoice, and the history says who did it', async () => {
    const first = await it.issued();
    const begun = await it.pay(first);
    await it.shop.payOnPage(begun.nextUrl!, CARDS.good);
    await it.settle(begun.id);
    const invoice = await it.issued(2_500n);
    expect(await read(at(invoice, '/charge'))).toContain('Charge €25.00 to a card of Mia?');
    expect(await told(await press(at(invoice, '/charge')))).toContain('€25.00 charged to Mia. The invoice is paid.');
    expect(await read(at(invoice))).toMatch(/€25\.00 paid: Visa •••• 4242 .* Ada/);
  });

  test('without a card there is no button, and the page says so', async () => {
    const invoice = await it.issued();
    expect(await read(at(invoice))).not.toContain('Charge the saved card');
    expect(await read(at(invoice, '/charge'))).toContain('Mia has saved no card here that is still good.');
  });
});
