import type { Tx } from '../../platform/database/database.ts';
import type { Wallet } from '../people/people.ts';
import { isAnyOpen, type Opened, openedToMembers } from '../permissions/permissions.ts';
import type { AtMembership } from '../sign-in/visit.ts';

/**
 * The wallets that a member sees where credits are bought: their own first, and their company's. Whether they may pay for
 * the company is another question: whoever may not reads why, and whom to ask (S15, UX-19).
 */
export function buyingFor({ membership, user }: Pick<AtMembership, 'membership' | 'user'>): [Wallet, ...Wallet[]] {
  const personal: Wallet = { kind: 'personal', customerId: membership.customerId, name: user.name };
  const { company } = membership;
  return company ? [personal, { kind: 'company', customerId: company.customerId, name: company.name }] : [personal];
}

/** The wallet that an address or a form names; the personal one when it names none, `undefined` when it is not theirs. */
export function buyingForNamed(
  visit: Pick<AtMembership, 'membership' | 'user'>,
  kind: string | undefined,
): Wallet | undefined {
  const wallets = buyingFor(visit);
  if (kind === undefined || kind === '') return wallets[0];
  return wallets.find((wallet) => wallet.kind === kind);
}

/** What somebody may do with a wallet: everything, or what was opened to the members of the company. */
export type Reach = { kind: 'all' } | { kind: 'member'; opened: Opened };

export async function reachOf(
  db: Tx,
  { membership }: Pick<AtMembership, 'membership'>,
  wallet: Wallet,
): Promise<Reach> {
  if (wallet.kind === 'personal' || membership.company?.role === 'manager') return { kind: 'all' };
  return { kind: 'member', opened: await openedToMembers(db, wallet.customerId) };
}

/** Whether they see the balance: members of a company do once they may pay for it. */
export function seesBalance(reach: Reach): boolean {
  return reach.kind === 'all' || isAnyOpen(reach.opened);
}
