import type pg from 'pg';

/** More texts than the program has: beyond them, as when lists of ever new lengths are sent, nothing more is kept. */
const MOST_TEXTS = 500;

const names = new Map<string, string>();

/**
 * Has PostgreSQL keep each statement with values for as long as this connection lives: it is parsed once, and planned anew
 * only while a plan for the very values is better than one for any. For short transactions that is half of what they cost it.
 */
export function keepStatements(client: pg.PoolClient): void {
  const send = client.query.bind(client) as (...given: unknown[]) => unknown;
  const sendKept = (text: unknown, values: unknown, callback: unknown) => {
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    return name ? send({ name, text, values }, callback) : send(text, values, callback);
  };
  client.query = sendKept as typeof client.query;
}

/** A name is the same text on every connection. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size === MOST_TEXTS) return known;
  const name = `roost_${names.size + 1}`;
  names.set(text, name);
  return name;
}
