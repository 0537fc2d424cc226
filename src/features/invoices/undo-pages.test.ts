import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import type { Invoice } from './invoices.ts';
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
/** What is told on the invoice's page right after. */
async function told(answer: Response, who = ada): Promise<string> {
  expect(answer.status).toBe(303);
  return await read(answer.headers.get('location')!, who);
}

describe('voiding and crediting', () => {
  test('voids with the question about what is unspent; voiding again says the same', async () => {
    const invoice = await it.issued(9_900n);
    expect(await read(at(invoice, '/void'))).toContain('Void invoice 000001 of Mia?');
    const form = formOn(await (await ada.get(at(invoice, '/void'))).text(), at(invoice, '/void'));
    expect(form.takeBack).toBe('yes');
    expect(await told(await ada.post(at(invoice, '/void'), form))).toContain('Invoice 000001 is void.');
    expect(await told(await ada.post(at(invoice, '/void'), form))).toContain('Invoice 000001 is void.');
    expect(it.heard).toEqual([{ what: 'undone, taken back', title: 'Locker' }]);
    const words = await read(at(invoice));
    expect(words).toMatch(/Voided .* Ada/);
    expect(words).toContain('Nothing is owed for it.');
    expect(await told(await ada.get(at(invoice, '/external')))).toContain('It was voided meanwhile.');
  });

  test('a credit note takes off what is chosen, once, as a document of its own', async () => {
    for (const title of ['Locker', 'Desk', 'Room']) await it.add(title, 1_000n);
    const invoice = await it.issue((await it.active())!);
    const path = at(invoice, '/credit');
    const form = formOn(await (await ada.get(path)).text(), path);
    expect(form['item[]']!.split(',')).toHaveLength(3);
    const nothing = await ada.post(path, { ...form, 'item[]': '' });
    expect(nothing.status).toBe(422);
    expect(wordsOn(await nothing.text())).toContain('Choose at least one item.');
    const chosen = { ...form, 'item[]': invoice.items[1]!.id };
    const answers = await Promise.all([ada.post(path, chosen), ada.post(path, chosen)]);
    expect(await told(answers[0]!)).toContain('Credit note 000002 over €10.00 is written.');
    expect(it.heard).toEqual([{ what: 'undone, taken back', title: 'Desk' }]);
    const words = await read(at(invoice));
    expect(words).toContain('Partly credited');
    expect(words).toContain('€20.00');
    expect(await told(await ada.get(at(invoice, '/void')))).toContain('Credit the rest in place of voiding it.');
    const pdf = await ada.get('/l/nest-mitte/invoices/2/pdf');
    expect(pdf.headers.get('content-disposition')).toBe('attachment; filename="credit-note-000002.pdf"');
  });

  test('E1 two administrators crediting the same item at once: one note, and the other is told', async () => {
    const invoice = await it.issued();
    const path = at(invoice, '/credit');
    const [mine, yours] = await Promise.all([1, 2].map(async () => formOn(await (await ada.get(path)).text(), path)));
    await Promise.all([ada.post(path, mine), ada.post(path, yours)]);
    const notes = (await it.rows('invoices')).filter(({ kind }) => kind === 'credit_note');
    expect(notes).toHaveLength(1);
  });

  test('nothing is changed while the customer is paying', async () => {
    const invoice = await it.issued();
    const voiding = formOn(await (await ada.get(at(invoice, '/void'))).text(), at(invoice, '/void'));
    await it.pay(invoice);
    const words = await read(at(invoice));
    expect(words).toContain('A payment is under way');
    expect(words).not.toContain('Record a payment');
    expect(await told(await ada.post(at(invoice, '/void'), voiding))).toContain('A payment of it is under way.');
    expect((await it.again(invoice)).status).toBe('issued');
  });
});

describe('a document keeps', () => {
  test('the names of when it was issued, and 200 items have their PDF', async () => {
    for (let count = 0; count < 60; count++) await it.add(`Desk ${count}`, 100n);
    const invoice: Invoice = await it.issue((await it.active())!);
    await it.shop.core.db.asOwner(it.shop.organizationId, `update customers set name = 'Someone else'`);
    expect(await read(at(invoice))).toMatch(/To Mia /);
    const pdf = Buffer.from(await (await ada.get('/l/nest-mitte/invoices/1/pdf')).arrayBuffer());
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(2);
    for (const bad of ['0', 'x', '-1', '99', '9'.repeat(30)])
      expect((await ada.get(`/l/nest-mitte/invoices/${bad}/pdf`)).status).toBe(404);
  });
});
