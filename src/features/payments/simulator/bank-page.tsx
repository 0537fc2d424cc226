import type { Context } from 'hono';
import { formatMoney } from '../../../shared/money.ts';
import { fromStripeAmount } from '../stripe-amounts.ts';
import { simulatorMessages } from './messages.ts';
import { sendPage } from './page-frame.tsx';
import type { Objects } from './store.ts';

export type BankPage = {
  baseUrl: string;
  challenge: Objects['challenge'];
  intent: Objects['payment_intent'];
  method: Objects['payment_method'];
  /** Where the answer may lead, besides this site. */
  leadsTo: (string | null)[];
};

/** "Is it you?", as a bank asks it. */
export function sendBankPage(c: Context, page: BankPage): Response | Promise<Response> {
  const { baseUrl, challenge, intent, method, leadsTo } = page;
  const text = simulatorMessages('en');
  const amount = formatMoney(fromStripeAmount(intent.amount, intent.currency), 'en');
  return sendPage(c, {
    locale: 'en',
    baseUrl,
    heading: text.isItYou,
    formsLeadTo: leadsTo,
    body: (
      <>
        <p class="what">{text.bankAsks({ amount, last4: method.card?.last4 ?? '' })}</p>
        <form class="card" method="post" action={`${baseUrl}/3ds/${challenge.id}`}>
          <button class="primary" name="answer" value="yes" type="submit">
            {text.yes}
          </button>
          <button name="answer" value="no" type="submit">
            {text.no}
          </button>
        </form>
      </>
    ),
  });
}

/** The question was answered before, or another attempt overtook it. */
export function sendAnsweredPage(c: Context, baseUrl: string, href: string): Response | Promise<Response> {
  const text = simulatorMessages('en');
  return sendPage(c, {
    locale: 'en',
    baseUrl,
    heading: text.answeredTitle,
    formsLeadTo: [],
    body: (
      <>
        <p class="what">{text.answeredText}</p>
        <p class="back">
          <a href={href}>{text.goOn}</a>
        </p>
      </>
    ),
  });
}
