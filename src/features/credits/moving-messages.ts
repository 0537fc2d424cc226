import { catalog } from '../../shared/catalog.ts';

type Named = { name: string };
type Counted = { one: boolean; credits: string };
type Done = Counted & { balance: string };

const of = ({ one, credits }: Counted) => `${credits} ${one ? 'credit' : 'credits'}`;
const areThere = ({ one, credits }: Counted) => `${credits} ${one ? 'credit is' : 'credits are'}`;

const en = {
  customer: 'For',
  available: 'Available',
  heldAside: 'Set aside',
  howMany: 'How many credits',
  unit: 'credits',
  memo: 'Note',
  optional: 'optional',
  memoHint: 'Whoever owns the credits reads it too.',
  cancel: 'Cancel',
  back: 'Back to the credits',

  useTitle: ({ name }: Named) => `Use credits of ${name}`,
  product: 'What for',
  productHint: 'Such as “Meeting room, 2 hours”. It stands in the history.',
  use: 'Use credits',
  using: 'Using…',
  used: ({ one, credits, product, balance }: Done & { product: string }) =>
    `${of({ one, credits })} used for ${product}. Balance ${balance}.`,
  nothingTitle: ({ name }: Named) => `${name} has no credits to use`,
  nothing: 'Credits come by buying a package, or by adding some here.',
  nothingHeld: ({ one, credits }: Counted) => `${areThere({ one, credits })} set aside and cannot be used otherwise.`,
  add: 'Add credits',

  returnTitle: ({ name }: Named) => `Return credits to ${name}`,
  spentOn: 'Used for',
  spentWithout: 'Nothing in particular',
  spentAt: 'When',
  spentBy: 'By',
  spentCredits: 'Used',
  spentMemo: 'Note then',
  returnedBefore: 'Returned before',
  leftToReturn: 'Still to return',
  return: 'Return credits',
  returning: 'Returning…',
  returned: ({ one, credits, balance }: Done) => `${of({ one, credits })} returned. Balance ${balance}.`,
  returnedFor: ({ one, credits, product, balance }: Done & { product: string }) =>
    `${of({ one, credits })} returned for ${product}. Balance ${balance}.`,
  goesBack: 'They go back to where they came from, with the expiry they had.',
  goesBackExpired: ({ day }: { day: string }) =>
    `The credits this was paid with have expired since. So what you return comes back for 30 days, until ${day}.`,
  goesBackPartly: ({ one, credits, day }: Counted & { day: string }) =>
    `Of the credits this was paid with, ${credits} ${one ? 'has' : 'have'} expired since. They are returned last, and come back for 30 days, until ${day}; the others go back to where they came from.`,
  allReturnedTitle: 'All of it has come back',
  allReturned: 'Nothing is left to return of this.',

  errorAmountRequired: 'Write how many credits.',
  errorAmountNumber: 'Write a number above 0, such as 8 or 2.5.',
  errorAmountAmbiguous: 'Is this a thousand or one? Write it without a comma or point for thousands.',
  errorAmountDecimals: 'Credits have at most two decimals.',
  errorAmountRange: ({ least, most }: { least: string; most: string }) => `Write between ${least} and ${most} credits.`,
  errorProductRequired: 'Write what the credits are used for.',
  errorTooLong: ({ most }: { most: string }) => `At most ${most} characters.`,
  errorHidden: 'This holds characters that cannot be seen. Type it anew.',
  errorInsufficient: ({ one, credits }: Counted) => `Only ${areThere({ one, credits })} available.`,
  errorInsufficientHeld: ({ one, credits, held }: Counted & { held: string }) =>
    `Only ${areThere({ one, credits })} available: ${held} more are set aside.`,
  errorNothingThere: 'No credits are available.',
  errorMoreThanLeft: ({ one, credits }: Counted) => `Only ${of({ one, credits })} can still come back.`,
  errorReused:
    'This form was sent before with something else in it, and that was done. Send it again if this is to be done too.',
};

/** What is said when administrators use and return credits, and what is wrong with their forms. */
export const movingMessages = catalog({ en });
