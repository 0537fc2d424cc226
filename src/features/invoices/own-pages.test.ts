import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from '../../../test/support/browser.ts';
import { CARDS } from '../../../test/support/shop.ts';
import type { Invoice } from './invoices.ts';
import { invoicing } from './test-invoices.ts';
import { formOn, signedIn, wordsOn } from './test-people.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
let mia: Browser;
beforeEach(async () => {
  it = await invoicing();
  mia = await signedIn(it.shop, it.shop.member.userId);
});
afterEach(() => it.close());

const LIST = '/l/nest-mitte/membership/invoices';
const at = ({ id }: { id: string }, below = '') => `${LIST}/${id}${below}`;
const read = async (path: string, who = mia) => {
  const page = await who.get(path);
  expect(page.status).toBe(200);
  return wordsOn(await page.text());
};
const follow = async (answer: Response, who = mia): Promise<string> => {
  expect(answer.status).toBe(303);
  return await read(answer.headers.get('location')!, who);
};
/** Opens the pay sheet and presses its button. */
async function press(invoice: Invoice, method = 'page', who = mia): Promise<Response> {
  const path = at(invoice, '/pay');
  return await who.post(path, { ...formOn(await (await who.get(path)).text(), path), method });
}
/** On the gateway's page and back, as browsers go. */
async function payOnPage(invoice: Invoice, card: string): Promise<Response> {
  const go = (await press(invoice)).headers.get('location')!;
  const html = await (await mia.get(go)).text();
  const there = /href="(http[^"]*\/pay\/[^"]*)"/.exec(html)![1]!.replaceAll('&amp;', '&');
  await it.shop.payOnPage(there, card);
  return await mia.get(`/l/nest-mitte/invoices/${invoice.number}/payments/${go.split('/').at(-2)}/return`);
}

describe('Membership > Invoices', () => {
  test('UX-37 says what invoices are for while there is none', async () => {
    expect(await read(LIST)).toContain('No invoices yet');
  });

  test('has what is to be paid on top, then the active one with when it will be issued, then what was', async () => {
    const paid = await it.issued(1_000n);
    await it.external(paid);
    await it.issued(10_000n);
    await it.add('Flex desk', 5_000n);
    const words = await read(LIST);
    expect(words).toMatch(
      /To pay .*Invoice 000002 .*€100\.00.*Pay €100\.00 .*Active invoice .*when Nest Mitte makes it ready.*Flex desk.*So far.*€50\.00.*Earlier invoices.*Invoice 000001/,
    );
  });

  test('the home page says what is to be paid first, and leads there', async () => {
    expect(await read('/l/nest-mitte/home')).not.toContain('to pay for');
    const invoice = await it.issued(10_000n);
    await it.issued(500n);
    const html = await (await mia.get('/l/nest-mitte/home')).text();
    expect(wordsOn(html)).toMatch(/€100\.00 to pay for Mia .*Invoice 000001, due by /);
    expect(html).toContain(`href="${at(invoice)}"`);
  });

  test('S16 managers have the company’s by a switch; its other people see nothing of them', async () => {
    const company = { customerId: it.shop.company.customerId };
    await it.add('Flex desk', 5_000n, company);
    const invoice = await it.issue((await it.active(company.customerId))!);
    const max = await signedIn(it.shop, it.shop.manager.userId);
    const eve = await signedIn(it.shop, it.shop.employee.userId);
    expect(await read(LIST, max)).not.toContain('Invoice 000001');
    expect(await read(`${LIST}?wallet=company`, max)).toContain('Invoice 000001');
    expect(await read(at(invoice), max)).toContain('Of Otter');
    expect((await eve.get(`${LIST}?wallet=company`)).status).toBe(404);
    for (const path of [at(invoice), at(invoice, '/pay'), '/l/nest-mitte/invoices/1', '/l/nest-mitte/invoices/1/pdf']) {
      expect((await eve.get(path)).status).toBe(404);
      expect((await mia.get(path)).status).toBe(404);
    }
    expect((await eve.post(at(invoice, '/pay'), { id: invoice.id, seenDueMinor: '5000', method: 'page' })).status).toBe(
      404,
    );
  });

  test('the address in messages leads each to their own page; whoever was removed reads it there', async () => {
    const invoice = await it.issued();
    const by = '/l/nest-mitte/invoices/1';
    const ada = await signedIn(it.shop, it.shop.administratorId);
    expect((await mia.get(by)).headers.get('location')).toBe(at(invoice));
    expect((await ada.get(by)).headers.get('location')).toBe(`/l/nest-mitte/community/invoices/${invoice.id}`);
    await it.shop.core.db.asOwner(it.shop.organizationId, `update memberships set status = 'removed'`);
    expect(await read(by)).toContain('Invoice 000001');
    expect((await mia.get(`${by}/pdf`)).headers.get('content-type')).toBe('application/pdf');
    expect((await mia.get(at(invoice))).headers.get('location')).toContain('/join');
  });
});

describe('paying an invoice', () => {
  test('UX-16 on the gateway’s page leads back to the invoice, which is paid and has a receipt', async () => {
    const invoice = await it.issued(10_000n);
    const sheet = await (await mia.get(at(invoice, '/pay'))).text();
    expect(wordsOn(sheet)).toMatch(/Pay €100\.00 .*Invoice 000001.*Due by.*All that is due is paid at once/);
    const words = await follow(await payOnPage(invoice, CARDS.good));
    expect(words).toContain('Invoice 000001 is paid: €100.00. Thank you.');
    expect(words).toContain('Receipt 000001');
    expect(await read(LIST)).toContain('Nothing to pay');
    expect(await follow(await mia.get(at(invoice, '/pay')))).toContain(
      'There is nothing to pay on this invoice any more.',
    );
  });

  test('UX-13 UX-14 with the saved card it is one press, and two presses pay once', async () => {
    await payOnPage(await it.issued(), CARDS.good);
    const invoice = await it.issued(2_000n);
    const path = at(invoice, '/pay');
    const form = formOn(await (await mia.get(path)).text(), path);
    expect(form.method).toMatch(/^saved-/);
    const answers = await Promise.all([mia.post(path, form), mia.post(path, form)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const payments = (await it.rows('payments')).filter((row) => row.subject_id === invoice.id);
    expect(payments).toMatchObject([{ status: 'paid', amount_minor: '2000' }]);
    expect((await it.again(invoice)).status).toBe('paid');
  });

  test('UX-17 a declined card says why, that nothing was charged, and lets one try again', async () => {
    const invoice = await it.issued();
    const path = at(invoice, '/pay');
    expect((await payOnPage(invoice, CARDS.declined)).status).toBe(303);
    const [payment] = await it.rows('payments');
    const cancelled = await mia.get(`/l/nest-mitte/invoices/1/payments/${payment!.id}/cancel`);
    expect(cancelled.headers.get('location')).toBe(`${path}?from=cancel`);
    const words = await read(`${path}?from=cancel`);
    expect(words).toContain('You came back without paying.');
    expect((await it.again(invoice)).status).toBe('issued');
    expect(await follow(await payOnPage(invoice, CARDS.good))).toContain('is paid');
  });

  test('UX-16 whoever left the gateway’s page finds the way on, on the invoice and in place of the sheet', async () => {
    const invoice = await it.issued();
    await press(invoice);
    const [payment] = await it.rows('payments');
    const waiting = at(invoice, `/payments/${payment!.id}`);
    expect(await read(at(invoice))).toContain('We are confirming your payment');
    expect((await mia.get(at(invoice, '/pay'))).headers.get('location')).toBe(waiting);
    const words = await read(waiting);
    expect(words).toContain('Your payment is not finished');
    expect(words).toContain('Go on to pay');
  });

  test('E3 what is due and has changed is shown before anything is paid', async () => {
    for (const title of ['Locker', 'Desk']) await it.add(title, 1_000n);
    const invoice = await it.issue((await it.active())!);
    const path = at(invoice, '/pay');
    const form = formOn(await (await mia.get(path)).text(), path);
    await it.credit(invoice, [invoice.items[0]!.id]);
    const answer = await mia.post(path, form);
    expect(answer.status).toBe(409);
    expect(wordsOn(await answer.text())).toContain('What is to be paid has changed to €10.00.');
    expect(await it.rows('payments')).toEqual([]);
  });

  test('E19 without a gateway there is no button, and it says whom to ask', async () => {
    const closed = await invoicing({ connected: false });
    try {
      const invoice = await closed.issued();
      const who = await signedIn(closed.shop, closed.shop.member.userId);
      for (const path of [LIST, at(invoice)]) {
        const words = await read(path, who);
        expect(words).toContain('Nest Mitte takes no cards for invoices. Ask the team how to pay it.');
        expect(words).not.toContain('Pay €');
      }
    } finally {
      await closed.close();
    }
  });

  test('E25 what no form of ours sends is refused by name', async () => {
    const invoice = await it.issued();
    const path = at(invoice, '/pay');
    const form = formOn(await (await mia.get(path)).text(), path);
    for (const changes of [
      ['method', 'gold'],
      ['method', 'saved-x'],
      ['id', 'x'],
      ['seenDueMinor', '1e9'],
    ] as const) {
      const answer = await mia.post(path, { ...form, [changes[0]]: changes[1] });
      expect(answer.status, String(changes)).toBe(422);
    }
    expect((await mia.post(path, { ...form, more: '1' })).status).toBe(400);
    const answer = await mia.post(path, { ...form, method: `saved-${invoice.id}` });
    expect(answer.status).toBe(409);
    for (const bad of ['x', '%00', invoice.id])
      expect((await mia.get(`${at(invoice)}/payments/${bad}`)).status).toBe(404);
    expect(await it.rows('payments')).toEqual([]);
  });
});

describe('Locations > Settings > Invoicing', () => {
  const PAGE = '/l/nest-mitte/settings/invoices';
  test('E6 days, reminders and the limit are saved, and what cannot be is refused beside its field', async () => {
    const ada = await signedIn(it.shop, it.shop.administratorId);
    expect((await mia.get(PAGE)).status).toBe(404);
    expect(formOn(await (await ada.get(PAGE)).text(), PAGE)).toMatchObject({ dueDays: '14', reminders: 'on' });
    expect(await follow(await ada.post(PAGE, { dueDays: '30', packageCap: '500,50' }), ada)).toContain('Saved.');
    expect(await it.rows('invoice_settings')).toMatchObject([
      { due_days: 30, reminders: false, package_cap_minor: '50050' },
    ]);
    for (const [changes, sentence] of [
      [{ dueDays: '366' }, 'from 0 to 365'],
      [{ dueDays: '-1' }, 'from 0 to 365'],
      [{ dueDays: '1.5' }, 'from 0 to 365'],
      [{ packageCap: 'much' }, 'An amount, such as'],
      [{ packageCap: '-5' }, 'An amount, such as'],
      [{ packageCap: '999999999999' }, 'An amount, such as'],
    ] as const) {
      const answer = await ada.post(PAGE, { dueDays: '30', packageCap: '', ...changes });
      expect(answer.status).toBe(422);
      expect(wordsOn(await answer.text())).toContain(sentence);
    }
    expect(await it.rows('invoice_settings')).toMatchObject([{ package_cap_minor: '50050' }]);
  });
});
