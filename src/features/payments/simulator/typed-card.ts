import { type CardDetails, TEST_CARDS } from './cards.ts';
import { simulatorMessages } from './messages.ts';
import type { Problem, Typed } from './pay-page.tsx';

export type ReadCard = { card: CardDetails } | { problem: Problem; typed: Typed };

/** The card of a pressed button, or the one that was typed; a real card number goes no further than this. */
export function readCard(form: Record<string, unknown>, now: Date, locale: string): ReadCard {
  const text = simulatorMessages(locale);
  const value = (name: string) => (typeof form[name] === 'string' ? form[name].trim().slice(0, 100) : '');
  if (isTestCard(value('test'))) {
    return { card: { number: value('test'), expiresMonth: 12, expiresYear: now.getUTCFullYear() + 3, name: '' } };
  }
  const number = value('number').replace(/\D/g, '');
  const typed = { number: isTestCard(number) ? number : '', expires: value('expires'), name: value('name') };
  const wrong = (field: Problem['field'], why: string) => ({ problem: { field, text: why, status: 422 }, typed });
  if (!isTestCard(number)) return wrong('number', text.unknownCard);
  const [, month, year] = /^(\d{1,2})\s*\/?\s*(?:20)?(\d{2})$/.exec(typed.expires) ?? [];
  const expiresMonth = Number(month);
  if (!month || expiresMonth < 1 || expiresMonth > 12) return wrong('expires', text.invalidExpiry);
  const expiresYear = 2000 + Number(year);
  if (now >= new Date(Date.UTC(expiresYear, expiresMonth))) return wrong('expires', text.pastExpiry);
  if (!/^\d{3,4}$/.test(value('cvc'))) return wrong('cvc', text.invalidCvc);
  return { card: { number, expiresMonth, expiresYear, name: typed.name } };
}

function isTestCard(number: string): boolean {
  return TEST_CARDS.some((card) => card.number === number);
}
