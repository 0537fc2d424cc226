import { catalog } from '../../shared/catalog.ts';

type Counted = { one: boolean; credits: string };
type Named = { name: string };

const of = ({ one, credits }: Counted) => `${credits} ${one ? 'credit' : 'credits'}`;

const en = {
  title: ({ name }: Named) => `Adjust credits of ${name}`,
  lead: 'For what no purchase and no use explains. Adjustments stay in the history and cannot be edited.',
  direction: 'What to do',
  add: 'Add',
  addDetail: 'The credits are a gift or make up for something; nothing is paid.',
  deduct: 'Deduct',
  deductDetail: 'What expires soonest is taken first.',
  lastDay: 'Last day',
  lastDayMark: 'optional',
  lastDayHint: 'For credits you add: they can be used until the end of this day. Without one they never expire.',
  reason: 'Reason',
  reasonHint: 'Whoever owns the credits reads it too.',
  review: 'Review',
  reviewing: 'Looking…',

  addTitle: ({ one, credits, name }: Counted & Named) => `Add ${of({ one, credits })} to ${name}?`,
  deductTitle: ({ one, credits, name }: Counted & Named) => `Deduct ${of({ one, credits })} from ${name}?`,
  balance: 'Balance',
  beforeAfter: ({ before, after }: { before: string; after: string }) => `${before} → ${after}`,
  beforeAfterSpoken: ({ before, after }: { before: string; after: string }) =>
    `${before} credits now, ${after} afterwards`,
  ofThemHeld: 'Of them set aside',
  expires: 'Expires',
  never: 'Never',
  lastDayIs: ({ day }: { day: string }) => `At the end of ${day}`,
  frozen: ({ name }: Named) =>
    `The credits of ${name} are frozen. What you add is frozen too, until the membership is restored.`,
  frozenDeduct: ({ name }: Named) => `The credits of ${name} are frozen. They can be deducted all the same.`,
  final: 'This cannot be undone, only made up for by another adjustment. It is told to whoever owns the credits.',
  confirmAdd: ({ one, credits, name }: Counted & Named) => `Add ${of({ one, credits })} to ${name}`,
  confirmDeduct: ({ one, credits, name }: Counted & Named) => `Deduct ${of({ one, credits })} from ${name}`,
  adding: 'Adding…',
  deducting: 'Deducting…',
  change: 'Change',
  added: ({ one, credits, name, balance }: Counted & Named & { balance: string }) =>
    `${of({ one, credits })} added to ${name}. Balance ${balance}.`,
  deducted: ({ one, credits, name, balance }: Counted & Named & { balance: string }) =>
    `${of({ one, credits })} deducted from ${name}. Balance ${balance}.`,
  changedTitle: 'The balance has changed meanwhile',
  changed: 'Nothing was done. Look at the new balance before you go on.',

  errorDirection: 'Choose whether to add or to deduct.',
  errorReason: 'Write why. Every adjustment has a reason.',
  errorDay: 'Write a day that is in the calendar.',
  errorDayPast: ({ today }: { today: string }) => `This day is over. The earliest is today, ${today}.`,
  errorDayFar: ({ years }: { years: string }) => `This is more than ${years} years away. Leave it empty for never.`,
};

/** What is said when administrators add and deduct credits by hand. */
export const adjustingMessages = catalog({ en });
