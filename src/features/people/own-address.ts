import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';

/** Somebody else of the organization has this address. */
export class AddressTaken extends Refusal {
  constructor() {
    super('address-taken', 409);
  }
}

/**
 * Gives a person another e-mail address to sign in with, and answers the one they had. Whoever asks has to know that the
 * address is theirs. Nobody's account is ever joined with another one: an address that somebody has is refused.
 */
export async function changeAddress(
  tx: Tx,
  it: { organizationId: string; userId: string; email: string },
): Promise<string> {
  const { organizationId: organization_id, userId: user_id, email } = it;
  const { email: before } = await tx
    .selectFrom('users')
    .select('email')
    .where('id', '=', user_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (before === email) return before;
  const made = await tx
    .insertInto('sign_in_addresses')
    .values({ email, organization_id, user_id })
    .onConflict((conflict) => conflict.doNothing())
    .returning('email')
    .executeTakeFirst();
  if (!made) throw new AddressTaken();
  await tx.updateTable('users').set({ email }).where('id', '=', user_id).execute();
  await tx
    .deleteFrom('sign_in_addresses')
    .where('organization_id', '=', organization_id)
    .where('email', '=', before)
    .where('user_id', '=', user_id)
    .execute();
  return before;
}
