import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import qs from 'qs';
import Stripe from 'stripe';
import type { StripeCalls } from './stripe-calls.ts';

// What the pinned SDK's own types allow a request to say, as JSON Schema. Making it takes seconds and a TypeScript of its
// own, so it is kept in a file that says of which SDK it is; a test fails when that is another one.

type Call = keyof StripeCalls;
type Schema = { [key: string]: unknown };
type Kept = { sdk: string; api: string; definitions: Record<string, Schema> };

const FILE = join(import.meta.dirname, 'stripe-parameters.json');

/** Of which SDK the kept schema has to be. */
export const PINNED = { sdk: Stripe.PACKAGE_VERSION, api: Stripe.API_VERSION };

export function keptParameters(): Kept {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/**
 * Cards are typed on Stripe's pages and one payment is sold, so the adapter has no business sending these. Without them the
 * schema is a quarter as long.
 */
const NEVER_SENT = new Set([
  'payment_method_data',
  'payment_method_options',
  'mandate_data',
  'subscription_data',
  'invoice_creation',
  'confirmation_token',
]);

/** Makes the schema anew from the type files of the SDK that is installed. */
export async function makeParameters(): Promise<void> {
  const { createGenerator } = await import('ts-json-schema-generator');
  const made = createGenerator({
    path: join(import.meta.dirname, 'stripe-calls.ts'),
    tsconfig: join(import.meta.dirname, '../../tsconfig.json'),
    type: 'StripeCalls',
    expose: 'all',
    jsDoc: 'none',
    additionalProperties: false,
    skipTypeCheck: true,
  }).createSchema('StripeCalls');
  const definitions = reachable(closed(made.definitions) as Kept['definitions']);
  writeFileSync(FILE, JSON.stringify({ ...PINNED, definitions }, null, 2));
  execFileSync('biome', ['format', '--write', FILE]);
}

/** Enums as they are known today, numbers as integers: Stripe's form bodies have no others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { anyOf, type, properties, ...rest } = schema as Schema;
  if (Array.isArray(anyOf)) return closedUnion(anyOf);
  const fields = Object.entries((properties as Schema | undefined) ?? {}).filter(([name]) => !NEVER_SENT.has(name));
  return {
    ...(type !== undefined && { type: [type].flat().map((name) => (name === 'number' ? 'integer' : name)) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(fields.map(([name, inner]) => [name, closed(inner)])),
    }),
    ...Object.fromEntries(Object.entries(rest).map(([name, inner]) => [name, closed(inner)])),
  };
}

/** The SDK adds every text to its enums, so that old programs compile; what we send has to be one that it knows. */
function closedUnion(parts: Schema[]): Schema {
  const known = parts.filter((part) => part.$ref !== '#/definitions/OtherString');
  const values = known.filter((part) => 'const' in part).map((part) => part.const);
  const others = known.filter((part) => !('const' in part)).map((part) => closed(part) as Schema);
  const all = values.length > 0 ? [{ enum: values }, ...others] : others;
  return all.length === 1 ? all[0]! : { anyOf: all };
}

function reachable(definitions: Kept['definitions']): Kept['definitions'] {
  const found = new Set<string>();
  const follow = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    JSON.stringify(definitions[name], (key, value) => {
      if (key === '$ref') follow(decodeURIComponent(String(value).replace('#/definitions/', '')));
      return value;
    });
  };
  follow('StripeCalls');
  return Object.fromEntries([...found].sort().map((name) => [name, definitions[name]!]));
}

export type SentRequest = { method: string; url: string; body: string };

let check: ReturnType<typeof requestCheck> | undefined;

/** What is wrong with requests, as the SDK's types see them. */
export function strangeRequests(sent: SentRequest[]): string[] {
  check ??= requestCheck();
  return sent.flatMap((request) => check!(request) ?? []);
}

/** Answers what is wrong with a request; `undefined` when nothing is. */
function requestCheck(): (request: SentRequest) => string | undefined {
  const { definitions } = keptParameters();
  // Everything in a form is text: `coerceTypes` reads numbers and truths from it, and refuses what is none.
  const ajv = new Ajv({ allErrors: true, coerceTypes: true, allowUnionTypes: true, strictTypes: false });
  ajv.addSchema({ $id: 'stripe', definitions });
  const calls = Object.keys(definitions.StripeCalls!.properties as Schema) as Call[];
  const compiled = new Map<Call, ValidateFunction>();
  return ({ method, url, body }) => {
    const { pathname, search } = new URL(url);
    const path = pathname.slice(pathname.indexOf('/v1/'));
    const call = calls.find((call) => isCall(call, method, path));
    if (!call) return `${method} ${path}: no call that the adapter is known to make`;
    const validate =
      compiled.get(call) ?? ajv.compile({ $ref: `stripe#/definitions/StripeCalls/properties/${pointer(call)}` });
    compiled.set(call, validate);
    const given = qs.parse(method === 'GET' ? search.slice(1) : body, { depth: 10, arrayLimit: 100 });
    if (validate(given)) return undefined;
    const errors = validate.errors!.map((it) => `${it.instancePath} ${it.message} ${JSON.stringify(it.params)}`);
    return `${call}: ${errors.join('; ')}`;
  };
}

/** The call that a request is. */
export function isCall(call: string, method: string, path: string): boolean {
  const [wanted, pattern] = call.split(' ') as [string, string];
  return method === wanted && new RegExp(`^${pattern.replaceAll(':id', '[^/]+')}$`).test(path);
}

function pointer(call: Call): string {
  return encodeURIComponent(call.replaceAll('~', '~0').replaceAll('/', '~1'));
}
