import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { openLedger } from '../../../test/support/ledger.ts';
import { newId } from '../../platform/ids.ts';
import { grant } from './granting.ts';

let core: TestCore;

beforeAll(async () => {
  core = await testCore();
});
afterAll(() => core.close());

test('E9 when a purchase is cut off before everything of it is written, its credits are not there either', async () => {
  const ledger = await openLedger(core);
  const owner = await ledger.owner();
  const before = await ledger.everything();
  const it = {
    ...{ organizationId: ledger.space.organizationId, purchaseId: newId(core.now()), customerId: owner.id },
    ...{ creditsMinor: 5_000n, costMinor: 4_900n, validForDays: 30, timeZone: 'Europe/Berlin', title: '50 credits' },
    ...{ buyerUserId: ledger.space.memberId, now: core.now() },
  };
  const cutOff = ledger.write(async (tx) => {
    await grant(tx, core, it);
    throw new Error('cut off');
  });
  await expect(cutOff).rejects.toThrow('cut off');
  expect(await ledger.everything()).toBe(before);
});
