import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };
type Counted = { payments: number; refunds: number };

const en = {
  dashboard: 'Open the dashboard of the test gateway: refunds, disputes and bad days to rehearse',
  gateways: 'Payment gateways',
  settings: 'Locations > Settings',
  gatewaysLead: 'With a gateway, members pay for packages by card. One is connected at a time.',
  connected: 'Connected',
  connectNamed: ({ name }: Named) => `Connect ${name}`,
  disconnectFirst: ({ name }: Named) => `${name} is connected. To connect another gateway, disconnect it first.`,
  otherGateways: 'Other gateways',
  unknownGateway: ({ kind }: { kind: string }) => `This version of Roost does not know the gateway “${kind}”`,
  unknownGatewayWhat:
    'Members cannot pay by card, and payments under way wait. Start the version of Roost it was connected with, or disconnect it.',

  noRealMoney: 'No real money',
  realMoney: 'Real money',
  testMode: 'Test mode: no real money',
  testModeWhat: 'Members pay with test cards, and credits bought this way cost nothing. Never sell with it.',
  liveMode: 'Live: real money',
  liveModeWhat: "Members' cards are charged.",
  liveHere: 'Real money on a computer of your own?',
  liveHereWhat: ({ url }: { url: string }) =>
    `This Roost is at ${url}, where members cannot reach it. A live key belongs on the Roost that they use: here, connect with a test key.`,
  keepKeysApart: ({ url }: { url: string }) =>
    `This Roost is at ${url}, as when one tries things out. Use a test key here, not a live one.`,

  testGatewayWhat: 'For trying everything out: it behaves like a real gateway, with test cards, on this very computer.',
  gatewayWhat: ({ name }: Named) =>
    `You need an account of your own at ${name}. Money goes from the card to that account.`,
  abilities: 'What it can do',
  canCards: ({ name }: Named) => `Cards, typed on the page of ${name}, with the question of a bank where one asks`,
  canSave: 'Saved cards for the next purchase',
  cannotSave: 'No saved cards: members go to its page for each purchase',
  canAtOnce: 'Instantly confirmed: credits arrive as soon as a payment succeeds',
  canDelayed: 'Also ways to pay that are confirmed days later',
  canRefundPartial: 'Refunds, of a whole payment or a part',
  canRefundFull: 'Refunds of whole payments only',
  cannotRefund: 'No refunds from here',

  account: 'Account',
  since: 'Connected since',
  lastCheck: 'Last check',
  neverChecked: 'Not checked yet',
  noProblems: ({ time }: { time: string }) => `${time}, nothing wrong`,
  withProblems: ({ time, count }: { time: string; count: number }) =>
    `${time}, ${count === 1 ? '1 problem' : `${count} problems`}`,
  problemsTitle: 'The last check found something wrong',
  checkNow: 'Check now',
  checking: 'Checking…',
  checkedGood: ({ name }: Named) => `${name} answers, and nothing is wrong.`,
  checkedBad: 'The check found something wrong.',
  hintsCome: 'The gateway tells at once when something happens to a payment.',
  hintsDoNot: 'The gateway cannot tell when something happens to a payment: payments are checked every minute instead.',

  usesTitle: 'What it is used for',
  usesWhat: 'Payments under way are not affected by a change.',
  forPackages: 'Credit packages',
  forPackagesHint: 'Members pay for packages by card.',
  forInvoices: 'Invoices',
  forInvoicesHint: 'Invoices are paid by card.',
  saveUses: 'Save',
  usesSaved: 'Saved.',
  usesNone: 'Saved. Nobody can pay by card now.',

  connectTitle: ({ name }: Named) => `Connect ${name}`,
  back: 'Payment gateways',
  secretHint: 'It is encrypted, and never shown again.',
  connecting: 'Checking…',
  nowConnected: ({ name }: Named) => `${name} is connected. Members can pay by card.`,
  nowConnectedTest: ({ name }: Named) => `${name} is connected for testing. Members can pay with test cards.`,
  nowConnectedUnused: ({ name }: Named) => `${name} is connected. Members cannot pay for packages with it yet.`,
  notConnected: 'It is not connected yet:',
  taken: ({ name }: Named) => `${name} is connected already. Only one gateway is connected at a time.`,
  wrongValue: ({ label }: { label: string }) => `${label}: this does not look like one. Copy it again, as a whole.`,

  replaceKey: 'Replace the key',
  replaceTitle: ({ name }: Named) => `Replace the key for ${name}`,
  replaceWhat: ({ account }: { account: string }) =>
    `The new key has to be one of the same account, ${account}. Saved cards and payments under way stay.`,
  replaceConfirm: 'Replace the key',
  nowReplaced: 'The new key is in use. Delete the old one at the gateway.',
  gone: 'The gateway was disconnected meanwhile.',

  'key-is-live': 'This key is for real money, and a test key is expected.',
  'key-is-test': 'This key is for testing, and a live key is expected.',
  'key-refused': 'The gateway refuses this key. It may be mistyped, deleted, or expired.',
  'account-unreadable':
    'The key may not read the account. Allow that in its permissions, so that it can be told whose it is.',
  'charges-disabled': 'The account may not take payments yet. Complete it at the gateway first.',
  'refunds-not-allowed': 'The key may not make refunds. Allow that in its permissions.',
  'currency-not-supported': ({ currency }: { currency: string }) =>
    `The account takes no payments in ${currency}, the currency of this location.`,
  'no-answer': 'The gateway did not answer. Try again in a moment.',
  'other-account': 'This key is one of another account. To change accounts, disconnect and connect again.',
  'other-mode-live':
    'This key is for testing, and the connection is for real money. Disconnect and connect again to change that.',
  'other-mode-test':
    'This key is for real money, and the connection is for testing. Disconnect and connect again to change that.',

  disconnect: 'Disconnect',
  disconnectTitle: ({ name }: Named) => `Disconnect ${name}?`,
  disconnectConfirm: 'Disconnect now',
  disconnectWhat: 'From then on members cannot pay by card. Packages stay as they are, and so does everything bought.',
  disconnectNothingPending: 'Nothing is under way.',
  disconnectPending: ({ payments, refunds }: Counted) =>
    `${underWay({ payments, refunds })} under way. That is still brought to its end, and the key is kept until then.`,
  disconnectKey: 'Then the key is deleted here. Refunds of its payments are made at the gateway itself from then on.',
  disconnectCards: 'Saved cards of members belong to this connection: after connecting again they enter them anew.',
  disconnecting: 'Disconnecting…',
  cancel: 'Cancel',
  nowDisconnected: ({ name }: Named) => `${name} is disconnected.`,

  partedTitle: 'Disconnected, with its key still here',
  partedWhat: ({ name, account, time }: Named & { account: string; time: string }) =>
    `${name}, account ${account}, disconnected ${time}.`,
  partedPending: ({ payments, refunds }: Counted) =>
    `${underWay({ payments, refunds })} under way. The key is deleted when that has ended.`,
  partedDone: 'Nothing is under way any more. The key is deleted within two hours.',
};

function underWay({ payments, refunds }: Counted): string {
  const parts = [
    ...(payments > 0 ? [payments === 1 ? '1 payment' : `${payments} payments`] : []),
    ...(refunds > 0 ? [refunds === 1 ? '1 refund' : `${refunds} refunds`] : []),
  ];
  return `${parts.join(' and ')} ${payments + refunds === 1 ? 'is' : 'are'}`;
}

/** What administrators read about gateways and connecting them. */
export const gatewayMessages = catalog({ en });
