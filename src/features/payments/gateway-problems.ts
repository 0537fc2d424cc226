import type { Location } from '../organizations/organizations.ts';
import type { GatewayProblem } from './gateway.ts';
import { gatewayMessages } from './gateway-messages.ts';

/** What the self-check found, in a sentence. One that this program does not know was stored by a newer one. */
export function problemText(problem: string, { locale, currency }: Location, live: boolean): string {
  const text = gatewayMessages(locale);
  if (problem === 'other-mode') return live ? text['other-mode-live'] : text['other-mode-test'];
  if (problem === 'other-account') return text['other-account'];
  const sentence = (text as Record<string, unknown>)[problem as GatewayProblem];
  if (typeof sentence === 'function') return sentence({ currency });
  return typeof sentence === 'string' ? sentence : problem;
}
