import { catalog } from '../../shared/catalog.ts';
import type { LedgerFault } from './verify.ts';

const en = {
  place: 'Settings',
  title: 'Ledger check',
  lead: 'Every balance is recomputed from its entries by the rules alone, and every sealed entry is compared with its seal.',
  run: 'Check now',
  again: 'Check again',
  right: 'All right',
  wrong: ({ faults }: { faults: number }) => (faults === 1 ? 'One row is wrong' : `${faults} rows are wrong`),
  rightText: 'Every balance is what its entries give, and nothing that was sealed has changed since.',
  wrongText:
    'Nobody should change these rows by hand. Keep a copy of the database as it is and find out who wrote to it.',
  partly: 'There was no time to check all of it here. This command does:',
  customers: 'Members and companies',
  entries: 'Entries gone through',
  sealed: 'Of them sealed',
  seals: 'Seals',
  head: 'Last seal',
  headText: 'Note it down somewhere else. As long as it is found again, nothing before it was rewritten:',
  table: 'What is wrong',
  who: 'Whose',
  what: 'What is wrong',
  where: 'Row',

  'version-gap': 'An entry is missing before this one, or there twice',
  'balance-broken': 'The balance does not follow from the entry before',
  'template-unknown': 'There is no such kind of move',
  'time-backwards': 'It is older than the entry before it',
  'sum-wrong': 'Its lots do not add up to it',
  'portions-wrong': 'By the rules it would have touched other lots, or by other amounts or costs',
  'lot-out-of-bounds': 'A lot would hold less than nothing, or more than was granted',
  'account-differs': 'The balance is not what the entries give',
  'lot-differs': 'The lot is not what the entries give',
  'lot-without-entry': 'No entry made this lot',
  'returned-differs': 'What came back of this entry is not what the entries give',
  'entry-changed': 'It was changed after it was sealed',
  'sealed-entry-missing': 'It was sealed and is gone',
  'seal-broken': 'The chain of seals is broken here',

  atVersion: ({ version }: { version: string }) => `version ${version}`,
  atEntry: ({ id }: { id: string }) => `entry ${id}`,
  atLot: ({ id }: { id: string }) => `lot ${id}`,
  atSeal: ({ seal }: { seal: string }) => `seal ${seal}`,
};

/** What the check of the ledger says, on its page and in its command. */
export const checkMessages = catalog({ en });

/** Which row is wrong: `version 17, entry 0199…`. */
export function rowOf(fault: LedgerFault, locale: string): string {
  const text = checkMessages(locale);
  const parts = [
    fault.seal !== undefined && text.atSeal({ seal: String(fault.seal) }),
    fault.version !== undefined && text.atVersion({ version: String(fault.version) }),
    fault.entryId !== undefined && text.atEntry({ id: fault.entryId }),
    fault.lotId !== undefined && text.atLot({ id: fault.lotId }),
  ];
  return parts.filter((part) => part !== false).join(', ');
}
