import { setTimeout as wait } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Chance, Fault } from './chance.ts';

/** What goes wrong with a request to the API: before anything is done, or after everything is. */
export type Mishap = { fault: Fault; before: boolean; silenceMs: number };

const BEFORE: Fault[] = ['failsBefore', 'proxyPage', 'proxyJson', 'silentBefore'];
const AFTER: Fault[] = ['cutsAfter', 'silentAfter'];

/** The first that comes about. */
export function mishapOf(chance: Chance): Mishap | undefined {
  const fault = [...BEFORE, ...AFTER].find((fault) => chance.happens(fault));
  return fault && { fault, before: BEFORE.includes(fault), silenceMs: chance.faults.silenceSeconds * 1000 };
}

/** Nothing was done, and the caller cannot know. */
export async function sufferBefore(c: Context, { fault, silenceMs }: Mishap): Promise<Response> {
  if (fault === 'failsBefore') {
    return c.json({ error: { type: 'api_error', message: 'Sorry! There was an error while talking to Stripe.' } }, 500);
  }
  if (fault === 'proxyPage') {
    return c.html('<html><head><title>503 Service Temporarily Unavailable</title></head></html>', 503);
  }
  if (fault === 'proxyJson') return c.json({ message: 'no healthy upstream' }, 503);
  return silence(c, silenceMs, cut);
}

/** Everything was done, and the caller is not told. */
export async function sufferAfter(c: Context, { fault, silenceMs }: Mishap, answer: Response): Promise<Response> {
  return fault === 'cutsAfter' ? cut(c) : silence(c, silenceMs, () => answer);
}

/** Says nothing, until the caller gives up or the time is over. Keeps no program alive. */
async function silence(c: Context, ms: number, then: (c: Context) => Response): Promise<Response> {
  await wait(ms, undefined, { ref: false, signal: c.req.raw.signal }).catch(() => {});
  return then(c);
}

function cut(c: Context): Response {
  (c.env as Partial<HttpBindings> | undefined)?.outgoing?.destroy();
  return c.body(null, 502);
}
