import type { Tx } from '../../platform/database/database.ts';
import { isId, newId } from '../../platform/ids.ts';

/** What every piece of news about credits holds. Credits are hundredths; `balance` is the one after what is told. */
type Figures = {
  credits: bigint;
  balance: bigint;
  /** The company whose wallet it was; left out for a personal wallet. */
  forCompany?: string;
};

/** What news about money that went back, or came again, holds: of which purchase, and the credits that went with it. */
type Reversed = { amount: bigint; currency: string; credits: bigint; title: string; forCompany?: string };

/** What news about an invoice or a credit note holds: its number as it is written, and what it is about, or due. */
type OfInvoice = { number: string; amount: bigint; currency: string; dueOn?: string; forCompany?: string };

/**
 * What there is to tell, each kind with its details: `title` is what was bought, `product` what credits were used for,
 * `memo` why the team did it. Names are as they were then. Another kind is a line here and its words in `messages.ts`.
 */
export type News =
  // `soldBy`: an administrator did it for them.
  | { kind: 'credits-added'; details: Figures & { title: string; soldBy?: string } }
  | { kind: 'credits-used' | 'credits-returned' | 'credits-taken-back'; details: Figures & { product: string } }
  | { kind: 'credits-added-by-team' | 'credits-deducted-by-team'; details: Figures & { memo: string } }
  // What a cycle of a plan brought, and what lapsed of the cycle before.
  | { kind: 'credits-with-plan'; details: Figures & { plan: string; lapsed: bigint } }
  | { kind: 'money-refunded' | 'refund-failed' | 'payment-disputed' | 'dispute-ended'; details: Reversed }
  | {
      kind:
        | 'invoice-issued'
        | 'invoice-paid'
        | 'invoice-voided'
        | 'invoice-credited'
        | 'invoice-overdue'
        | 'invoice-payment-failed';
      details: OfInvoice;
    }
  | { kind: 'company-invitation'; details: { company: string; by: string } }
  // About paying for a company: somebody asks its managers to be let, and they are.
  | { kind: 'permission-asked'; details: { person: string; company: string } }
  | { kind: 'permission-given'; details: { company: string } }
  // For administrators: `alert` is what somebody has to look at, by its kind.
  | { kind: 'money-alert'; details: { alert: string } }
  | { kind: 'company-without-manager'; details: { company: string } }
  | { kind: 'erasure-asked'; details: { name: string } };

/** One piece of news in a person's list. */
export type Notification = News & {
  id: string;
  /** Where it leads: a page of ours. */
  href: string;
  at: Date;
  read: boolean;
};

/**
 * Tells a person something, once per kind and subject however often it is asked for. `href` is a path of ours. Answers
 * whether it is new. Writes nothing but the list: mail and push leave by jobs of their own.
 */
export async function notify(
  tx: Tx,
  it: News & { organizationId: string; userId: string; subjectId: string; href: string; now: Date },
): Promise<boolean> {
  if (!/^\/(?![/\\])/.test(it.href)) throw new TypeError('news lead to pages of ours');
  const row = await tx
    .insertInto('notifications')
    .values({
      organization_id: it.organizationId,
      id: newId(it.now),
      user_id: it.userId,
      kind: it.kind,
      subject_id: it.subjectId,
      // JSON has no 64-bit integers: they are kept as text.
      details: JSON.stringify(it.details, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
      href: it.href,
      created_at: it.now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'user_id', 'kind', 'subject_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** How much news a person has not read. */
export async function unreadCount(db: Tx, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('notifications')
    .select((all) => all.fn.countAll().as('count'))
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** A person's news, newest first: at most `limit` of them, older than the one with the id `before`. */
export async function notificationsOf(
  db: Tx,
  userId: string,
  page: { before?: string; limit: number },
): Promise<{ news: Notification[]; next: string | undefined }> {
  let query = db
    .selectFrom('notifications as n')
    .selectAll()
    .where('n.user_id', '=', userId)
    .orderBy('n.created_at', 'desc')
    .orderBy('n.id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) {
    if (!isId(page.before)) return { news: [], next: undefined };
    const { before } = page;
    query = query.where((row) =>
      row(
        row.refTuple('n.created_at', 'n.id'),
        '<',
        row
          .selectFrom('notifications as b')
          .select(['b.created_at', 'b.id'])
          .where('b.id', '=', before)
          .where('b.user_id', '=', userId)
          .$asTuple('created_at', 'id'),
      ),
    );
  }
  const rows = await query.execute();
  const news = rows.slice(0, page.limit).map(toNotification);
  return { news, next: rows.length > page.limit ? news.at(-1)!.id : undefined };
}

/** Marks a person's news as read, up to and with the one shown first: what arrived since stays unread. */
export async function markAllRead(tx: Tx, it: { userId: string; upTo?: string; now: Date }): Promise<void> {
  let query = tx
    .updateTable('notifications')
    .set({ read_at: it.now })
    .where('user_id', '=', it.userId)
    .where('read_at', 'is', null);
  // Ids are ordered by time.
  if (it.upTo !== undefined) query = query.where('id', '<=', it.upTo);
  await query.execute();
}

type NotificationRow = {
  id: string;
  kind: string;
  details: unknown;
  href: string;
  created_at: Date;
  read_at: Date | null;
};

/** The details that are kept as text because they are 64-bit integers. */
const INTEGERS = ['credits', 'balance', 'amount', 'lapsed'];

function toNotification(row: NotificationRow): Notification {
  const details = Object.entries(row.details as Record<string, string>).map(([name, value]) => [
    name,
    INTEGERS.includes(name) ? BigInt(value) : value,
  ]);
  // Kind and details were written together.
  const news = { kind: row.kind, details: Object.fromEntries(details) } as News;
  return { ...news, id: row.id, href: row.href, at: row.created_at, read: row.read_at !== null };
}

/** Takes a person's news away, because they are forgotten. */
export async function forgetNews(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('notifications').where('user_id', '=', userId).execute();
  // What others were told of their wish names them.
  await tx.deleteFrom('notifications').where('kind', '=', 'erasure-asked').where('subject_id', '=', userId).execute();
}
