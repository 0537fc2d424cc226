import { z } from 'zod';
import type { GatewayOffer } from './gateway.ts';

const MOST_LETTERS = 500;

/** The name under which a setting travels in a form, apart from the form's own fields. */
export const inputName = (field: string): string => `setting-${field}`;

/** The form that connects a gateway: what it needs to know, and what it may be used for. */
export function connectForm(offer: GatewayOffer) {
  return keyForm(offer).extend({
    connectionId: z.string(),
    forPackages: z.string().optional(),
    forInvoices: z.string().optional(),
  });
}

/** The form that replaces the key of a connected gateway. */
export function keyForm(offer: GatewayOffer) {
  const inputs = offer.fields.map(({ name, pattern }) => {
    const value = z.string('wrong-value').trim().max(MOST_LETTERS, 'wrong-value').regex(pattern, 'wrong-value');
    return [inputName(name), value] as const;
  });
  return z.object(Object.fromEntries(inputs) as Record<string, z.ZodString>);
}

/** The settings that a form brought, by the gateway's own names for them. */
export function settingsOf(offer: GatewayOffer, values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(offer.fields.map(({ name }) => [name, String(values[inputName(name)])]));
}

/** What may be shown again of what was typed: never a secret. */
export function harmless(offer: GatewayOffer, typed: Record<string, string>): Record<string, string> {
  const secret = new Set(offer.fields.filter((field) => field.secret).map(({ name }) => inputName(name)));
  return Object.fromEntries(Object.entries(typed).filter(([name]) => !secret.has(name)));
}
