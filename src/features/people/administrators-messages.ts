import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };
type At = { location: string };
type Of = { organization: string };

const en = {
  title: 'Administrators',
  lead: ({ location }: At) =>
    `Who looks after ${location}, and what. Each of them shows a second factor before these pages open.`,
  add: 'Add administrator',
  addLead: ({ location }: At) =>
    `They sign in with their e-mail address and set up a second factor. They need not be a member of ${location}.`,
  name: 'Name',
  email: 'E-mail address',
  emailHint: 'Whoever is known by it keeps the name they have.',
  areas: 'Areas',
  'area-customers': 'Customers',
  'area-billing': 'Billing',
  'area-analytics': 'Analytics',
  'area-settings': 'Settings',
  'about-customers': 'Members, companies, their plans and credits.',
  'about-billing': 'Credit packages, plans, payments, refunds and invoices.',
  'about-analytics': 'Charts and reports.',
  'about-settings': 'Administrators, payment gateways, tax and the location itself.',
  owner: 'Owner',
  ownerAll: 'Everything, at every location',
  you: 'You',
  actions: 'Actions',
  edit: 'Change',
  editOf: ({ name }: Named) => `Change ${name}`,
  save: 'Save',
  saving: 'Saving…',
  cancel: 'Cancel',
  remove: ({ name }: Named) => `Remove ${name} as an administrator`,
  removeTitle: 'Remove',
  removeLead: ({ name, location }: Named & At) =>
    `${name} no longer looks after ${location}, from the next page on. A membership of theirs stays as it is.`,
  ownLead: 'You can give up areas of yours. Others give you more.',
  onlyOwn: 'You give areas that you look after yourself.',

  added: ({ name }: Named) => `${name} is an administrator now.`,
  changed: ({ name }: Named) => `The areas of ${name} are changed.`,
  unchanged: ({ name }: Named) => `The areas of ${name} are as they were.`,
  removed: ({ name }: Named) => `${name} is no administrator here any more.`,

  errorAreas: 'Choose at least one area.',
  errorNotYours: ({ areas }: { areas: string }) =>
    `You cannot give this: ${areas}. People give areas they look after themselves, and never to themselves.`,
  errorOwner: 'The owner has all areas everywhere. The organization can be handed over to somebody else.',
  errorSettings: 'Nobody else looks after the settings here. Give that area to somebody first.',
  errorIsAdministrator: ({ name }: Named) =>
    `This is the address of ${name}, who is an administrator here. Change their areas in the list.`,

  mailSubject: ({ location }: At) => `You look after ${location} now`,
  mailBody: (it: Named & At & { areas: string; url: string; email: string }) =>
    `Hello ${it.name},

you are an administrator of ${it.location} now. You look after: ${it.areas}.

Sign in here:
${it.url}

Your address there is ${it.email}. Before your pages open you set up a second factor: a passkey or an authenticator app.
`,

  ownership: 'Owner of the organization',
  ownershipLead: ({ organization }: Of) =>
    `${organization} has exactly one owner, who looks after everything at every location and can hand it over.`,
  ownerNow: ({ name }: Named) => `The owner is ${name}.`,
  handOver: 'Hand over the organization',
  handOverLead: ({ days }: { days: string }) =>
    `Choose an administrator. They become the owner once they accept, within ${days} days; you stay an administrator of everything.`,
  handOverNobody: 'There is no other administrator to hand it over to. Add one first.',
  toWhom: 'New owner',
  typeName: 'Name of the organization',
  typeNameHint: ({ organization }: Of) => `Type ${organization} to confirm.`,
  offer: 'Offer the organization',
  offerTo: ({ name, until }: Named & { until: string }) =>
    `You have offered the organization to ${name}. The offer stands until ${until}.`,
  withdraw: 'Take the offer back',
  offered: ({ name, organization }: Named & Of) => `${name} offers you ${organization}`,
  offeredLead: ({ organization, until }: Of & { until: string }) =>
    `As the owner you look after everything at every location of ${organization}, and nobody can remove you. The offer stands until ${until}.`,
  take: 'Become the owner',
  decline: 'Decline',
  toOffer: 'Look at the offer',
  offerSent: ({ name }: Named) => `${name} is told. You stay the owner until they accept.`,
  offerEnded: 'The offer is over. Nothing has changed.',
  taken: ({ organization }: Of) => `You are the owner of ${organization} now.`,
  errorTypeName: ({ organization }: Of) => `Type the name as it is: ${organization}`,
  errorChoose: 'Choose somebody of the list.',
  errorOfferGone: 'This offer does not stand any more. Nothing has changed.',
  offerSubject: ({ organization }: Of) => `You are offered ${organization}`,
  offerBody: (it: Named & Of & { owner: string; url: string }) =>
    `Hello ${it.name},

${it.owner} offers you to become the owner of ${it.organization}. Look at it here, and accept or decline:
${it.url}
`,
  takenSubject: ({ organization }: Of) => `${organization} has another owner`,
  takenBody: (it: Named & Of & { owner: string }) =>
    `Hello ${it.name},

${it.owner} is the owner of ${it.organization} now. You are an administrator of all its locations.
`,
};

/** What is said of administrators and of the owner. */
export const administratorsMessages = catalog({ en });
