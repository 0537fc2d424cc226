import { listOf } from './lists.ts';
import { StripeRefusal } from './refusals.ts';
import type { Kind, Store } from './store.ts';

const KIND_OF: Record<string, Kind> = {
  customer: 'customer',
  payment_method: 'payment_method',
  payment_intent: 'payment_intent',
  latest_charge: 'charge',
  charge: 'charge',
};

/** As many levels as Stripe goes, and as many refunds as come along with a charge. */
const DEEPEST = 4;
const REFUNDS = 10;

type Thing = Record<string, unknown>;

/**
 * A copy of `object` with the ids at `paths` (`payment_intent.latest_charge`) replaced by what they name. `data` leads into
 * each object of a list.
 */
export async function expand(store: Store, object: object, paths: string[]): Promise<object> {
  let expanded = structuredClone(object) as Thing;
  // Shorter paths first: `a.b` needs `a` to be there.
  for (const path of paths.toSorted((one, other) => one.split('.').length - other.split('.').length)) {
    const fields = path.split('.');
    if (fields.length > DEEPEST) {
      throw new StripeRefusal(400, `You cannot expand more than ${DEEPEST} levels of a property (${path}).`);
    }
    expanded = await expandPath(store, expanded, fields, path);
  }
  return expanded;
}

async function expandPath(store: Store, object: Thing, [field = '', ...rest]: string[], path: string): Promise<Thing> {
  if (object.object === 'list' && field === 'data' && rest.length > 0) {
    const data = [];
    for (const one of object.data as Thing[]) data.push(await expandPath(store, one, rest, path));
    return { ...object, data };
  }
  if (object.object === 'charge' && field === 'refunds' && rest.length === 0) {
    const refunds = await store.of('refund', String(object.payment_intent));
    const own = refunds.filter(({ charge }) => charge === object.id);
    return { ...object, refunds: listOf('refund', own.slice(0, REFUNDS), own.length > REFUNDS) };
  }
  const kind = KIND_OF[field];
  if (!kind || object[field] === undefined) throw new StripeRefusal(400, `This property cannot be expanded (${path}).`);
  const value = typeof object[field] === 'string' ? await store.get(kind, object[field]) : object[field];
  if (value === null || rest.length === 0) return { ...object, [field]: value };
  return { ...object, [field]: await expandPath(store, value as Thing, rest, path) };
}
