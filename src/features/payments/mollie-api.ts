import { z } from 'zod';
import { hashToken } from '../../platform/ids.ts';
import { Refused, Unknown } from './gateway.ts';

export type MollieOptions = {
  /** `test_…` or `live_…`: it says by itself whether it moves real money. */
  apiKey: string;
  /** Where the API answers when not at Mollie itself; may have a path, which goes before `/v2`. */
  apiBase?: URL;
  timeoutMs: number;
};

/** The calls of Mollie's REST API, as they are: JSON to JSON. Throws `Refused` and `Unknown` only. */
export type MollieApi = {
  get(path: string, query?: Record<string, string>): Promise<unknown>;
  /** `isRepeated` when it is the answer to an earlier call with this key, as it was then. */
  post(path: string, body: object, key: string): Promise<{ answer: unknown; isRepeated: boolean }>;
  delete(path: string): Promise<unknown>;
};

type Answer = { status: number; text: string; isRepeated: boolean };

/**
 * A dozen calls need no library, and Mollie's own cannot keep what is promised here: it has no timeout, asks three times
 * on its own and as late as it is told to, follows redirects with the key, and trusts no certificates but those it brings.
 * One call here is one request, which is over when the time is.
 */
export function mollieApi({ apiKey, apiBase = MOLLIE, timeoutMs }: MollieOptions): MollieApi {
  const root = `${apiBase.origin}${apiBase.pathname.replace(/\/$/, '')}/v2/`;
  const ask = async (method: string, path: string, more: { body?: object; key?: string } = {}): Promise<Answer> => {
    const headers = {
      Authorization: `Bearer ${apiKey}`,
      Accept: 'application/hal+json',
      'User-Agent': 'Roost',
      ...(more.body && { 'Content-Type': 'application/json' }),
      ...(more.key && { 'Idempotency-Key': uuidOf(more.key) }),
    };
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const body = more.body && JSON.stringify(more.body);
      // A redirect would carry the key to a stranger, or turn the POST into a GET.
      const response = await fetch(root + path, { method, headers, body, signal, redirect: 'error' });
      const isRepeated = response.headers.get('idempotent-replayed') === 'true';
      return { status: response.status, text: await response.text(), isRepeated };
    } catch (error) {
      // Not in its own words: about a key that cannot be sent they quote the key.
      const { name, cause } = error as Error & { cause?: { code?: string } };
      throw new Unknown(`Mollie did not answer (${cause?.code ?? name})`, { cause: error });
    }
  };
  return {
    get: async (path, query) => saidBy(await ask('GET', query ? `${path}?${new URLSearchParams(query)}` : path)),
    async post(path, body, key) {
      const answer = await ask('POST', path, { body, key });
      return { answer: saidBy(answer), isRepeated: answer.isRepeated };
    },
    delete: async (path) => saidBy(await ask('DELETE', path)),
  };
}

const MOLLIE = new URL('https://api.mollie.com');

/** How Mollie says no. A proxy can answer 403 as well, in JSON even, but not so. */
const REFUSAL = z.object({ status: z.number(), title: z.string(), detail: z.string() });

/**
 * Answers that certainly did nothing. Not among them: a reused key (400), a call whose twin is under way (409) and a rate
 * limit (429) leave open what an earlier call under the same key has done.
 */
const CERTAIN: Record<number, string> = {
  401: 'unauthorized',
  403: 'permission',
  404: 'not-found',
  405: 'not-allowed',
  410: 'gone',
  422: 'unprocessable',
};

function saidBy({ status, text }: Answer): unknown {
  const said = jsonIn(text);
  if (status === 200 || status === 201) return said;
  const refusal = REFUSAL.safeParse(said);
  const code = CERTAIN[status];
  if (code && refusal.success && refusal.data.status === status) throw new Refused(code, refusal.data.detail);
  throw new Unknown(`Mollie answered ${status}`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Mollie asks for keys that are UUIDs; ours are words. The same words make the same UUID. */
function uuidOf(key: string): string {
  const hex = hashToken(key).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
