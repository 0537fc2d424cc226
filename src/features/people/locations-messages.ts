import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };

const en = {
  title: 'Locations',
  lead: ({ organization }: { organization: string }) =>
    `The spaces of ${organization}. Each has its own currency, members, packages, gateways and administrators.`,
  ownerAdds: 'The owner of the organization adds locations.',
  here: 'You are here',
  name: 'Name',
  address: 'Address',
  addressHint: 'After /l/ in the address of every page: small letters, digits and hyphens.',
  addressHintNew: 'Left empty it is made from the name.',
  addressHintChange: 'The address it has now leads on to the new one.',
  currency: 'Currency',
  currencyHint: 'All prices here are in it. It stays for as long as the location exists.',
  timeZone: 'Time zone',
  timeZoneHint: 'Days, months and expiry are counted in it.',
  locale: 'Language and numbers',
  localeHint: 'How dates and amounts are written.',
  actions: 'Actions',
  add: 'Add location',
  addLead: 'Everything but the currency can be changed later.',
  change: 'Change',
  changeOf: ({ name }: Named) => `Change ${name}`,
  changeTitle: ({ name }: Named) => `Settings of ${name}`,
  save: 'Save',
  saving: 'Saving…',
  cancel: 'Cancel',
  added: ({ name }: Named) => `${name} is added. Next: its gateway, its packages, its administrators.`,
  changed: ({ name }: Named) => `${name} is changed.`,
  errorRequired: 'Write a name.',
  errorTooLong: 'At most 120 characters.',
  errorHidden: 'This holds characters that cannot be seen. Type it anew.',
  errorSlug: 'Small letters from a to z, digits and single hyphens between them; at most 60.',
  errorSlugTaken: 'Another location has this address, or had it.',
  errorCurrency: 'Choose a currency from the list.',
  errorCurrencyFixed: ({ currency }: { currency: string }) =>
    `The currency stays ${currency}: prices, payments and documents here are in it. For another one add a location.`,
  errorTimeZone: 'Choose a time zone from the list.',
  errorLocale: 'Choose a language from the list.',
};

/** What is said of locations. */
export const locationsMessages = catalog({ en });
