import type { Context } from 'hono';
import { formatMoney } from '../../../shared/money.ts';
import { fromStripeAmount } from '../stripe-amounts.ts';
import { TEST_CARDS } from './cards.ts';
import { successUrl } from './checkout.ts';
import { simulatorMessages } from './messages.ts';
import { sendPage } from './page-frame.tsx';
import type { Objects } from './store.ts';

type Session = Objects['checkout.session'];

export type PayPage = {
  baseUrl: string;
  session: Session;
  title: string;
  problem?: Problem;
  /** What was typed before, to go on from. */
  typed?: Typed;
};

export type Typed = { number: string; expires: string; name: string };

/** What is wrong with what was typed, or why the bank said no. */
export type Problem = { text: string; field?: 'number' | 'expires' | 'cvc'; status: number };

/** The page where a session is paid: the form, and every test card as a button. */
export function sendPayPage(
  c: Context,
  { baseUrl, session, title, problem, typed }: PayPage,
): Response | Promise<Response> {
  const locale = pageLocale(session);
  const text = simulatorMessages(locale);
  const action = `${baseUrl}/pay/${session.id}`;
  const amount = formatMoney(fromStripeAmount(session.amount_total!, session.currency!), locale);
  return sendPage(c, {
    locale,
    baseUrl,
    heading: amount,
    formsLeadTo: [session.success_url, session.cancel_url],
    status: problem?.status,
    body: (
      <>
        <p class="what">{title}</p>
        {problem && (
          <p class="problem" id="problem" role="alert">
            {problem.text} {text.nothingCharged}
          </p>
        )}
        <CardForm {...{ action, amount, locale, problem, typed }} />
        {session.cancel_url && (
          <p class="back">
            <a href={session.cancel_url}>{text.cancel}</a>
          </p>
        )}
        <TestCards action={action} locale={locale} />
      </>
    ),
  });
}

/** A session that is finished, one way or the other. */
export function sendOverPage(c: Context, baseUrl: string, session: Session): Response | Promise<Response> {
  const text = simulatorMessages(pageLocale(session));
  const paid = session.status === 'complete';
  const href = paid ? successUrl(session) : session.cancel_url;
  return sendPage(c, {
    locale: pageLocale(session),
    baseUrl,
    heading: paid ? text.paidTitle : text.expiredTitle,
    formsLeadTo: [],
    body: (
      <>
        <p class="what">{paid ? text.paidText : text.expiredText}</p>
        {href && (
          <p class="back">
            <a href={href}>{paid ? text.goOn : text.goBack}</a>
          </p>
        )}
      </>
    ),
  });
}

export function pageLocale(session: Session): string {
  return session.locale === null || session.locale === 'auto' ? 'en' : session.locale;
}

type CardFormProps = Pick<PayPage, 'problem' | 'typed'> & { action: string; amount: string; locale: string };

/** Completion is off: no browser shall offer a real card here. */
function CardForm({ action, amount, locale, problem, typed }: CardFormProps) {
  const text = simulatorMessages(locale);
  const field = (name: string, most: number) => ({ name, maxlength: most, autocomplete: 'off' });
  const digits = (name: Problem['field'], most: number) => ({
    ...field(name!, most),
    inputmode: 'numeric' as const,
    required: true,
    ...(problem?.field === name && { 'aria-invalid': 'true' as const, 'aria-describedby': 'problem' }),
  });
  return (
    <form class="card" method="post" action={action} aria-label={text.payByCard}>
      <label>
        {text.number}
        <input {...digits('number', 23)} value={typed?.number} />
      </label>
      <label class="half">
        {text.expires}
        <input {...digits('expires', 9)} value={typed?.expires} />
      </label>
      <label class="half">
        {text.cvc}
        <input {...digits('cvc', 4)} />
      </label>
      <label>
        {text.name}
        <input {...field('name', 100)} value={typed?.name} />
      </label>
      <button class="primary" type="submit">
        {text.pay({ amount })}
      </button>
    </form>
  );
}

function TestCards({ action, locale }: { action: string; locale: string }) {
  const text = simulatorMessages(locale);
  return (
    <>
      <h2>{text.testCards}</h2>
      <p class="hint">{text.testCardsHint}</p>
      <form class="cards" method="post" action={action}>
        {TEST_CARDS.map(({ number, behaviour }) => (
          <button name="test" value={number} type="submit">
            <span class="number">{number.replace(/(.{4})(?=.)/g, '$1 ')}</span>{' '}
            <span class="effect">{text[behaviour]}</span>
          </button>
        ))}
      </form>
    </>
  );
}
