import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };
type Of = { company: string };

const en = {
  title: 'Company',
  leadManager: ({ company }: Of) =>
    `You are a manager of ${company}: you buy in its name, see its payments, and say who belongs to it.`,
  leadMember: ({ company }: Of) => `You belong to ${company}. Its managers buy in its name and say who belongs to it.`,
  people: 'People',
  managers: 'Managers',
  noManager: 'There is no manager at the moment. The team of the space acts for the company.',
  name: 'Name',
  email: 'E-mail address',
  emailHint: 'They get a message, sign in with this address and accept. Whoever is known keeps the name they have.',
  role: 'Role',
  roleManager: 'Manager',
  roleMember: 'Member',
  roleHint: 'Managers buy for the company and look after this page.',
  you: 'You',
  actions: 'Actions',
  makeManager: 'Make a manager',
  makeManagerOf: ({ name }: Named) => `Make a manager: ${name}`,
  makeMember: 'Make a member',
  makeMemberOf: ({ name }: Named) => `Make a member: ${name}`,
  remove: 'Remove',
  removeOf: ({ name }: Named) => `Remove ${name}`,
  leave: 'Leave the company',

  invite: 'Invite somebody',
  inviteAction: 'Invite',
  inviting: 'Inviting…',
  invited: 'Invited',
  invitedLead: 'They have not answered yet.',
  withdraw: 'Take back',
  withdrawOf: ({ name }: Named) => `Take back the invitation of ${name}`,
  invitedNow: ({ name }: Named) => `${name} is invited.`,
  invitedBefore: ({ name }: Named) => `${name} is invited already.`,
  withdrawn: 'The invitation is taken back.',
  errorInCompany: ({ name }: Named) => `${name} belongs to the company already.`,
  errorTeam: ({ location }: { location: string }) =>
    `Only the team of ${location} can let this person in. Ask them; then invite again.`,

  removeTitle: ({ name, company }: Named & Of) => `Remove ${name} from ${company}?`,
  leaveTitle: ({ company }: Of) => `Leave ${company}?`,
  staysMember: ({ name, location }: Named & { location: string }) =>
    `${name} stays a member of ${location}, with the credits of their own.`,
  youStayMember: ({ location }: { location: string }) =>
    `You stay a member of ${location}, with the credits of your own.`,
  companyKeeps: ({ company }: Of) => `Credits and saved cards of ${company} stay with ${company}.`,
  lastManager: ({ company }: Of) =>
    `${company} has no manager afterwards: nobody buys for it or invites its people until the team makes somebody one. The team is told.`,
  removeConfirm: ({ name }: Named) => `Remove ${name}`,
  leaveConfirm: ({ company }: Of) => `Leave ${company}`,
  cancel: 'Cancel',
  removed: ({ name, company }: Named & Of) => `${name} does not belong to ${company} any more.`,
  left: ({ company }: Of) => `You do not belong to ${company} any more.`,
  madeManager: ({ name }: Named) => `${name} is a manager now.`,
  madeMember: ({ name }: Named) => `${name} is no manager any more.`,
  gone: 'That has changed meanwhile, as you see here. Nothing was done.',

  invitations: 'Invitations',
  noInvitations: 'No invitation waits for you.',
  invitesYou: ({ company }: Of) => `${company} invites you`,
  invitesWhat: ({ by, location }: { by: string; location: string }) =>
    `${by} asks you to belong to it. If you accept, you are a member of ${location} and see what it sells.`,
  asManager: 'You would be a manager: you buy in its name and say who belongs to it.',
  movesYou: ({ company }: Of) =>
    `You leave ${company} by it. Credits of your own stay yours, those of ${company} stay there.`,
  accept: 'Accept',
  acceptOf: ({ company }: Of) => `Accept: ${company}`,
  decline: 'Decline',
  declineOf: ({ company }: Of) => `Decline: ${company}`,
  accepted: ({ company }: Of) => `You belong to ${company} now.`,
  declined: ({ company }: Of) => `You have declined. ${company} can invite you again.`,
  invitationGone: 'This invitation does not stand any more.',
  look: 'Look at it',

  mailSubject: ({ company, location }: Of & { location: string }) => `${company} invites you to ${location}`,
  mailBody: (it: Named & Of & { by: string; location: string; url: string; email: string }) =>
    `Hello ${it.name},

${it.by} invites you to belong to ${it.company} at ${it.location}.

Accept or decline here:
${it.url}

Your address there is ${it.email}. There is no password: a code is sent to you each time.
If you do not know ${it.company}, you need not do anything.
`,

  standing: 'Standing',
  removeCompany: ({ location }: { location: string }) => `Remove from ${location}`,
  removeCompanyLead: ({ name }: Named) =>
    `${name} keeps history and credits when removed, and can be restored. The credits are frozen until then.`,
  removeCompanyTitle: ({ name, location }: Named & { location: string }) => `Remove ${name} from ${location}?`,
  companyEnds: ({ name }: Named) => `Nobody buys in the name of ${name}, and its people see its credits no more.`,
  companyFreezes: ({ credits, one }: { credits: string; one: boolean }) =>
    one
      ? `The ${credits} credit stays and is frozen; its expiry goes on.`
      : `The ${credits} credits stay and are frozen; their expiry goes on.`,
  companyPeople: ({ people }: { people: string }) =>
    `Its people (${people}) stay members, with credits of their own, and are back in it when it is restored.`,
  companyTakesBack: ({ name }: Named) => `You can restore ${name} at any time.`,
  companyRemoved: ({ name }: Named) => `${name} is removed.`,
  companyRestored: ({ name }: Named) => `${name} is restored.`,
  companyWasRemoved: ({ name, location }: Named & { location: string }) =>
    `${name} was removed from ${location}. Credits that are left are frozen; their expiry goes on.`,
  restoreCompany: 'Restore company',
  removing: 'Removing…',

  rename: 'Change the name',
  saveName: 'Save name',
  renamed: ({ name }: Named) => `The name is ${name} now.`,
};

/** What is said of companies: to their people, and to administrators who remove and rename them. */
export const companyMessages = catalog({ en });
