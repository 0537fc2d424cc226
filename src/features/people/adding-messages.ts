import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };

const en = {
  community: 'Community',
  members: 'Members',
  companies: 'Companies',
  addMember: 'Add member',
  addMemberLead: 'For people you know: they need not ask to join. Members can buy credits as soon as you save.',
  addCompany: 'Add company',
  addCompanyLead: 'A company buys credits under its own name. Add its people next.',
  name: 'Name',
  companyName: 'Name of the company',
  companyNameHint: 'As it should stand on receipts.',
  email: 'E-mail address',
  emailHint: 'They sign in with it.',
  openPage: ({ name }: Named) => `Open the page of ${name}`,
  type: 'Membership',
  typeMember: 'Member',
  typeMemberDetail: 'Sees the credit packages and buys them.',
  typeNonmember: 'Not a member',
  typeNonmemberDetail: 'On the list only, and can ask to join.',
  company: 'Company',
  companyHint: 'Personal credits stay personal.',
  noCompany: 'No company',
  role: 'Role in the company',
  roleHint: 'Managers buy credits for the company.',
  roleMember: 'Member',
  roleManager: 'Manager',
  optional: 'optional',
  save: 'Save',
  pending: 'Saving…',
  cancel: 'Cancel',

  errorRequired: 'Write a name.',
  errorTooLong: ({ most }: { most: string }) => `At most ${most} characters.`,
  errorHidden: 'This holds characters that cannot be seen. Type it anew.',
  errorNoLetters: 'Write at least one letter or digit.',
  errorEmail: 'Write an e-mail address, such as ada@example.com.',
  errorEmailLetters:
    'Write an e-mail address in plain Latin letters. One of these only looks like one; a domain of another script begins with xn--.',
  errorChoose: 'Choose one of the list.',
  errorAlreadyAdded: 'This form has been saved before, with something else in it. Save again to add this one too.',
  errorNameTaken: 'A company of this name is here already. Add something that tells them apart.',
  errorNoCompany: 'Only members belong to a company.',
  errorIsMember: ({ name }: Named) => `This is the address of ${name}, who is a member here already.`,
  errorHasAsked: ({ name }: Named) => `This is the address of ${name}, who has asked to join. Approve the request.`,
  errorIsKnown: ({ name }: Named) =>
    `This is the address of ${name}, who is on the list already. Make them a member on their page.`,
  errorWasRemoved: ({ name }: Named) =>
    `This is the address of ${name}, who was removed or declined. Bring them back on their page.`,

  added: ({ name }: Named) => `${name} is a member now.`,
  addedNonmember: ({ name }: Named) => `${name} is on the list now, and is not a member.`,
  addedKnown: 'The address was known under this name.',
  mailed: 'A message tells them how to sign in.',
  notMailed: 'How they sign in is said below.',
  companyAdded: ({ name }: Named) => `${name} is added.`,

  approve: 'Approve',
  approveOf: ({ name }: Named) => `Approve ${name}`,
  decline: 'Decline',
  declineOf: ({ name }: Named) => `Decline ${name}`,
  makeMember: 'Make a member',
  actions: 'Actions',
  requestedTitle: ({ name }: Named) => `${name} asks to join`,
  requested: 'Members see the credit packages and buy them. Whoever is declined can ask again.',
  invited: ({ name }: Named) => `${name} is invited and waits for the membership to open.`,
  removed: ({ name }: Named) =>
    `${name} was removed or declined. Credits that are left are frozen; their expiry goes on.`,
  forgotten: 'This person asked to be forgotten. What they bought and used stays, without their name.',
  nonmember: ({ name }: Named) => `${name} is not a member, and only members buy credits.`,
  approved: ({ name }: Named) => `${name} is a member now.`,
  approvedBefore: ({ name }: Named) => `${name} is a member already.`,
  declined: ({ name }: Named) => `The request of ${name} is declined.`,
  declinedBefore: ({ name }: Named) => `${name} does not ask to join any more. Nothing was changed.`,

  joined: ({ name, company }: Named & { company: string }) => `${name} belongs to ${company} now.`,
  joinedAsManager: ({ name, company }: Named & { company: string }) => `${name} is a manager of ${company} now.`,
  left: ({ name, company }: Named & { company: string }) => `${name} does not belong to ${company} any more.`,
  leftBefore: ({ name }: Named) => `${name} belongs to no company.`,

  signingIn: 'Signing in',
  signingInNoMail: ({ name }: Named) =>
    `This installation sends no mail. Whoever has access to the server makes a link that signs ${name} in, and hands it on:`,
  signingInCommand: ({ email }: { email: string }) => `npm run roost -- sign-in --email "${email}"`,

  welcomeSubject: ({ location }: { location: string }) => `Welcome to ${location}`,
  welcomeMember: ({ location }: { location: string }) =>
    `You are a member of ${location} now: you see its credit packages and can buy them.`,
  welcomeNonmember: ({ location }: { location: string }) =>
    `The team of ${location} has put you on its list. Once you have signed in you can ask to join.`,
  welcomeBody: (it: Named & { what: string; url: string; email: string }) =>
    `Hello ${it.name},

${it.what}

Sign in here:
${it.url}

Your address there is ${it.email}. There is no password: a code is sent to you each time.
`,
};

/** What is said when people and companies are added, and when requests to join are answered. */
export const addingMessages = catalog({ en });
