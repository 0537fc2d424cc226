import { catalog } from '../../shared/catalog.ts';

const en = {
  title: 'Saved cards',
  more: 'Account',
  mine: 'My cards',
  mineLead: 'For what you pay yourself.',
  company: ({ company }: { company: string }) => `Cards of ${company}`,
  companyLead: ({ company }: { company: string }) =>
    `For what ${company} pays. Its managers see them, and choose whether members may pay with them.`,
  whoMayPay: 'Who may pay',
  none: 'No saved cards yet',
  noneText: 'The card you pay with is saved by the payment gateway, and offered here the next time.',
  noGateway: 'This location takes no cards at present.',
  card: ({ brand, last4 }: { brand: string; last4: string }) => `${brand} •••• ${last4}`,
  until: ({ month }: { month: string }) => `until ${month}`,
  expired: ({ month }: { month: string }) => `Expired ${month}`,
  expiredText: 'It is not offered any more. Pay once with the new card, and it is saved in its place.',
  isDefault: 'Default',
  prefer: 'Make default',
  remove: 'Remove',
  preferNamed: ({ card }: { card: string }) => `Make default: ${card}`,
  removeNamed: ({ card }: { card: string }) => `Remove ${card}`,
  preferred: ({ card }: { card: string }) => `${card} is offered first from now on.`,
  removed: ({ card }: { card: string }) => `${card} was removed.`,
  defaultStays: 'Make another card the default first, then remove this one.',
  gone: 'That card is not there any more.',
};

/** What pages say about saved cards. */
export const cardsMessages = catalog({ en });
