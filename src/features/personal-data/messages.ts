import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };

const en = {
  title: 'Your data',
  lead: 'What is kept about you here, and how to have it forgotten.',
  back: 'More',
  file: 'A copy',
  fileLead:
    'One file with everything under your name: your account, memberships, credits, purchases, payments, receipts, invoices, plans and news. It is JSON, which programs read.',
  download: 'Download your data',
  forgetting: 'Being forgotten',
  forgettingLead: ({ location }: { location: string }) =>
    `The team of ${location} can take your name, address and everything that leads to you out of these books. Receipts and invoices stay as long as the law asks for them. Credits you have left are lost, and it cannot be undone.`,
  ask: 'Ask to be forgotten',
  asked: 'The team is told. They may ask you whether it was you.',
  askedBefore: 'The team has been told already.',

  titleOf: ({ name }: Named) => `Personal data of ${name}`,
  fileOfLead: ({ name, location }: Named & { location: string }) =>
    `One file with what is kept about ${name} at ${location}, to hand to them when they ask.`,
  fileOfOwnerLead: ({ name }: Named) => `One file with everything kept about ${name}, to hand to them when they ask.`,
  downloadOf: ({ name }: Named) => `Download the data of ${name}`,
  anonymise: 'Anonymise',
  anonymiseLead: ({ name }: Named) =>
    `For people who ask to be forgotten. ${name} can no longer sign in; name, address, devices, passkeys, news, billing details and cards are gone.`,
  stays: 'The ledger, purchases, receipts and invoices stay as they are.',
  frozen: 'Memberships end, a plan ends at once, and credits that are left are frozen for good.',
  forGood: 'This cannot be undone.',
  typeEmail: 'E-mail address of this person',
  typeEmailHint: ({ email }: { email: string }) => `Type ${email} to confirm.`,
  errorEmail: ({ email }: { email: string }) => `Type the address as it is: ${email}`,
  anonymiseNow: 'Anonymise for good',
  anonymising: 'Anonymising…',
  done: 'Anonymised. What stays is without a name.',
  gone: 'This person was anonymised.',
  'not-owner': 'The owner cannot be anonymised. The organization is handed over to somebody else first.',
  'not-administrator': ({ name }: Named) =>
    `${name} is an administrator. Take that away first, at Locations > Settings > Administrators.`,
  'not-payment': ({ name }: Named) =>
    `A payment or refund of ${name} is not decided yet. Wait until it is settled; open payments are checked by themselves.`,
  'not-invoice': ({ name }: Named) =>
    `An invoice of ${name} is not paid, or something is collected for the next one. Settle or void it first.`,
  'not-hold': ({ name }: Named) => `Credits of ${name} are set aside for something. Release or use them first.`,
  'not-elsewhere': ({ name }: Named) =>
    `${name} is known at another location, which you do not look after. The owner, or somebody who looks after both, can do it.`,
};

/** What is said of personal data: to people about their own, and to whoever looks after them. */
export const personalDataMessages = catalog({ en });
