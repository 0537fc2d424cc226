import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someSpace } from '../../../test/support/people.ts';
import { newId } from '../../platform/ids.ts';
import { type Invoice, invoiceById } from './invoices.ts';
import { invoicing } from './test-invoices.ts';

// What the database itself refuses of the app, whatever the program means to do.

let it: Awaited<ReturnType<typeof invoicing>>;
let issued: Invoice;
let note: Invoice;
beforeAll(async () => {
  it = await invoicing();
  await it.add('Locker', 1_500n);
  await it.add('Phone', 250n);
  issued = await it.issue((await it.active())!);
  note = await it.credit(issued, [issued.items[1]!.id]);
  await it.add('Desk', 700n);
});
afterAll(() => it.close());

const DENIED = { code: '42501' };
const NO_CHECK = { code: '23514' };
const NO_REFERENCE = { code: '23503' };
const NOT_UNIQUE = { code: '23505' };

const run = (statement: ReturnType<typeof sql>) => it.write((tx) => statement.execute(tx));
/** The row again, with some columns changed, as JSON makes them. */
const copy = (table: string, columns: string, from: string, changes: object) =>
  run(
    sql`insert into ${sql.table(table)} (${sql.raw(columns)}) select ${sql.raw(columns)} from jsonb_populate_record(
      (select r from ${sql.table(table)} r where ${sql.raw(from)}), ${JSON.stringify(changes)}::jsonb)`,
  );

const DOCUMENT =
  'organization_id, invoice_id, location_id, kind, number, against_id, line_count, net_minor, tax_minor, total_minor, issued_at, due_on, document';
const LINE =
  'organization_id, invoice_id, position, line_count, item_id, net_minor, tax_minor, net_before_minor, tax_before_minor, net_so_far_minor, tax_so_far_minor';
const ITEM =
  'organization_id, id, invoice_id, position, key, kind, source, title, list_minor, discount_percent, net_minor, tax_minor, total_minor, tax_label, tax_rate_ppm, credits_item_id, added_at';
const INVOICE = 'organization_id, id, location_id, customer_id, kind, currency, status, opened_at';

describe('I6 E12 what was issued', () => {
  test.each([
    ['its number', sql`update invoice_documents set number = 7`],
    ['its total', sql`update invoice_documents set total_minor = 0`],
    ['who stands on it', sql`update invoice_documents set document = '{}'`],
    ['a line', sql`update invoice_lines set net_minor = 0`],
    ['an item', sql`update invoice_items set net_minor = 0`],
    ['whose it is', sql`update invoices set customer_id = customer_id`],
    ['its currency', sql`update invoices set currency = 'USD'`],
    ['that it was', sql`delete from invoice_documents`],
    ['its lines, by deleting them', sql`delete from invoice_lines`],
    ['its items, by deleting them', sql`delete from invoice_items`],
    ['that it is', sql`delete from invoices`],
  ])('cannot be changed: %s', async (_, statement) => {
    await expect(run(statement)).rejects.toMatchObject(DENIED);
  });

  test('loses no item', async () => {
    await expect(
      run(sql`update invoice_items set removed_at = now() where id = ${issued.items[0]!.id}`),
    ).rejects.toMatchObject(NO_REFERENCE);
  });

  test('is no draft again, and a draft is not issued without its document', async () => {
    const { invoiceId } = await it.add('Desk', 1n, { customerId: it.shop.company.customerId });
    await it.issue({ id: invoiceId });
    const undone = sql`update invoices set status = 'draft', issued_by = null where id = ${invoiceId}`;
    await expect(run(undone)).rejects.toMatchObject(NO_REFERENCE);
    await expect(run(sql`update invoices set status = 'issued' where status = 'draft'`)).rejects.toMatchObject(
      NO_REFERENCE,
    );
  });

  test('gains no line', async () => {
    const { items } = (await it.active())!;
    const more = { position: 3, item_id: items[0]!.id, net_minor: 700, net_before_minor: 1750, net_so_far_minor: 2450 };
    const from = `invoice_id = '${issued.id}' and position = 2`;
    await expect(copy('invoice_lines', LINE, from, more)).rejects.toMatchObject(NO_CHECK);
    await expect(copy('invoice_lines', LINE, from, { ...more, line_count: 3 })).rejects.toMatchObject(NO_REFERENCE);
  });
});

describe('E12 a document', () => {
  const from = () => `invoice_id = '${issued.id}'`;
  const draft = async () => ({ invoice_id: (await it.active())!.id });

  test('has the number after the one before, and that number alone', async () => {
    await expect(copy('invoice_documents', DOCUMENT, from(), { ...(await draft()), number: 5 })).rejects.toMatchObject(
      NO_REFERENCE,
    );
    await expect(copy('invoice_documents', DOCUMENT, from(), { ...(await draft()), number: 2 })).rejects.toMatchObject(
      NOT_UNIQUE,
    );
  });

  test('has the sums of its lines', async () => {
    const bad = { ...(await draft()), number: 4, line_count: 1, net_minor: 1, total_minor: 1 };
    await expect(copy('invoice_documents', DOCUMENT, from(), bad)).rejects.toMatchObject(NO_REFERENCE);
    await expect(copy('invoice_documents', DOCUMENT, from(), { ...bad, total_minor: 2 })).rejects.toMatchObject(
      NO_CHECK,
    );
  });

  test('has lines that go on where the one before ended', async () => {
    const { items, id } = (await it.active())!;
    const own = { invoice_id: id, item_id: items[0]!.id, net_minor: 700, line_count: 1 };
    const line = `invoice_id = '${issued.id}' and position = 1`;
    const begins = { ...own, net_before_minor: 5, net_so_far_minor: 705 };
    await expect(copy('invoice_lines', LINE, line, begins)).rejects.toMatchObject(NO_CHECK);
    await expect(copy('invoice_lines', LINE, line, { ...begins, position: 2, line_count: 2 })).rejects.toMatchObject(
      NO_REFERENCE,
    );
    await expect(copy('invoice_lines', LINE, line, { ...own, net_so_far_minor: 700 })).rejects.toMatchObject(
      NO_REFERENCE,
    );
  });
});

describe('E12 a credit note', () => {
  const from = () => `invoice_id = '${note.id}'`;
  const fresh = () => ({ id: newId(new Date(0)), key: newId(new Date(0)), position: 2 });

  test('takes an item away once', async () => {
    await expect(copy('invoice_items', ITEM, from(), fresh())).rejects.toMatchObject(NOT_UNIQUE);
  });

  test('takes it away whole, as it was, and only what was issued', async () => {
    const other = { ...fresh(), credits_item_id: issued.items[0]!.id };
    await expect(copy('invoice_items', ITEM, from(), other)).rejects.toMatchObject(NO_REFERENCE);
    const draft = { ...fresh(), credits_item_id: (await it.active())!.items[0]!.id };
    const turned = { ...draft, net_minor: -700, total_minor: -700, list_minor: -700 };
    await expect(copy('invoice_items', ITEM, from(), turned)).rejects.toMatchObject(NO_REFERENCE);
  });

  test('and nothing else, is negative', async () => {
    const negative = { ...fresh(), invoice_id: (await it.active())!.id, credits_item_id: null };
    await expect(copy('invoice_items', ITEM, from(), negative)).rejects.toMatchObject(NO_CHECK);
  });
});

describe('E12 an invoice', () => {
  test('is the only draft of its customer', async () => {
    const second = { id: newId(new Date(0)) };
    await expect(copy('invoices', INVOICE, `status = 'draft'`, second)).rejects.toMatchObject(NOT_UNIQUE);
  });

  test('is paid or void exactly when it says since when', async () => {
    for (const statement of [
      sql`update invoices set status = 'paid' where id = ${issued.id}`,
      sql`update invoices set status = 'void' where id = ${issued.id}`,
      sql`update invoices set paid_at = now() where id = ${issued.id}`,
      sql`update invoices set status = 'paid', paid_at = now() where id = ${note.id}`,
    ])
      await expect(run(statement)).rejects.toMatchObject(NO_CHECK);
  });

  test('of another organization is not there', async () => {
    const other = await someSpace(it.shop.core, { domain: 'other.example' });
    const { core } = it.shop;
    expect(await core.database.read(other.organizationId, (db) => invoiceById(db, issued.id))).toBeUndefined();
    const at = { locationId: other.location.id, actorUserId: other.administratorId, takeBack: true, now: core.now() };
    const theirs = <T>(work: (tx: Parameters<Parameters<typeof core.database.write>[1]>[0]) => Promise<T>) =>
      core.database.write(other.organizationId, work);
    const of = { ...at, invoiceId: issued.id };
    for (const attempt of [
      () => theirs((tx) => it.invoices.issue(tx, of)),
      () => theirs((tx) => it.invoices.void(tx, of)),
      () => theirs((tx) => it.invoices.credit(tx, { ...of, id: newId(core.now()), itemIds: 'all' })),
      () => theirs((tx) => it.invoices.removeItem(tx, { ...of, itemId: issued.items[0]!.id })),
      // Not even with the right organization and another location of it.
      () => it.write((tx) => it.invoices.void(tx, { ...of, actorUserId: it.shop.administratorId })),
    ])
      await expect(attempt()).rejects.toThrow('not-found');
    expect((await it.again(issued)).status).toBe('issued');
  });
});
