import { catalog } from '../../shared/catalog.ts';

const en = {
  navHome: 'Home',
  navCredits: 'Credits',
  navHistory: 'History',
  navNotifications: 'News',
  navMore: 'More',
  navJoin: 'Join',
  groupCommunity: 'Community',
  groupSettings: 'Locations > Settings',
  navMembers: 'Members',
  navCompanies: 'Companies',
  navPackages: 'Credit packages',
  navPlans: 'Plans',
  navInvoices: 'Invoices',
  navGateways: 'Payment gateways',
  navBilling: 'Tax and billing',
  navInvoicing: 'Invoicing',
  navMoneyCheck: 'Money check',
  navLedgerCheck: 'Ledger check',
  navLocations: 'Locations',
  navAdministrators: 'Administrators',
  navOutbox: 'Outbox',
  switchToAdministration: 'Administration',
  switchToMembership: 'My membership',
  testMoney: 'Test mode: no real money moves.',

  signIn: 'Sign in',
  signInLead: 'We send you a code and a link. There is no password to remember.',
  email: 'E-mail address',
  sendCode: 'Send me a code',
  'email-invalid': 'Write an e-mail address, such as ada@example.com.',
  'email-letters':
    'Write an e-mail address in plain Latin letters. One of these only looks like one; a domain of another script begins with xn--.',
  passkey: 'Sign in with a passkey',
  passkeyLead: 'With the fingerprint, face or PIN of this device, if you have added a passkey here.',
  wait: 'Wait a moment',

  noMailTitle: 'This installation sends no mail',
  noMail: 'An administrator with access to the server can make a sign-in link for you with this command:',
  noMailCommand: 'npm run roost -- sign-in --email you@example.com',

  codeTitle: 'Look into your mailbox',
  codeLead: ({ email }: { email: string }) =>
    `If ${email} is known here, a message with a code is on its way. It is good for 10 minutes.`,
  code: 'Code',
  codeHint: 'Six digits. You can also open the link in the message.',
  codeShape: 'The code has six digits.',
  codeWrong: 'This code is not right, or no longer good. Take the one in the newest message, or ask for another.',
  enter: 'Sign in',
  again: 'Send another message',
  otherAddress: 'Use another address',
  atMost: 'Nothing there? Look among unwanted mail too. An address gets at most five messages in 15 minutes.',
  demoOutbox: 'In the demo nothing is sent. Read the message in the Outbox.',
  openOutbox: 'Open the Outbox',

  linkTitle: ({ organization }: { organization: string }) => `Sign in to ${organization}`,
  linkLead: ({ email }: { email: string }) => `You will be signed in as ${email}.`,
  linkUsedTitle: 'This link is no longer good',
  linkUsed: 'Links work once and for a short time. Ask for a new one: it takes a moment.',
  askAgain: 'Ask for a new link',

  mailSubject: ({ organization }: { organization: string }) => `Sign in to ${organization}`,
  mailBody: (it: { organization: string; code: string; minutes: string; url: string }) =>
    `Your code for ${it.organization}: ${it.code}

Type it on the page where you asked for it. It is good for ${it.minutes} minutes and works once.

Or open this link and press the button there:
${it.url}

If you did not ask for this, you need not do anything: nobody gets in without it.
`,
  commandLink: (it: { organization: string; minutes: string; url: string }) =>
    `${it.organization} (good once, for ${it.minutes} minutes):\n${it.url}`,
  commandReset: (it: {
    organization: string;
    email: string;
    passkeys: number;
    apps: number;
    recoveryCodes: number;
    sessions: number;
  }) =>
    `${it.organization}: removed what ${it.email} had: passkeys ${it.passkeys}, authenticator apps ${it.apps}, recovery codes ${it.recoveryCodes}. Ended sessions: ${it.sessions}.`,
  commandUnknown: ({ email }: { email: string }) => `Nobody here has the address ${email}.`,

  outboxLead: 'What would have left if this were not a demo. Nothing here was sent to anybody.',
  outboxEmptyTitle: 'Nothing would have left yet',
  outboxEmpty: 'Sign in with an address or buy a package, and the message about it appears here.',
  mailTo: 'To',
  mailAt: 'Written',
  backToStart: 'Back to the start page',
};

/** What the frame around pages and the way in say. */
export const signInMessages = catalog({ en });
