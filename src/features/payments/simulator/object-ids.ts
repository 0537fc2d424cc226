import { randomBytes } from 'node:crypto';
import { isId } from '../../../platform/ids.ts';

/** A new id as Stripe's look: `pi_` and 24 unguessable characters. */
export function newObjectId(prefix: string): string {
  return `${prefix}_${random()}`;
}

/**
 * An id that stands in a page's address. Nobody is signed in there, so it carries the organization; never the account,
 * which is half of the API key.
 */
export function newPageId(prefix: string, organizationId: string): string {
  return `${prefix}_${organizationId.replaceAll('-', '')}${random()}`;
}

/** The organization in a page's id; `undefined` when it cannot be one of ours. */
export function organizationOfPageId(id: string): string | undefined {
  const hex = /^[a-z_]+_([0-9a-f]{32})[0-9a-f]{24}$/.exec(id)?.[1];
  const organizationId = hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isId(organizationId) ? organizationId : undefined;
}

function random(): string {
  return randomBytes(12).toString('hex');
}

/** An instant as Stripe writes it. */
export function stripeTime(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
