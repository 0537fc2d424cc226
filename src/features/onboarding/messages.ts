import { catalog } from '../../shared/catalog.ts';

const en = {
  title: 'Set up Roost',
  lead: 'One form, and members can buy credits. Everything but the currency can be changed later.',
  aboutSpace: 'Your space',
  aboutYou: 'You',
  aboutYouLead: 'You become the owner. You are signed in at once and later sign in with this address.',
  organization: 'Organization',
  organizationHint: 'The name of your brand.',
  location: 'Location',
  locationHint: 'Your first space. Its name is on receipts and in its address.',
  currency: 'Currency',
  currencyHint: 'All prices here are in it. It stays for as long as the location exists.',
  timeZone: 'Time zone',
  timeZoneHint: 'Days, months and expiry are counted in it.',
  locale: 'Language and numbers',
  localeHint: 'How dates and amounts are written.',
  name: 'Your name',
  email: 'Your e-mail address',
  testGateway: 'Connect the test gateway now',
  testGatewayHint:
    'Members can try out buying with cards that are not real. Connect your own gateway when you are ready.',
  save: 'Set up',
  done: ({ location }: { location: string }) => `${location} is set up. Add the first package with +.`,

  noTokenTitle: 'Roost is not set up yet',
  noToken: 'Whoever started the program finds an address in its output that opens the set-up. Open that address.',

  required: 'Fill this in.',
  'too-long': 'At most 120 characters.',
  'unknown-currency': 'Choose a currency from the list.',
  'unknown-time-zone': 'Choose a time zone from the list.',
  'unknown-locale': 'Choose a language from the list.',
  'email-invalid': 'Write an e-mail address, such as ada@example.com.',
  'email-letters':
    'Write an e-mail address in plain Latin letters. One of these only looks like one; a domain of another script begins with xn--.',
};

/** What the first-run set-up says; there is no location yet whose language it could take. */
export const onboardingMessages = catalog({ en });
