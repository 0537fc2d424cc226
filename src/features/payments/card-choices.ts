import { isId } from '../../platform/ids.ts';
import type { RadioChoice } from '../../web/ui/radio-cards.tsx';
import { cardChoiceMessages } from './card-choice-messages.ts';
import type { SavedMethod } from './saved-methods.ts';

/** By which card somebody wants to pay: a saved one, or another on the gateway's page. */
export type ChosenCard = { kind: 'page' } | { kind: 'saved'; id: string };

/** The cards among which people choose on a pay sheet; an expired one is listed and cannot be chosen (UX-10). */
export function cardChoices(saved: readonly SavedMethod[], locale: string, it: { page: boolean }): RadioChoice[] {
  const text = cardChoiceMessages(locale);
  const choices: RadioChoice[] = saved.map((card) => cardChoice(card, locale));
  if (!it.page) return choices;
  const isFirst = saved.length === 0;
  const page: RadioChoice = {
    value: 'page',
    label: isFirst ? text.firstCard : text.newCard,
    icon: isFirst ? 'card' : 'plus',
    detail: text.newCardDetail,
  };
  return [...choices, page];
}

/** The card chosen before anybody chose: the one used last that is still good, else the gateway's page. */
export function defaultCard(saved: readonly SavedMethod[]): ChosenCard {
  const card = saved.find(({ expired }) => !expired);
  return card ? { kind: 'saved', id: card.id } : { kind: 'page' };
}

/** `page` or `saved-<id>`, as forms carry it. */
export function cardValue(card: ChosenCard): string {
  return card.kind === 'saved' ? `saved-${card.id}` : card.kind;
}

export function parseCard(value: string): ChosenCard | undefined {
  if (value === 'page') return { kind: 'page' };
  const id = /^saved-(.+)$/.exec(value)?.[1];
  return isId(id) ? { kind: 'saved', id } : undefined;
}

const FAILURES = ['declined', 'insufficient-funds', 'expired-card', 'authentication-failed', 'abandoned'] as const;

/** Why a payment by card failed, in plain words (UX-17). */
export function failureText(code: string | null, locale: string): string {
  return cardChoiceMessages(locale)[FAILURES.find((it) => it === code) ?? 'gateway-refused'];
}

function cardChoice(card: SavedMethod, locale: string): RadioChoice {
  const text = cardChoiceMessages(locale);
  const month = `${String(card.expiresMonth).padStart(2, '0')}/${String(card.expiresYear % 100).padStart(2, '0')}`;
  return {
    value: cardValue({ kind: 'saved', id: card.id }),
    label: `${card.brand.slice(0, 1).toUpperCase()}${card.brand.slice(1)} •••• ${card.last4}`,
    icon: 'card',
    ...(card.expired
      ? { disabled: true, reason: text.cardExpired({ month }) }
      : { detail: text.cardExpires({ month }) }),
  };
}
