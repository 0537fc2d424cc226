import { catalog } from '../../shared/catalog.ts';

type Named = { company: string };

const en = {
  title: 'Who may pay',
  more: 'Account',
  lead: ({ company }: Named) =>
    `Managers of ${company} may always pay for it. Here you let its members buy credits for it too, each way to pay on its own.`,
  legend: 'Members may buy credits with',
  card: ({ brand, last4 }: { brand: string; last4: string }) => `${brand} •••• ${last4}`,
  cardUntil: ({ month }: { month: string }) => `Good until ${month}.`,
  cardExpired: ({ month }: { month: string }) => `Expired ${month}: nobody can pay with it.`,
  invoice: 'Invoice',
  invoiceDetail: ({ company }: Named) => `What they buy is added to the next invoice of ${company}.`,
  openedBy: ({ by, time }: { by: string; time: string }) => `Opened by ${by}, ${time}.`,
  closedBy: ({ by, time }: { by: string; time: string }) => `Closed by ${by}, ${time}.`,
  effects: ({ company }: Named) =>
    `Members who may pay see the balance of ${company} and get its free packages. They never see its cards, payments or invoices, and cannot add a card.`,
  save: 'Save',
  saving: 'Saving…',
  savedOpen: ({ company }: Named) => `Saved. Members of ${company} may buy credits for it.`,
  savedClosed: ({ company }: Named) => `Saved. Only managers of ${company} buy credits for it.`,
  nothingTitle: 'No way to pay yet',
  nothing: ({ company }: Named) =>
    `Once ${company} has paid with a card it is listed here, and you can let its members use it.`,
  noGateway: 'This location takes no cards at present.',
  toCards: 'Saved cards',
  waitingTitle: ({ people, one }: { people: string; one: boolean }) =>
    one ? `${people} asks to buy credits for the company` : `${people} ask to buy credits for the company`,
  waitingText: 'Choose below what members may pay with; whoever asked is told.',
  changedTitle: 'Something has changed',
  changed: 'The ways to pay are not the ones you saw. Look again, then save.',

  asked: ({ managers }: { managers: string }) => `${managers} has been asked. You are told when you may buy.`,
  askedMany: ({ managers }: { managers: string }) => `${managers} have been asked. You are told when you may buy.`,
  askedBefore: ({ managers }: { managers: string }) => `${managers} was asked today already.`,
  nobodyToAsk: ({ company }: Named) => `${company} has no manager at present. Ask the team of the location.`,
};

/** What pages say about who may pay for a company. */
export const permissionMessages = catalog({ en });
