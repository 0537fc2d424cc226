import type { z } from 'zod';
import { Refusal } from '../errors.ts';
import { readBytes, readText } from './body.ts';
import type { Ctx } from './routes.ts';

/** A form as it was sent: the checked values, or what is wrong with which field; `typed` shows it again unchanged. */
export type FormResult<T> =
  | { ok: true; values: T; typed: Record<string, string> }
  | { ok: false; errors: Record<string, string>; typed: Record<string, string> };

const MOST_BYTES = 64 * 1024;

/** The body is not a form of ours. */
class UnreadableForm extends Refusal {}

/**
 * Reads a form's fields as text. Refuses other content types (415), bodies over 64 kB (413) and a field that is sent
 * twice (400); a field named `list[]` may come often and is joined by commas.
 */
async function readFields(c: Ctx): Promise<Record<string, string>> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new UnreadableForm('unsupported-content-type', 415);
  const text = await readText(c, MOST_BYTES);
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const many = name.endsWith('[]');
    if (name in fields && !many) throw new UnreadableForm('repeated-field', 400, { field: name.slice(0, 80) });
    // PostgreSQL's text cannot hold U+0000, and no honest form sends it.
    if (value.includes('\0')) throw new UnreadableForm('invalid-text', 400, { field: name.slice(0, 80) });
    fields[name] = name in fields ? `${fields[name]},${value}` : value;
  }
  return fields;
}

/**
 * Checks a form against a strict zod object. Messages of the schema are codes that the page's catalog turns into
 * sentences. A field that the form does not have is refused (400): nobody sends it by accident.
 */
export async function readForm<S extends z.ZodObject>(c: Ctx, schema: S): Promise<FormResult<z.output<S>>> {
  const typed = await readFields(c);
  const unknown = Object.keys(typed).find((name) => !(name in schema.shape));
  if (unknown !== undefined) throw new UnreadableForm('unknown-field', 400, { field: unknown.slice(0, 80) });
  const parsed = schema.safeParse(typed);
  if (parsed.success) return { ok: true, values: parsed.data, typed };
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message;
  return { ok: false, errors, typed };
}

/** What a form with a file in it may have around the file. */
const AROUND_FILE_BYTES = 16 * 1024;

/**
 * Reads the file of a form that has nothing but a file, in `field`; empty when none was chosen. Refuses other content types
 * (415), files over `mostBytes` (413), other fields and what is no such form (400). What the file is called, and says that
 * it is, is not looked at.
 */
export async function readUpload(c: Ctx, it: { field: string; mostBytes: number }): Promise<Buffer> {
  const type = c.req.header('content-type') ?? '';
  if (!/^multipart\/form-data *;/i.test(type)) throw new UnreadableForm('unsupported-content-type', 415);
  const body = await readBytes(c, it.mostBytes + AROUND_FILE_BYTES);
  const form = await new Response(body, { headers: { 'Content-Type': type } }).formData().catch(() => {
    throw new UnreadableForm('unreadable-form', 400);
  });
  for (const name of form.keys())
    if (name !== it.field) throw new UnreadableForm('unknown-field', 400, { field: name.slice(0, 80) });
  const [file = '', another] = form.getAll(it.field);
  if (another !== undefined) throw new UnreadableForm('repeated-field', 400, { field: it.field });
  if (typeof file !== 'string') return Buffer.from(await file.arrayBuffer());
  if (file !== '') throw new UnreadableForm('not-a-file', 400, { field: it.field });
  return Buffer.alloc(0);
}
