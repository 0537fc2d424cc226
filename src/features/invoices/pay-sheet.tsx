import { Button } from '../../web/ui/button.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import { Sheet } from '../../web/ui/sheet.tsx';
import { cardChoices, cardValue, defaultCard } from '../payments/card-choices.ts';
import type { SavedMethod } from '../payments/payments.ts';
import type { Wallet } from '../people/people.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { calendarDay, titleOf } from './invoice-text.ts';
import { ownMessages } from './own-messages.ts';
import { ownInvoiceHref } from './places.ts';
import type { Invoice } from './records.ts';
import { moneyOf } from './standing.tsx';

/** What went wrong just now, told inside the sheet; nothing chosen is lost (UX-17). */
export type SheetTrouble = { title?: string; text: string; charged?: false };

type Props = {
  visit: AtMembership;
  invoice: Invoice;
  wallet: Wallet;
  saved: SavedMethod[];
  /** Minted with the page: one press of the button, however often it arrives. */
  paymentId: string;
  chosen?: string;
  trouble?: SheetTrouble;
};

/** The pay sheet of an invoice: whose it is, what is due, how to pay, and one button with the amount. */
export function PaySheet({ visit, invoice, wallet, saved, paymentId, chosen, trouble }: Props) {
  const { location } = visit;
  const { locale } = location;
  const text = ownMessages(locale);
  const amount = moneyOf(invoice, invoice.dueMinor, locale);
  return (
    <Sheet
      locale={locale}
      id="pay"
      title={text.sheetTitle({ amount })}
      eyebrow={text.of({ name: wallet.name })}
      closeHref={ownInvoiceHref(location, invoice.id)}
      form={{
        action: ownInvoiceHref(location, invoice.id, '/pay'),
        id: 'pay-form',
        fields: { id: paymentId, seenDueMinor: String(invoice.dueMinor) },
      }}
      footer={
        <>
          <p class="sheet-note" id="pay-note">
            {text.payNote}
          </p>
          <Button tone="primary" size="large" wide pendingLabel={text.paying} describedBy="pay-note">
            {text.pay({ amount })}
          </Button>
        </>
      }
    >
      {trouble && (
        <Notice tone="bad" role="alert" id="trouble" title={trouble.title ?? text.failedTitle} takeFocus>
          <p>{trouble.text}</p>
          {trouble.charged === false && <p>{text.notCharged}</p>}
        </Notice>
      )}
      <Facts items={factsOf(invoice, locale)} />
      <RadioCards
        name="method"
        legend={text.payWith}
        choices={cardChoices(saved, locale, { page: true })}
        value={chosen ?? cardValue(defaultCard(saved))}
        required
      />
    </Sheet>
  );
}

function factsOf(invoice: Invoice, locale: string): FactsProps['items'] {
  const text = ownMessages(locale);
  const money = (minor: bigint) => moneyOf(invoice, minor, locale);
  const { taxMinor, creditedMinor } = invoice;
  return [
    { term: text.sheetInvoice, value: titleOf(invoice, locale) },
    { term: text.sheetDue, value: calendarDay(invoice.dueOn!, locale) },
    ...(taxMinor > 0n
      ? [
          { term: text.sheetNet, value: money(invoice.subtotalMinor) },
          { term: text.sheetTax, value: money(taxMinor) },
        ]
      : []),
    ...(creditedMinor > 0n ? [{ term: text.sheetCredited, value: money(-creditedMinor) }] : []),
    { term: text.sheetTotal, value: money(invoice.dueMinor), strong: true },
  ];
}
