import type { Tx } from '../../platform/database/database.ts';
import { creditNotesOf, type Invoice } from './records.ts';

/** One thing that happened to an invoice: when, what, and who did it, if it was a person. */
export type InvoiceStep = { at: Date; by: string | undefined } & (
  | { what: 'added' | 'removed'; title: string }
  | { what: 'issued' | 'voided' | 'settled' }
  | { what: 'credited'; number: bigint; id: string; amountMinor: bigint }
  | { what: 'payment'; status: string; method: string; label: string; amountMinor: bigint; paymentId: string }
);

/** Who did what with an invoice, the latest first. */
export async function historyOf(db: Tx, invoice: Invoice): Promise<InvoiceStep[]> {
  const steps: InvoiceStep[] = [...(await itemSteps(db, invoice)), ...(await paymentSteps(db, invoice))];
  const { issuedAt, voidedAt, paidAt, paymentId } = invoice;
  const { issuedBy, voidedBy } = await deciders(db, invoice);
  if (issuedAt) steps.push({ what: 'issued', at: issuedAt, by: issuedBy });
  if (voidedAt) steps.push({ what: 'voided', at: voidedAt, by: voidedBy });
  if (paidAt && paymentId === null) steps.push({ what: 'settled', at: paidAt, by: undefined });
  for (const note of await creditNotesOf(db, invoice.id)) {
    const { issuedBy: by } = await deciders(db, note);
    steps.push({
      what: 'credited',
      at: note.issuedAt!,
      by,
      number: note.number!,
      id: note.id,
      amountMinor: -note.totalMinor,
    });
  }
  return steps.sort((a, b) => b.at.getTime() - a.at.getTime());
}

async function itemSteps(db: Tx, { id }: Invoice): Promise<InvoiceStep[]> {
  const rows = await db
    .selectFrom('invoice_items as t')
    .leftJoin('users as a', (join) =>
      join.onRef('a.organization_id', '=', 't.organization_id').onRef('a.id', '=', 't.added_by'),
    )
    .leftJoin('users as r', (join) =>
      join.onRef('r.organization_id', '=', 't.organization_id').onRef('r.id', '=', 't.removed_by'),
    )
    .select(['t.title', 't.added_at', 't.removed_at', 'a.name as added_by', 'r.name as removed_by'])
    .where('t.invoice_id', '=', id)
    .where('t.credits_item_id', 'is', null)
    .execute();
  return rows.flatMap(({ title, ...row }) => [
    { what: 'added' as const, title, at: row.added_at, by: row.added_by ?? undefined },
    ...(row.removed_at
      ? [{ what: 'removed' as const, title, at: row.removed_at, by: row.removed_by ?? undefined }]
      : []),
  ]);
}

async function paymentSteps(db: Tx, { id }: Invoice): Promise<InvoiceStep[]> {
  const rows = await db
    .selectFrom('payments as y')
    .leftJoin('users as u', (join) =>
      join.onRef('u.organization_id', '=', 'y.organization_id').onRef('u.id', '=', 'y.actor_user_id'),
    )
    .select(['y.id', 'y.status', 'y.method', 'y.method_label', 'y.amount_minor', 'y.created_at', 'y.settled_at'])
    .select('u.name')
    .where('y.subject', '=', 'invoice')
    .where('y.subject_id', '=', id)
    .execute();
  return rows.map((row) => ({
    what: 'payment',
    at: row.settled_at ?? row.created_at,
    by: row.name ?? undefined,
    status: row.status,
    method: row.method,
    label: row.method_label,
    amountMinor: row.amount_minor,
    paymentId: row.id,
  }));
}

/** Who made it ready, and who voided it; what came by itself has nobody. */
async function deciders(
  db: Tx,
  { id }: { id: string },
): Promise<{ issuedBy: string | undefined; voidedBy: string | undefined }> {
  const row = await db
    .selectFrom('invoices as i')
    .leftJoin('users as a', (join) =>
      join.onRef('a.organization_id', '=', 'i.organization_id').onRef('a.id', '=', 'i.issued_by'),
    )
    .leftJoin('users as v', (join) =>
      join.onRef('v.organization_id', '=', 'i.organization_id').onRef('v.id', '=', 'i.voided_by'),
    )
    .select(['a.name as issued_by', 'v.name as voided_by'])
    .where('i.id', '=', id)
    .executeTakeFirstOrThrow();
  return { issuedBy: row.issued_by ?? undefined, voidedBy: row.voided_by ?? undefined };
}
