import type { Membership, User } from './people.ts';

type Holder = { membership: Membership; user: User };

/** An account of credits that a person sees: their own, or their company's. Who owns the credits also pays. */
export type Wallet = { kind: 'personal' | 'company'; customerId: string; name: string };

/** The wallets a member may look into and buy for: their own, and the company's for its managers (S9, S15). The personal one is first. */
export function walletsOf(holder: Holder): [Wallet, ...Wallet[]] {
  const { membership, user } = holder;
  const personal: Wallet = { kind: 'personal', customerId: membership.customerId, name: user.name };
  const { company } = membership;
  if (company?.role !== 'manager') return [personal];
  return [personal, { kind: 'company', customerId: company.customerId, name: company.name }];
}

/** The wallet that an address or a form names; the personal one when it names none, `undefined` when it is not theirs. */
export function walletNamed(holder: Holder, kind: string | undefined): Wallet | undefined {
  const wallets = walletsOf(holder);
  if (kind === undefined || kind === '') return wallets[0];
  return wallets.find((wallet) => wallet.kind === kind);
}
