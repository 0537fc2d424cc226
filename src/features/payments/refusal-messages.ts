import { catalog } from '../../shared/catalog.ts';

const en = {
  permission: 'The key of the gateway is not allowed to refund.',
  gone: 'The key of the gateway was deleted.',
  balance: 'The account at the gateway does not hold enough money.',
  disputed: 'The payment is disputed, so the gateway does not refund it.',
  refunded: 'The gateway has refunded it already.',
  card: 'The bank of the card did not take the money.',
  unmade: 'The gateway did not answer, and a later look showed that it was not made.',
  other: 'The gateway refused it.',
};

const refusalMessages = catalog({ en });

/** Why a gateway did not make a refund, from the code of its refusal. */
export function refusalText(code: string | null | undefined, locale: string): string {
  const text = refusalMessages(locale);
  if (code === 'permission') return text.permission;
  if (code === 'no-gateway') return text.gone;
  if (code === 'not-made') return text.unmade;
  if (code === 'refund-failed') return text.card;
  if (/balance|insufficient/.test(code ?? '')) return text.balance;
  if (/dispute/.test(code ?? '')) return text.disputed;
  return /already/.test(code ?? '') ? text.refunded : text.other;
}
