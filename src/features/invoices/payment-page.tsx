import { ButtonLink } from '../../web/ui/button.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import { failureText } from '../payments/card-choices.ts';
import type { Payment } from '../payments/payments.ts';
import type { Wallet } from '../people/people.ts';
import { invoicePath } from './addresses.ts';
import { titleOf } from './invoice-text.ts';
import { ownMessages } from './own-messages.ts';
import { ownInvoiceHref } from './places.ts';
import type { Invoice } from './records.ts';

type Props = { location: Location; invoice: Invoice; payment: Payment; wallet: Wallet };

/** How a payment of an invoice stands, for whoever waits for it (UX-16). */
export function PaymentPage(props: Props) {
  const { location, invoice, wallet } = props;
  const text = ownMessages(location.locale);
  return (
    <>
      <PageHead
        title={text.paymentTitle}
        eyebrow={text.of({ name: wallet.name })}
        back={{ href: ownInvoiceHref(location, invoice.id), label: titleOf(invoice, location.locale) }}
      />
      <Standing {...props} />
    </>
  );
}

function Standing({ location, invoice, payment }: Props) {
  const { locale } = location;
  const text = ownMessages(locale);
  const again = (
    <ButtonLink href={ownInvoiceHref(location, invoice.id, '/pay')} id={`pay-${invoice.id}`} opensSheet>
      {text.tryAgain}
    </ButtonLink>
  );
  switch (payment.status) {
    case 'failed':
      return (
        <Notice tone="bad" role="alert" title={text.failedTitle} {...(invoice.dueMinor > 0n && { actions: again })}>
          <p>{failureText(payment.failureCode, locale)}</p>
          <p>{text.notCharged}</p>
        </Notice>
      );
    case 'paid':
    case 'review':
      // Paid although nothing was due any more: somebody has to look at it.
      return (
        <Notice tone="warn" role="status" title={text.reviewTitle}>
          {text.review}
        </Notice>
      );
    default:
      return payment.status === 'action' && payment.nextUrl ? (
        <Notice
          tone="warn"
          role="status"
          title={text.actionTitle}
          actions={
            <>
              <ButtonLink
                href={ownInvoiceHref(location, invoice.id, `/payments/${payment.id}/go`)}
                tone="primary"
                turbo={false}
              >
                {text.goOn}
              </ButtonLink>
              <ButtonLink href={`${invoicePath(location, invoice)}/payments/${payment.id}/cancel`} tone="quiet">
                {text.giveUp}
              </ButtonLink>
            </>
          }
        >
          {payment.savedMethodId ? text.actionBank : text.actionPage}
        </Notice>
      ) : (
        <Notice tone="info" role="status" title={text.waitingTitle}>
          {text.waiting}
        </Notice>
      );
  }
}
