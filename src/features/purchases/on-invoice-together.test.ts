import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Random, randomOf } from '../../../test/proofs/random.ts';
import { companyBuyingIn } from '../../../test/support/company-buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { Refusal } from '../../platform/errors.ts';
import { newId, newRequestKey } from '../../platform/ids.ts';
import { spendCredits } from '../credits/credits.ts';
import { checkLedger } from '../credits/verify.ts';
import { activeInvoiceOf, type Invoice, invoiceById, invoicesOf } from '../invoices/invoices.ts';

let shop: Shop;
const { buy, rows, subscribe } = companyBuyingIn(() => shop);
beforeEach(async () => {
  shop = await openShop({ connected: false });
});
afterEach(() => shop.close());

const read = <T>(work: Parameters<typeof shop.core.database.read<T>>[1]) =>
  shop.core.database.read(shop.organizationId, work);
const write = <T>(work: Parameters<typeof shop.core.database.write<T>>[1]) =>
  shop.core.database.write(shop.organizationId, work);

/** Something that somebody does just now; what it meets may be gone already. */
async function deed(random: Random): Promise<void> {
  const { core, app, location, organizationId, administratorId: actorUserId, member } = shop;
  const { customerId } = member;
  const by = { locationId: location.id, actorUserId, takeBack: random.chance(0.7), now: core.now() };
  const draft = await read((db) => activeInvoiceOf(db, customerId));
  const some = await read((db) => invoicesOf(db, customerId));
  const issued = some.filter(({ number, kind }) => number !== null && kind === 'invoice');
  const one: Invoice | undefined =
    issued.length > 0 ? await read((db) => invoiceById(db, random.pick(issued).id)) : undefined;
  const what = random.weighed({ buy: 5, spend: 3, remove: 2, issue: 2, void: 1, credit: 2, pay: 2, renew: 1 });
  if (what === 'buy')
    await buy(shop.press({ method: { kind: 'invoice' }, requestKey: newRequestKey(), now: core.now() }));
  else if (what === 'renew') await app.subscriptions.renewAll();
  else if (what === 'spend') {
    const key = newRequestKey();
    const move = {
      organizationId,
      customerId,
      key,
      actorUserId,
      product: 'Room',
      creditsMinor: random.bigint(1n, 3_000n),
    };
    await write((tx) => spendCredits(tx, { ...move, now: core.now() }));
  } else if (what === 'remove' && draft && draft.items.length > 0)
    await write((tx) =>
      app.invoices.removeItem(tx, { ...by, invoiceId: draft.id, itemId: random.pick(draft.items).id }),
    );
  else if (what === 'issue' && draft) await write((tx) => app.invoices.issue(tx, { ...by, invoiceId: draft.id }));
  else if (what === 'void' && one) await write((tx) => app.invoices.void(tx, { ...by, invoiceId: one.id }));
  else if (what === 'credit' && one) {
    const itemIds = random.chance(0.5) ? ('all' as const) : [random.pick(one.items).id];
    await write((tx) => app.invoices.credit(tx, { ...by, invoiceId: one.id, id: newId(core.now()), itemIds }));
  } else if (what === 'pay' && one) {
    const paid = { location, invoiceId: one.id, id: newId(core.now()), label: 'Cash', seenDueMinor: one.dueMinor };
    await write((tx) => app.invoices.recordExternalPayment(tx, { ...by, ...paid }));
  }
}

test('E10 I6 people buy, use, take off, issue, void, credit, pay and renew at once: books and ledger stay true', async () => {
  await subscribe(shop.member.customerId, { creditsMinor: 2_000n });
  const random = randomOf(20_261_123);
  for (let round = 0; round < 12; round++) {
    shop.core.clock.advance(4 * 86_400_000);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => deed(randomOf(round, n))));
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason, String(outcome.reason)).toBeInstanceOf(Refusal);
    if (random.chance(0.3)) await shop.app.invoices.issueDue();
  }
  const wrong = await shop.core.db.asOwner(
    shop.organizationId,
    `select p.id, p.on_account, t.is_there, i.status from purchases p
       join invoice_items t on t.subject_id = p.id and t.credits_item_id is null join invoices i on i.id = t.invoice_id
       where p.on_account is distinct from (t.is_there and i.status in ('draft', 'issued')
         and not exists (select from invoice_items c where c.credits_item_id = t.id))`,
  );
  expect(wrong.rows).toEqual([]);
  const numbers = (await rows('invoice_documents')).map(({ number }) => Number(number)).sort((a, b) => a - b);
  expect(numbers.length).toBeGreaterThan(3);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect((await read((db) => checkLedger(db))).faults).toEqual([]);
});
