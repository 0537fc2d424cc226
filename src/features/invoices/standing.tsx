import { formatMoney } from '../../shared/money.ts';
import { Badge, type BadgeTone } from '../../web/ui/badge.tsx';
import type { Location } from '../organizations/organizations.ts';
import { dayAt } from '../subscriptions/subscriptions.ts';
import { listMessages } from './list-messages.ts';
import type { InvoiceSummary } from './records.ts';

/** Whether its last day to pay is over in the location's zone. */
export function isOverdue({ dueMinor, dueOn }: InvoiceSummary, { timeZone }: Location, now: Date): boolean {
  return dueMinor > 0n && dueOn !== null && dueOn < dayAt(now, timeZone);
}

/** How an invoice stands, in a word, and what else is to be known at once. */
export function StateBadges({ invoice, location, now }: { invoice: InvoiceSummary; location: Location; now: Date }) {
  const text = listMessages(location.locale);
  const [label, tone] = stateOf(invoice, location, now);
  const { creditedMinor, refundedMinor, disputedMinor, status } = invoice;
  return (
    <span class="inline-flex flex-wrap gap-1">
      <Badge tone={tone}>{label}</Badge>
      {creditedMinor > 0n && status === 'issued' && <Badge>{text.statePartlyCredited}</Badge>}
      {refundedMinor > 0n && <Badge>{text.stateRefunded}</Badge>}
      {disputedMinor > 0n && <Badge tone="warn">{text.stateDisputed}</Badge>}
    </span>
  );
}

function stateOf(invoice: InvoiceSummary, location: Location, now: Date): [string, BadgeTone] {
  const text = listMessages(location.locale);
  if (invoice.kind === 'credit_note') return [text.stateCreditNote, 'plain'];
  if (isOverdue(invoice, location, now)) return [text.stateOverdue, 'bad'];
  const words: Record<InvoiceSummary['status'], [string, BadgeTone]> = {
    draft: [text.stateDraft, 'info'],
    issued: [text.stateOpen, 'warn'],
    paid: invoice.paymentId === null ? [text.stateSettled, 'good'] : [text.statePaid, 'good'],
    void: [text.stateVoid, 'plain'],
  };
  return words[invoice.status];
}

/** An amount in the invoice's currency. */
export function moneyOf({ currency }: Pick<InvoiceSummary, 'currency'>, minor: bigint, locale: string): string {
  return formatMoney({ minor, currency }, locale);
}
