import type Stripe from 'stripe';
import { Unknown } from './gateway.ts';
import { asking } from './stripe-failures.ts';

/** What asks for one page of a list. */
type Cursor = { limit: number; starting_after?: string };

/** As much as Stripe gives at once. */
const MOST = 100;

/**
 * Everything of a list, page by page. Each page is checked to be one: a proxy's answer must not look like the end of the
 * list, or what was missed stays missed.
 */
export async function* everything<T extends { id: string; object: string }>(
  object: T['object'],
  page: (cursor: Cursor) => Promise<Stripe.Response<Stripe.ApiList<T>>>,
  limit = MOST,
): AsyncGenerator<T> {
  for (let after: string | undefined; ; ) {
    const list = await asking(page({ limit, ...(after !== undefined && { starting_after: after }) }));
    if (list?.lastResponse?.statusCode !== 200 || list.object !== 'list' || typeof list.has_more !== 'boolean')
      throw new Unknown(`the answer is no list of ${object}`);
    const { data } = list;
    if (!Array.isArray(data) || data.some((it) => it?.object !== object || typeof it.id !== 'string'))
      throw new Unknown(`the answer is no list of ${object}`);
    yield* data;
    if (!list.has_more) return;
    const last = data.at(-1)?.id;
    if (last === undefined || last === after) throw new Unknown(`the list of ${object} does not go on`);
    after = last;
  }
}
