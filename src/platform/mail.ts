import { createTransport } from 'nodemailer';
import type { Core } from './core.ts';
import type { Tx } from './database/database.ts';
import { newId } from './ids.ts';
import type { SealedColumn } from './key-change.ts';

declare module './jobs.ts' {
  interface Queues {
    'mail.send': { organizationId: string; mailId: string };
  }
}

/** A message to one address, in plain text. */
export type Mail = { id: string; to: string; subject: string; body: string; createdAt: Date; sentAt: Date | undefined };

/** Whether this installation sends mail: a demo never does, its Outbox shows what would have left. */
export function sendsMail(core: Core): boolean {
  return core.config.smtpUrl !== undefined && !core.config.demo;
}

/** Writes a message in the transaction that caused it; it leaves after the commit, or never. Answers its id. */
export async function queueMail(
  tx: Tx,
  core: Core,
  it: { organizationId: string; to: string; subject: string; body: string },
): Promise<string> {
  const created_at = core.now();
  const id = newId(created_at);
  await tx
    .insertInto('mails')
    .values({
      organization_id: it.organizationId,
      id,
      recipient: it.to,
      subject: it.subject,
      // Bodies carry codes and links that sign people in: nobody who only reads the database can use them.
      body: core.secrets.seal(it.body, sealedFor(id)).toString('base64url'),
      created_at,
    })
    .execute();
  if (sendsMail(core)) {
    await core.jobs.enqueue(tx, 'mail.send', id, { organizationId: it.organizationId, mailId: id });
  }
  return id;
}

/** The newest messages of an organization, at most `limit`. */
export async function newestMails(db: Tx, core: Core, limit: number): Promise<Mail[]> {
  const rows = await db
    .selectFrom('mails')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => toMail(core, row));
}

/** Sends what is queued. A message is sent twice when we fall between the server's yes and noting it, never lost. */
export function registerMailJobs(core: Core): void {
  core.jobs.handle('mail.send', ({ organizationId, mailId }) => sendMail(core, organizationId, mailId));
}

async function sendMail(core: Core, organizationId: string, mailId: string): Promise<void> {
  const row = await core.database.read(organizationId, (db) =>
    db.selectFrom('mails').selectAll().where('id', '=', mailId).executeTakeFirst(),
  );
  if (!row || row.sent_at || row.failure !== null || core.config.smtpUrl === undefined) return;
  const outcome = await deliver(core.config, toMail(core, row));
  await core.database.write(organizationId, (tx) =>
    tx
      .updateTable('mails')
      .set(outcome === 'sent' ? { sent_at: core.now() } : { failure: outcome.refused })
      .where('id', '=', mailId)
      .execute(),
  );
  // Whose message it was is looked up by its id, not in the log.
  if (outcome !== 'sent') core.log('warn', 'mail.refused', { organizationId, mailId });
}

/** What the mail server says for good; anything that may pass is thrown, and the job tries again. */
async function deliver(config: Core['config'], mail: Mail): Promise<'sent' | { refused: string }> {
  const { hostname } = new URL(config.baseUrl);
  const transport = createTransport({
    url: config.smtpUrl,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: config.smtpFrom ?? `Roost <no-reply@${hostname}>`,
      // An object is one address; a string would be read as a list of them.
      to: { name: '', address: mail.to },
      subject: mail.subject,
      text: mail.body,
      date: mail.createdAt,
      // The same for every try, so that mailboxes show a message that was sent twice once.
      messageId: `<${mail.id}@${hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return 'sent';
  } catch (error) {
    const code = (error as { responseCode?: number }).responseCode ?? 0;
    // A server that wants other credentials is for the operator to mend: the message can wait for that.
    const wantsCredentials = (error as { code?: string }).code === 'EAUTH' || code === 530;
    if (code < 500 || wantsCredentials) throw error;
    return { refused: String((error as Error).message).slice(0, 500) };
  } finally {
    transport.close();
  }
}

type MailRow = { id: string; recipient: string; subject: string; body: string; created_at: Date; sent_at: Date | null };

function toMail(core: Core, row: MailRow): Mail {
  return {
    id: row.id,
    to: row.recipient,
    subject: row.subject,
    body: core.secrets.open(Buffer.from(row.body, 'base64url'), sealedFor(row.id)),
    createdAt: row.created_at,
    sentAt: row.sent_at ?? undefined,
  };
}

const sealedFor = (mailId: string): string => `mail ${mailId}`;

/** What is sealed anew when the key is changed. */
export const SEALED_MAILS: SealedColumn = { table: 'mails', column: 'body', about: sealedFor, asText: true };

/** Takes away what was written to an address; what has not left yet never does. */
export async function forgetMails(tx: Tx, recipient: string): Promise<void> {
  await tx.deleteFrom('mails').where('recipient', '=', recipient).execute();
}
