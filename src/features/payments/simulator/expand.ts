import { StripeRefusal } from './refusals.ts';
import type { Kind, Store } from './store.ts';

const KIND_OF: Record<string, Kind> = {
  customer: 'customer',
  payment_method: 'payment_method',
  payment_intent: 'payment_intent',
  latest_charge: 'charge',
  charge: 'charge',
};

/** A copy of `object` with the ids at `paths` (`payment_intent.latest_charge`) replaced by what they name. */
export async function expand(store: Store, object: object, paths: string[]): Promise<object> {
  let expanded = structuredClone(object) as Record<string, unknown>;
  // Shorter paths first: `a.b` needs `a` to be there.
  for (const path of paths.toSorted((one, other) => one.split('.').length - other.split('.').length)) {
    expanded = await expandPath(store, expanded, path.split('.'), path);
  }
  return expanded;
}

async function expandPath(
  store: Store,
  object: Record<string, unknown>,
  [field = '', ...rest]: string[],
  path: string,
): Promise<Record<string, unknown>> {
  const kind = KIND_OF[field];
  if (!kind || object[field] === undefined) throw new StripeRefusal(400, `This property cannot be expanded (${path}).`);
  const value = typeof object[field] === 'string' ? await store.get(kind, object[field]) : object[field];
  if (value === null || rest.length === 0) return { ...object, [field]: value };
  return { ...object, [field]: await expandPath(store, value as Record<string, unknown>, rest, path) };
}
