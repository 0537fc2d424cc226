import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { Refused } from './gateway.ts';
import { hintsIn } from './stripe-hints.ts';

const SECRET = 'whsec_test';

describe('Hints from Stripe', () => {
  test('an event of a page names the page and its payment', async () => {
    const about = { object: 'checkout.session', id: 'cs_test_1', payment_intent: 'pi_1' };
    expect(await hintsIn(...signed(about))).toEqual([{ ref: 'cs_test_1' }, { ref: 'pi_1' }]);
  });

  test('an event of a charge, refund or dispute names the payment', async () => {
    expect(await hintsIn(...signed({ object: 'charge', id: 'ch_1', payment_intent: 'pi_1' }))).toEqual([
      { ref: 'pi_1' },
    ]);
    expect(await hintsIn(...signed({ object: 'dispute', id: 'dp_1', payment_intent: { id: 'pi_2' } }))).toEqual([
      { ref: 'pi_2' },
    ]);
  });

  test('an event about something else hints at nothing', async () => {
    expect(await hintsIn(...signed({ object: 'customer', id: 'cus_1' }))).toEqual([]);
    expect(await hintsIn(...signed({ object: 'charge', id: 'ch_1', payment_intent: null }))).toEqual([]);
  });

  test('a forged, changed, unsigned or foreign event is refused', async () => {
    const [body, headers] = signed({ id: 'pi_1' });
    await expect(hintsIn(body.replace('pi_1', 'pi_2'), headers, SECRET)).rejects.toBeInstanceOf(Refused);
    await expect(hintsIn(body, headers, 'whsec_of_another_connection')).rejects.toBeInstanceOf(Refused);
    await expect(hintsIn(body, new Headers(), SECRET)).rejects.toBeInstanceOf(Refused);
    await expect(hintsIn(body, headers, '')).rejects.toBeInstanceOf(Refused);
    await expect(hintsIn('', headers, SECRET)).rejects.toBeInstanceOf(Refused);
  });

  test('an event that was signed more than five minutes ago is refused', async () => {
    const now = Math.floor(Date.now() / 1000);
    await expect(hintsIn(...signed({ id: 'pi_1' }, now - 301))).rejects.toBeInstanceOf(Refused);
    expect(await hintsIn(...signed({ id: 'pi_1' }, now - 290))).toEqual([{ ref: 'pi_1' }]);
  });

  test('a signed body that is no event hints at nothing, and one that is no JSON is refused', async () => {
    expect(await hintsIn(...signedText('null'))).toEqual([]);
    await expect(hintsIn(...signedText('<html>'))).rejects.toBeInstanceOf(Refused);
  });
});

function signed(about: object, timestamp?: number): [string, Headers, string] {
  return signedText(JSON.stringify({ object: 'event', data: { object: about } }), timestamp);
}

function signedText(payload: string, timestamp?: number): [string, Headers, string] {
  const options = { payload, secret: SECRET, ...(timestamp && { timestamp }) };
  const header = Stripe.webhooks.generateTestHeaderString(options);
  return [payload, new Headers({ 'stripe-signature': header }), SECRET];
}
