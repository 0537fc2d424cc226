import type { Money } from '../../shared/money.ts';
import type { Snapshot } from './gateway.ts';

export type PaymentStatus = 'new' | 'action' | 'processing' | 'paid' | 'failed' | 'review';

/** What a payment is by our own books, as far as the next step depends on it. */
export type Standing = { status: PaymentStatus; money: Money; live: boolean };

/** What a snapshot changes: nothing, or the next status with what people have to know. */
export type Transition =
  | { kind: 'none' }
  | { kind: 'to'; status: PaymentStatus; failure?: { code: string; text: string }; alert?: string };

/**
 * The one rule by which a payment moves. Money counts only when amount, currency and live or test are what we asked for;
 * anything else goes to review and grants nothing. Paid is final. A payment that we gave up and that was paid after all
 * is paid, and administrators are told.
 */
export function transition(standing: Standing, snapshot: Snapshot): Transition {
  if (standing.status === 'paid' || standing.status === 'review') return { kind: 'none' };
  const foreign = foreignness(standing, snapshot);
  if (foreign) return { kind: 'to', status: 'review', alert: foreign };
  switch (snapshot.state) {
    case 'paid':
      return { kind: 'to', status: 'paid', ...(standing.status === 'failed' && { alert: 'late-payment' }) };
    case 'closed': {
      if (standing.status === 'failed') return { kind: 'none' };
      const failure = snapshot.failure ?? { code: 'abandoned', text: '' };
      return { kind: 'to', status: 'failed', failure };
    }
    case 'processing':
      return onlyFrom(standing, ['new', 'action'], 'processing');
    case 'action':
    case 'open':
      return onlyFrom(standing, ['new'], 'action');
  }
}

/** What of a snapshot is not what we asked for, if anything. */
export function foreignness(standing: Pick<Standing, 'money' | 'live'>, snapshot: Snapshot): string | undefined {
  if (snapshot.live !== standing.live) return 'live';
  if (snapshot.money.currency !== standing.money.currency) return 'currency';
  if (snapshot.money.minor !== standing.money.minor) return 'amount';
  return undefined;
}

function onlyFrom(standing: Standing, from: PaymentStatus[], status: PaymentStatus): Transition {
  return from.includes(standing.status) ? { kind: 'to', status } : { kind: 'none' };
}

/** Whether a payment is still to be decided. */
export function isUndecided(status: PaymentStatus): boolean {
  return status === 'new' || status === 'action' || status === 'processing';
}

const MINUTE = 60_000;

/**
 * When to look again: after `firstMs`, doubling; at most a minute apart while the payer may still be paying, so that a
 * payment settles within a minute without any hint; at most an hour apart afterwards.
 */
export function nextCheck(it: { checks: number; firstMs: number; giveUpAt: Date; now: Date }): Date {
  const most = it.now < it.giveUpAt ? MINUTE : 60 * MINUTE;
  return new Date(it.now.getTime() + Math.min(it.firstMs * 2 ** Math.min(it.checks, 20), most));
}
