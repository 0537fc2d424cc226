import type { Core } from '../../platform/core.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { checkMessages, rowOf } from './check-messages.ts';
import { isSealed } from './seals.ts';
import { checkLedger, type LedgerCheck } from './verify.ts';

const LOCALE = 'en';

/**
 * Checks the ledgers of all organizations and prints what was found; answers whether everything is right. `expected` is
 * the hash of a seal that was noted down earlier: it has to be in one of the chains.
 */
export async function printLedgerCheck(core: Core, expected?: string): Promise<boolean> {
  let isRight = true;
  let isFound = false;
  for (const { id, name } of await allOrganizations(core.database)) {
    const { check, found } = await core.database.read(id, async (db) => ({
      check: await checkLedger(db),
      found: expected !== undefined && (await isSealed(db, expected)),
    }));
    print(`\n${name}\n${linesOf(check).join('\n')}\n`);
    if (check.faults.length > 0) isRight = false;
    if (found) isFound = true;
  }
  if (expected !== undefined) print(`\nThe seal ${expected} was ${isFound ? 'found' : 'NOT FOUND'}.\n`);
  print(isRight ? '\nThe ledger is right.\n\n' : '\nThe ledger is WRONG.\n\n');
  return isRight && (expected === undefined || isFound);
}

function linesOf(check: LedgerCheck): string[] {
  const text = checkMessages(LOCALE);
  const went = `${check.customers} customers, ${check.entries} entries, ${check.sealedEntries} of them sealed by ${check.seals} seals`;
  const faults = check.faults.map((fault) => {
    const whose = fault.customerId ? `customer ${fault.customerId}, ` : '';
    return `  WRONG  ${whose}${rowOf(fault, LOCALE)}: ${text[fault.what]}`;
  });
  return [`  ${went}`, ...(check.head ? [`  last seal ${check.head}`] : []), ...faults];
}

function print(text: string): void {
  process.stdout.write(text);
}
