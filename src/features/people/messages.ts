import { catalog } from '../../shared/catalog.ts';

type At = { location: string };

const en = {
  joinTitle: ({ location }: At) => `Join ${location}`,
  joinWhat: ({ location }: At) => `${location} is a coworking space. Its members book and pay with credits.`,
  joinOnlyMembers: 'Only members buy credits. Ask to join, and the team makes you a member.',
  joinAsk: 'Ask to join',
  joinNonmember: ({ location }: At) =>
    `The team of ${location} knows you, but you are not a member yet, and only members buy credits.`,
  joinRequestedTitle: 'Your request is with the team',
  joinRequested: ({ location }: At) => `The team of ${location} looks at it. You need not ask again.`,
  joinInvitedTitle: 'You are invited',
  joinInvited: ({ location }: At) =>
    `The team of ${location} has invited you and opens your membership. If it takes long, ask them at the desk.`,
  joinRemoved: ({ location }: At) =>
    `Your membership of ${location} has ended. Credits you have left are frozen, and their expiry goes on; to use them or buy more, join again.`,
  joinDeclined: ({ location }: At) =>
    `The team of ${location} has not taken up your request. If that surprises you, talk to them, or ask again.`,
  joinAskAgain: 'Ask to join again',

  more: 'More',
  savedCards: 'Saved cards',
  savedCardsLead: 'What you have paid with, and what is offered first.',
  signInAndDevices: 'Sign-in and devices',
  signInAndDevicesLead: 'Your address, passkeys, and where you are signed in.',
  billing: 'Billing details',
  billingLead: 'The name and address that stand on your receipts.',
  account: 'Account',
  name: 'Name',
  email: 'E-mail address',
  company: 'Company',
  roleManager: ({ company }: { company: string }) => `${company}, as a manager`,
  roleMember: ({ company }: { company: string }) => company,
  appearance: 'Appearance',
  appearanceSystem: 'Same as device',
  appearanceLight: 'Light',
  appearanceDark: 'Dark',
  appearanceSave: 'Use this appearance',
  locations: 'Other locations',
  signOut: 'Sign out',

  community: 'Community',
  members: 'Members',
  companies: 'Companies',
  creditPackages: 'Credit Packages',
  plans: 'Plans',
  moreOfCommunity: 'More of Community',
  search: 'Search',
  searchMembers: 'Name, e-mail address or company',
  searchCompanies: 'Name',
  searchAction: 'Search',
  clear: 'Show all',
  status: 'Status',
  balance: 'Credits',
  people: 'People',
  managers: 'Managers',
  statusActive: 'Member',
  statusNonmember: 'Not a member',
  statusRequested: 'Asks to join',
  statusInvited: 'Invited',
  statusRemoved: 'Removed',
  lists: 'Lists of people',
  listed: 'On the list',
  removed: 'Removed',
  nobodyRemovedTitle: 'Nobody is removed',
  nobodyRemoved: 'Whoever is removed or declined is found here, and can be brought back.',
  noMembersTitle: 'Nobody is here yet',
  noMembers: 'Add the people you know. Those who ask to join this location appear here too.',
  noCompaniesTitle: 'No companies yet',
  noCompanies: 'A company buys credits under its own name, for the people who belong to it.',
  nothingFoundTitle: 'Nothing found',
  nothingFound: ({ search }: { search: string }) => `Nothing here matches “${search}”.`,
  firstOnes: ({ count }: { count: string }) => `These are the first ${count}. Search to find others.`,
};

/** What the pages about people say. */
export const peopleMessages = catalog({ en });
