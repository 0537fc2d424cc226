import { catalog } from '../../shared/catalog.ts';

const en = {
  newCard: 'Another card',
  firstCard: 'Card',
  newCardDetail: 'On the secure page of the payment provider. Your card is kept there for next time.',
  cardExpires: ({ month }: { month: string }) => `Expires ${month}`,
  cardExpired: ({ month }: { month: string }) => `Expired ${month} - choose "Another card" to update it`,
  declined: 'Your bank declined the card. Try another card, or ask your bank.',
  'insufficient-funds': 'The card does not have enough money on it. Try another card.',
  'expired-card': 'The card has expired. Try another card.',
  'authentication-failed': 'Your bank could not confirm that it was you. Try again, or use another card.',
  abandoned: 'The payment was not finished.',
  'gateway-refused': 'The payment provider could not take the payment. Please try again in a moment.',
};

/** What pay sheets say about cards, and why one failed. */
export const cardChoiceMessages = catalog({ en });
