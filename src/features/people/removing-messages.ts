import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };
type At = Named & { location: string };
type InCompany = Named & { company: string };

const en = {
  membership: 'Membership',
  leavingMember: ({ name }: Named) =>
    `${name} keeps history and credits when removed, and can be restored. The credits are frozen until then.`,
  leavingNonmember: ({ name }: Named) => `${name} can be taken off the list, and put back on it.`,
  remove: ({ location }: { location: string }) => `Remove from ${location}`,
  removeTitle: ({ name, location }: At) => `Remove ${name} from ${location}?`,
  endsMember: ({ name, location }: At) =>
    `${name} can no longer sign in to ${location} as a member, buy credits or use them.`,
  endsNonmember: ({ name, location }: At) => `${name} is taken off the list of ${location}.`,
  freezes: ({ credits, one }: { credits: string; one: boolean }) =>
    one
      ? `The ${credits} credit stays and is frozen; its expiry goes on.`
      : `The ${credits} credits stay and are frozen; their expiry goes on.`,
  keepsCompany: ({ name, company }: InCompany) =>
    `${name} gets back the place in ${company} when restored. The credits of ${company} are not touched.`,
  lastManager: ({ company }: { company: string }) =>
    `${company} has no other manager: nobody buys for it until you make one.`,
  staysAdministrator: ({ name, location }: At) =>
    `${name} is an administrator of ${location} too, and stays one: only the membership ends.`,
  takesBack: ({ name }: Named) => `You can restore ${name} at any time, and ${name} can ask to join.`,
  planEnds: ({ plan }: { plan: string }) => `When does the plan ${plan} end?`,
  planStaysEnded: 'Restoring does not bring the plan back.',
  planEndsNow: 'At once',
  planEndsNowDetail: 'What is left of this cycle’s credits goes with it.',
  planEndsLater: 'With its cycle',
  planEndsLaterDetail: 'This cycle’s credits stay until then, frozen. It is not renewed.',
  removeConfirm: ({ name }: Named) => `Remove ${name}`,
  removing: 'Removing…',
  cancel: 'Cancel',
  removed: ({ name, location }: At) => `${name} is removed from ${location}.`,
  changedMeanwhile: ({ name }: Named) =>
    `The membership of ${name} has changed meanwhile, as you see here. Nothing was done.`,

  wasRemoved: ({ name, location }: At) =>
    `${name} was removed from ${location}. Credits that are left are frozen; their expiry goes on.`,
  restore: 'Restore membership',
  restoreNonmember: 'Put back on the list',
  restored: ({ name }: Named) => `${name} is a member again.`,
  restoredNonmember: ({ name }: Named) => `${name} is on the list again, and is not a member.`,
};

/** What is said when people are removed from a location and restored. */
export const removingMessages = catalog({ en });
