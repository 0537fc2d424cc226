import type Stripe from 'stripe';
import type { Work } from './accounts.ts';
import { type CardDetails, newMethod } from './cards.ts';
import { AUTHENTICATION_FAILED, charge, fail } from './charging.ts';
import { record } from './events.ts';
import { Decline, StripeRefusal } from './refusals.ts';
import { intentOfSession, lockedSession } from './sessions.ts';
import type { Challenge, Objects } from './store.ts';

type Session = Objects['checkout.session'];

/** What became of the payer's press of the button. */
export type PageOutcome = { kind: 'go'; url: string } | { kind: 'declined'; code: string };

/** The payer pays on the page of an open session that is locked; a second press finds it open no more. */
export async function payOnPage(work: Work, session: Session, card: CardDetails): Promise<PageOutcome> {
  const intent = await intentOfSession(work, session);
  const tried: Session = { ...session, payment_intent: intent.id };
  await work.store.save('checkout.session', tried);
  const method = newMethod(card, work.now);
  await work.store.insert('payment_method', method);
  const returnUrl = `${work.baseUrl}/pay/${session.id}`;
  const after = await charge(work, intent, { method, authenticated: false, returnUrl, session: session.id });
  if (after instanceof Decline) return { kind: 'declined', code: after.error.decline_code ?? after.error.code ?? '' };
  if (after.status === 'requires_action') return { kind: 'go', url: after.next_action!.redirect_to_url!.url! };
  return { kind: 'go', url: await complete(work, tried, after) };
}

/** What the bank asks about; `undefined` when the question was answered, or overtaken by another attempt. */
export async function openQuestion(work: Work, challenge: Challenge): Promise<Stripe.PaymentIntent | undefined> {
  const intent = await work.store.get('payment_intent', challenge.intent);
  const asked = intent.next_action?.redirect_to_url?.url?.endsWith(`/3ds/${challenge.id}`) ?? false;
  return intent.status === 'requires_action' && asked ? intent : undefined;
}

/** The payer says yes or no to the bank; answers where the browser goes on. */
export async function answerBank(work: Work, challenge: Challenge, yes: boolean): Promise<string> {
  const session = challenge.session ? await lockedSession(work, challenge.session) : undefined;
  await work.store.locked('payment_intent', challenge.intent);
  const intent = await openQuestion(work, challenge);
  if (!intent) return afterQuestion(work, challenge);
  const method = await work.store.get('payment_method', challenge.method);
  const { return_url: returnUrl } = challenge;
  const after = yes
    ? await charge(work, intent, { method, authenticated: true, returnUrl, session: challenge.session })
    : await fail(work, intent, method, AUTHENTICATION_FAILED);
  if (session && !(after instanceof Decline)) return complete(work, session, after);
  return afterQuestion(work, challenge);
}

/** Where the browser goes after a question, as things stand: what happened is asked by API, never read from here. */
export async function afterQuestion(work: Work, challenge: Challenge): Promise<string> {
  const intent = await work.store.get('payment_intent', challenge.intent);
  const paid = ['succeeded', 'processing'].includes(intent.status);
  const session = challenge.session && (await work.store.get('checkout.session', challenge.session));
  if (session && paid) return successUrl(session);
  const back = new URL(challenge.return_url ?? work.baseUrl);
  if (session) {
    back.searchParams.set('declined', AUTHENTICATION_FAILED.code);
    return back.href;
  }
  back.searchParams.set('payment_intent', intent.id);
  back.searchParams.set('redirect_status', paid ? 'succeeded' : 'failed');
  return back.href;
}

export function successUrl(session: Session): string {
  if (!session.success_url) throw new StripeRefusal(400, 'This session has no success_url.');
  return session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

/** Nothing is left to do on the page; whether the money has come is another question. */
async function complete(work: Work, session: Session, { status }: Stripe.PaymentIntent): Promise<string> {
  const payment_status = status === 'succeeded' ? 'paid' : 'unpaid';
  const done: Session = { ...session, status: 'complete', payment_status, url: null };
  await work.store.save('checkout.session', done);
  await record(work, 'checkout.session.completed', done);
  return successUrl(done);
}
