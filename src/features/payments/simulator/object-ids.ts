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
  return uuidOf(/^[a-z_]+_([0-9a-f]{32})[0-9a-f]{24}$/.exec(id)?.[1]);
}

/** What stands in the address of an account's dashboard: its token, and the organization where the token is known. */
export function dashboardIdOf(organizationId: string, token: string): string {
  return `${organizationId}${token}`.replaceAll('-', '');
}

/** The organization and token in a dashboard's address; `undefined` when it cannot be one of ours. */
export function tokenOfDashboardId(id: string): { organizationId: string; token: string } | undefined {
  const [, organization, secret] = /^([0-9a-f]{32})([0-9a-f]{32})$/.exec(id) ?? [];
  const [organizationId, token] = [uuidOf(organization), uuidOf(secret)];
  return organizationId && token ? { organizationId, token } : undefined;
}

function uuidOf(hex: string | undefined): string | undefined {
  const id = hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isId(id) ? id : undefined;
}

function random(): string {
  return randomBytes(12).toString('hex');
}

/** An instant as Stripe writes it. */
export function stripeTime(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
