import { readFileSync } from 'node:fs';
import type { TestSimulator } from './simulator.ts';

// Stripe publishes an example of each of its objects. What the simulator answers has to have the same keys, with values
// of the same types.

type Thing = Record<string, unknown>;

/** What the simulator leaves out on purpose, each with the reason. */
const LEFT_OUT: Record<string, string> = {
  'charge.refunds': 'comes along only when it is asked for, since 2022-11-15',
  'payment_intent.amount_details': 'optional; the details of prices that we do not send',
  'payment_intent.transfer_data': 'optional; of platforms that pay others',
  'checkout.session.phone_number_collection': 'optional; we ask for no number',
};

/** Of an account the adapter reads whether it may charge, and its id. */
const READ_OF_ACCOUNTS = [
  'id',
  'object',
  'charges_enabled',
  'country',
  'default_currency',
  'details_submitted',
  'type',
];

export type Difference = { resource: string; what: string };

/** Compares what a simulator answers with the examples in a file (`{ resources: { charge: {…} } }`). */
export async function compareWithFixtures(simulator: TestSimulator, path: string): Promise<Difference[]> {
  const { resources } = JSON.parse(readFileSync(path, 'utf8')) as { resources: Record<string, Thing> };
  const answers = await answersOf(simulator);
  return Object.entries(answers).flatMap(([resource, answer]) => {
    const example = resources[resource];
    if (!example) return [{ resource, what: 'the file has no example' }];
    const wanted =
      resource === 'account'
        ? Object.fromEntries(Object.entries(example).filter(([key]) => READ_OF_ACCOUNTS.includes(key)))
        : example;
    return differencesIn(wanted, answer, resource).map((what) => ({ resource, what }));
  });
}

function differencesIn(example: Thing, answer: Thing, at: string): string[] {
  return Object.entries(example).flatMap(([key, wanted]) => {
    const place = `${at}.${key}`;
    if (place in LEFT_OUT) return [];
    if (!(key in answer)) return [`${place} is missing`];
    const got = answer[key];
    // Null says nothing of the type, on either side.
    if (wanted === null || got === null) return [];
    if (kindOf(wanted) !== kindOf(got)) return [`${place} is ${kindOf(got)}, and ${kindOf(wanted)} at Stripe`];
    // What an event is about, what we wrote ourselves, and what differs from card to card.
    if (kindOf(wanted) !== 'object' || /\.(data|metadata|payment_method_details|card|wallet)$/.test(place)) return [];
    return differencesIn(wanted as Thing, got as Thing, place);
  });
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

/** One answer of each kind, as an adapter gets it. */
async function answersOf({ apiKey, baseUrl, dashboard }: TestSimulator): Promise<Record<string, Thing>> {
  const ask = async (path: string, form?: Record<string, string>): Promise<Thing> => {
    const answer = await fetch(`${baseUrl}/v1/${path}`, {
      headers: { Authorization: `Bearer ${apiKey}` },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Thing;
  };
  const customer = await ask('customers', { name: 'Ann' });
  const method = await ask('payment_methods/pm_card_visa/attach', { customer: String(customer.id) });
  const made = await ask('payment_intents', { amount: '4900', currency: 'eur', customer: String(customer.id) });
  const confirmed = { payment_method: String(method.id), return_url: 'https://a.example' };
  const intent = await ask(`payment_intents/${made.id}/confirm`, confirmed);
  const paid = await ask(`payment_intents/${made.id}?expand[0]=latest_charge`);
  const refund = await ask('refunds', { payment_intent: String(made.id), amount: '100' });
  await dashboard.dispute(String(made.id));
  const [dispute] = (await ask('disputes')).data as Thing[];
  const [event] = (await ask('events?limit=1')).data as Thing[];
  const session = await ask('checkout/sessions', {
    mode: 'payment',
    success_url: 'https://a.example',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '4900',
    'line_items[0][price_data][product_data][name]': '50 credits',
  });
  const endpoint = await ask('webhook_endpoints', { url: 'https://a.example', 'enabled_events[0]': '*' });
  return {
    account: await ask('account'),
    customer,
    payment_method: method,
    payment_intent: intent,
    charge: paid.latest_charge as Thing,
    refund,
    dispute: dispute!,
    event: event!,
    'checkout.session': session,
    webhook_endpoint: endpoint,
  };
}
