import type { Tx } from '../../platform/database/database.ts';
import type { Subject } from './personal-data.ts';

type Scope = {
  now: Date /** Only what belongs to this location; everything when there is none. */;
  locationId?: string;
};

/**
 * Everything that is kept under somebody's id, as JSON: money and credits in minor units as text, instants in UTC. No
 * secret, nobody else's data, and of a company what they bought for it themselves.
 */
export async function exportOf(db: Tx, subject: Subject, scope: Scope): Promise<string> {
  const wallets = [];
  for (const { id } of subject.customers) wallets.push(await walletOf(db, id));
  const it = {
    exportedAt: scope.now,
    about: 'Amounts of money and credits are whole numbers of minor units. Instants are UTC.',
    person: await personOf(db, subject),
    memberships: await membershipsOf(db, subject, scope),
    wallets,
    boughtForCompanies: await boughtForOthers(db, subject, scope),
    // What belongs to the account, not to a location.
    ...(scope.locationId === undefined && {
      signingIn: await signingInOf(db, subject),
      news: await newsOf(db, subject),
      messages: await messagesTo(db, subject),
    }),
  };
  return JSON.stringify(it, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2);
}

async function personOf(db: Tx, { userId }: Subject) {
  return await db
    .selectFrom('users')
    .select(['id', 'name', 'email', 'created_at as createdAt'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
}

async function membershipsOf(db: Tx, { userId }: Subject, { locationId }: Scope) {
  return await db
    .selectFrom('memberships as m')
    .innerJoin('locations as l', (join) =>
      join.onRef('l.organization_id', '=', 'm.organization_id').onRef('l.id', '=', 'm.location_id'),
    )
    .leftJoin('companies as c', (join) =>
      join.onRef('c.organization_id', '=', 'm.organization_id').onRef('c.id', '=', 'm.company_id'),
    )
    .leftJoin('administrators as a', (join) =>
      join
        .onRef('a.organization_id', '=', 'm.organization_id')
        .onRef('a.location_id', '=', 'm.location_id')
        .onRef('a.user_id', '=', 'm.user_id'),
    )
    .select(['m.id', 'l.name as location', 'm.type', 'm.status', 'm.created_at as since', 'm.customer_id as walletId'])
    .select(['c.name as company', 'm.company_role as companyRole', 'a.areas as administratorOf'])
    .where('m.user_id', '=', userId)
    .$if(locationId !== undefined, (query) => query.where('m.location_id', '=', locationId!))
    .orderBy('m.created_at')
    .execute();
}

async function walletOf(db: Tx, id: string) {
  const payments = await db
    .selectFrom('payments')
    .select(['id', 'subject', 'title', 'method', 'method_label as methodLabel', 'status', 'currency'])
    .select(['amount_minor as amountMinor', 'tax_minor as taxMinor', 'refunded_minor as refundedMinor'])
    .select(['created_at as createdAt', 'settled_at as settledAt'])
    .where('customer_id', '=', id)
    .orderBy('created_at')
    .execute();
  return {
    id,
    billing: await db
      .selectFrom('customer_billing')
      .select(['legal_name as legalName', 'address', 'tax_id as taxId', 'changed_at as changedAt'])
      .where('customer_id', '=', id)
      .executeTakeFirst(),
    cards: await db
      .selectFrom('saved_methods')
      .select(['brand', 'last4', 'expires_month as expiresMonth', 'expires_year as expiresYear'])
      .select(['created_at as savedAt', 'removed_at as removedAt'])
      .where('customer_id', '=', id)
      .orderBy('created_at')
      .execute(),
    plans: await plansOf(db, id),
    credits: await creditsOf(db, id),
    purchases: await purchases(db).where('customer_id', '=', id).execute(),
    payments,
    receipts: await receiptsOf(
      db,
      payments.map((payment) => payment.id),
    ),
    invoices: await invoicesOf(db, id),
  };
}

function purchases(db: Tx) {
  return db
    .selectFrom('purchases')
    .select(['id', 'title', 'credits_minor as creditsMinor', 'currency', 'total_minor as totalMinor', 'method'])
    .select(['tax_minor as taxMinor', 'discount_percent as discountPercent', 'taken_back_minor as takenBackMinor'])
    .select(['created_at as createdAt', 'paid_at as paidAt'])
    .orderBy('created_at');
}

/** What they bought in the name of a company: their own doing, with the company's name and nothing else of it. */
async function boughtForOthers(db: Tx, { userId, customers }: Subject, { locationId }: Scope) {
  const own = customers.map(({ id }) => id);
  return await purchases(db)
    .innerJoin('customers as o', (join) =>
      join.onRef('o.organization_id', '=', 'purchases.organization_id').onRef('o.id', '=', 'purchases.customer_id'),
    )
    .clearSelect()
    .select(['purchases.id', 'o.name as company', 'purchases.title', 'purchases.credits_minor as creditsMinor'])
    .select(['purchases.currency', 'purchases.total_minor as totalMinor', 'purchases.method'])
    .select(['purchases.created_at as createdAt', 'purchases.paid_at as paidAt'])
    .clearOrderBy()
    .orderBy('purchases.created_at')
    .where('purchases.buyer_user_id', '=', userId)
    .where('o.kind', '=', 'company')
    .$if(own.length > 0, (query) => query.where('purchases.customer_id', 'not in', own))
    .$if(locationId !== undefined, (query) => query.where('o.location_id', '=', locationId!))
    .execute();
}

async function creditsOf(db: Tx, id: string) {
  const entries = await db
    .selectFrom('credit_entries')
    .select(['id', 'type', 'change_minor as changeMinor', 'balance_after_minor as balanceAfterMinor'])
    .select(['product', 'memo', 'created_at as at'])
    .where('customer_id', '=', id)
    .orderBy('version')
    .execute();
  const lots = await db
    .selectFrom('credit_lots')
    .select(['id', 'source', 'allocation_minor as allocationMinor', 'remaining_minor as remainingMinor'])
    .select(['expires_at as expiresAt', 'created_at as createdAt'])
    .where('customer_id', '=', id)
    .orderBy('created_at')
    .execute();
  return { balanceMinor: entries.at(-1)?.balanceAfterMinor ?? 0n, lots, entries };
}

async function plansOf(db: Tx, id: string) {
  return await db
    .selectFrom('subscriptions as s')
    .innerJoin('subscription_periods as p', (join) =>
      join.onRef('p.organization_id', '=', 's.organization_id').onRef('p.subscription_id', '=', 's.id'),
    )
    .select(['s.id', 'p.plan_name as plan', 'p.cycle', 'p.starts_at as startsAt', 'p.ends_at as endsAt'])
    .select(['p.price_minor as priceMinor', 'p.credits_minor as creditsMinor'])
    .where('s.customer_id', '=', id)
    .orderBy('p.starts_at')
    .execute();
}

async function receiptsOf(db: Tx, paymentIds: string[]) {
  if (paymentIds.length === 0) return [];
  return await db
    .selectFrom('receipts')
    .select(['number', 'payment_id as paymentId', 'issued_at as issuedAt', 'document'])
    .where('payment_id', 'in', paymentIds)
    .orderBy('issued_at')
    .execute();
}

async function invoicesOf(db: Tx, id: string) {
  return await db
    .selectFrom('invoices as i')
    .leftJoin('invoice_documents as d', (join) =>
      join.onRef('d.organization_id', '=', 'i.organization_id').onRef('d.invoice_id', '=', 'i.id'),
    )
    .select(['i.id', 'i.kind', 'i.status', 'i.currency', 'i.opened_at as openedAt', 'i.paid_at as paidAt'])
    .select(['d.number', 'd.total_minor as totalMinor', 'd.tax_minor as taxMinor', 'd.due_on as dueOn', 'd.document'])
    .where('i.customer_id', '=', id)
    .orderBy('i.opened_at')
    .execute();
}

/** How and where they sign in; what would let somebody in is left out. */
async function signingInOf(db: Tx, { userId }: Subject) {
  return {
    passkeys: await db
      .selectFrom('passkeys')
      .select(['name', 'created_at as createdAt', 'used_at as usedAt'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .execute(),
    devices: await db
      .selectFrom('sessions')
      .select(['user_agent as browser', 'created_at as since', 'seen_at as seenAt'])
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .execute(),
  };
}

async function newsOf(db: Tx, { userId }: Subject) {
  return await db
    .selectFrom('notifications')
    .select(['kind', 'details', 'created_at as at', 'read_at as readAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
}

/** That messages were sent; their text held codes and links. */
async function messagesTo(db: Tx, { email }: Subject) {
  return await db
    .selectFrom('mails')
    .select(['subject', 'created_at as writtenAt', 'sent_at as sentAt'])
    .where('recipient', '=', email)
    .orderBy('created_at')
    .execute();
}
