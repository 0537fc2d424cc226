import { z } from 'zod';
import { StripeRefusal } from './refusals.ts';

export type Parameters = { [name: string]: string | Parameters | (string | Parameters)[] };

/** Values as they arrive in a form body. */
export const text = z.string().min(1).max(5000);
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'Invalid integer')
  .transform(Number);
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const metadata = z.record(z.string().max(40), z.string().max(500)).default({});
export const webAddress = z.url({ protocol: /^https?$/ }).max(5000);

/** A form body or query string with Stripe's brackets: `line_items[0][price_data][currency]=eur`. */
export function parseForm(form: string): Parameters {
  const root: Parameters = Object.create(null);
  for (const [key, value] of new URLSearchParams(form)) {
    if (value.includes('\0')) throw new StripeRefusal(400, 'Invalid null byte', { param: key });
    const path = key.split('[').map((part) => part.replace(/\]$/, ''));
    let place = root;
    for (const part of path.slice(0, -1)) {
      const inner = place[part] ?? Object.create(null);
      if (typeof inner !== 'object') throw new StripeRefusal(400, `Invalid object: ${key}`, { param: key });
      place[part] = inner;
      place = inner as Parameters;
    }
    place[path.at(-1)!] = value;
  }
  return withLists(root) as Parameters;
}

/** Parameters as an operation wants them. Anything that it does not know is refused, so that mistakes show. */
export function checkParameters<P extends z.ZodType>(schema: P, given: Parameters): z.output<P> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const param = bracketed([...issue.path, issue.keys[0]!]);
    throw new StripeRefusal(400, `Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
  }
  const param = bracketed(issue.path);
  const value = issue.path.reduce<unknown>((inner, part) => (inner as Record<PropertyKey, unknown>)?.[part], given);
  if (value === undefined) {
    throw new StripeRefusal(400, `Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  throw new StripeRefusal(400, `Invalid ${param}: ${issue.message}`, { param });
}

function withLists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withLists(inner)] as const);
  const isList = entries.length > 0 && entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

function bracketed(path: PropertyKey[]): string {
  return path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('');
}
