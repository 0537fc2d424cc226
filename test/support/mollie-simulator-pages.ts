import { Hono } from 'hono';
import { html } from 'hono/html';
import { type MollieBooks, move, type SimulatedPayment } from './mollie-simulator-books.ts';

/** What a payer may do on the page, and what the bank says to it. */
const CHOICES = {
  pay: 'Pay',
  ask: 'Pay with a card whose bank asks',
  decline: 'Pay with a card that is declined',
  'lacks-funds': 'Pay with a card that lacks funds',
  cancel: 'Cancel',
  expire: 'Leave it until it expires',
};
export type PayerChoice = keyof typeof CHOICES;

const REASONS: Partial<Record<PayerChoice, string>> = { decline: 'card_declined', 'lacks-funds': 'insufficient_funds' };

/** The page on which payers choose a method and pay, and the bank's page behind it. */
export function molliePagesOf(books: MollieBooks, root: () => string): Hono {
  const pages = new Hono();
  const openPayment = (id: string): SimulatedPayment | undefined => {
    const payment = books.payments.get(id);
    return payment?.status === 'open' ? payment : undefined;
  };
  pages.get('/select-method/:id', (c) => {
    const payment = openPayment(c.req.param('id'));
    if (!payment) return c.html(html`<p>This payment can no longer be paid.</p>`, 410);
    const buttons = Object.entries(CHOICES).map(
      ([name, label]) => html`<button name="do" value="${name}">${label}</button>`,
    );
    const { currency, value } = payment.amount;
    return c.html(
      html`<h1>${payment.description}</h1><p>${currency} ${value}</p><form method="post">${buttons}</form>`,
    );
  });
  pages.post('/select-method/:id', async (c) => {
    const payment = openPayment(c.req.param('id'));
    if (!payment) return c.html(html`<p>This payment can no longer be paid.</p>`, 410);
    const choice = String((await c.req.parseBody()).do) as PayerChoice;
    if (choice === 'ask') return c.redirect(`${root()}/checkout/bank/${payment.id}`, 303);
    return c.redirect(await chosen(books, payment, choice, c.req.url), 303);
  });
  pages.get('/bank/:id', (c) =>
    c.html(
      html`<form method="post"><button name="answer" value="yes">Yes</button><button name="answer" value="no">No</button></form>`,
    ),
  );
  pages.post('/bank/:id', async (c) => {
    const payment = openPayment(c.req.param('id'));
    if (!payment) return c.html(html`<p>This payment can no longer be paid.</p>`, 410);
    if ((await c.req.parseBody()).answer !== 'yes')
      return c.redirect(`${root()}/checkout/select-method/${payment.id}`, 303);
    await move(books, payment, 'paid');
    return c.redirect(payment.redirectUrl, 303);
  });
  return pages;
}

/** Where the payer is led. After a decline the page offers its other methods; with only one the payment has failed. */
async function chosen(
  books: MollieBooks,
  payment: SimulatedPayment,
  choice: PayerChoice,
  page: string,
): Promise<string> {
  const failureReason = REASONS[choice];
  if (choice === 'pay') await move(books, payment, 'paid');
  else if (choice === 'cancel') await move(books, payment, 'canceled');
  else if (choice === 'expire') await move(books, payment, 'expired');
  else if (failureReason && payment.methods.length > 1) return page;
  else if (failureReason) await move(books, payment, 'failed', { failureReason, failureMessage: 'Declined.' });
  return choice === 'cancel' ? (payment.cancelUrl ?? payment.redirectUrl) : payment.redirectUrl;
}
