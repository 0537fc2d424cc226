import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { browserOn } from '../../../test/support/browser.ts';
import { CARDS } from '../../../test/support/shop.ts';
import { openDashboard } from '../../../test/support/simulator-dashboard.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { paymentById } from '../payments/payments.ts';
import { createSignInLink } from '../sign-in/links.ts';
import type { Invoice } from './invoices.ts';
import { invoicing } from './test-invoices.ts';

let it: Awaited<ReturnType<typeof invoicing>>;
beforeEach(async () => {
  it = await invoicing();
});
afterEach(() => it.close());

/** An invoice over €100.00, paid on the gateway's page. */
async function paid(): Promise<{ invoice: Invoice; paymentId: string; reference: string }> {
  const invoice = await it.issued();
  const { id: paymentId, nextUrl } = await it.pay(invoice);
  await it.shop.payOnPage(nextUrl!, CARDS.good);
  await it.settle(paymentId);
  const { reference } = (await it.read((db) => paymentById(db, paymentId)))!;
  return { invoice, paymentId, reference: reference! };
}
const dashboard = () =>
  openDashboard(
    it.shop.core.database,
    { organizationId: it.shop.organizationId, accountId: it.shop.connectionId! },
    it.shop.core.config.simulatorUrl,
  );
const openAlerts = async () =>
  (await it.rows('money_alerts')).filter(({ resolved_at }) => resolved_at === null).map(({ kind }) => kind);

describe('money that goes back of a paid invoice', () => {
  test('I12 refunded at the gateway, and failed later, it stays paid and shows what is gone', async () => {
    const { invoice, paymentId, reference } = await paid();
    const gateway = await dashboard();
    await gateway.refund(reference, '40.00');
    await it.settle(paymentId);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', refundedMinor: 4_000n, dueMinor: 0n });
    await gateway.refundFails(reference);
    await it.settle(paymentId);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', refundedMinor: 0n });
    expect(it.heard).toEqual([{ what: 'settled', title: 'Locker' }]);
  });

  test('I12 disputed, it stays paid, and administrators are told; won or lost', async () => {
    const { invoice, paymentId, reference } = await paid();
    const gateway = await dashboard();
    await gateway.dispute(reference);
    await it.settle(paymentId);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', disputedMinor: 10_000n });
    expect(await openAlerts()).toEqual(['dispute']);
    await gateway.decide(reference, 'win');
    await it.settle(paymentId);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', disputedMinor: 0n });
    expect(await openAlerts()).toEqual([]);
  });

  test('I12 an administrator refunds it on the page of its payment, where no credits are spoken of', async () => {
    const { invoice, paymentId } = await paid();
    const { core, app, organizationId, administratorId, member, location } = it.shop;
    const ada = browserOn(core, app.http);
    const fromUs = { 'Sec-Fetch-Site': 'same-origin' };
    const link = await createSignInLink(core, { organizationId, userId: administratorId });
    await ada.post(new URL(link).pathname, {}, fromUs);
    const page = `/l/${location.slug}/community/customers/${member.customerId}/payments/${paymentId}`;
    const shown = await (await ada.get(page)).text();
    expect(shown).toContain('Invoice 000001');
    expect(shown).not.toContain('id="credits"');
    const typed = { requestKey: newRequestKey(), amount: '25.00', reason: 'A gesture' };
    expect((await ada.get(`${page}/refund/review?${new URLSearchParams(typed)}`)).status).toBe(200);
    expect((await ada.post(`${page}/refund/review`, { seen: '0-0', ...typed }, fromUs)).status).toBe(303);
    expect(await it.again(invoice)).toMatchObject({ status: 'paid', refundedMinor: 2_500n });
  });
});

test('I12 of an invoice that was paid elsewhere money is given back by hand and noted', async () => {
  const invoice = await it.issued();
  const { id: paymentId } = await it.external(invoice);
  const { organizationId, location, administratorId: actorUserId, app } = it.shop;
  const what = { organizationId, locationId: location.id, paymentId, actorUserId, reason: 'A gesture' };
  const refund = await app.payments.refund({ ...what, amountMinor: 2_500n, requestKey: newRequestKey() });
  expect(refund.status).toBe('done');
  expect(await it.again(invoice)).toMatchObject({ status: 'paid', refundedMinor: 2_500n });
});

describe('more money than was due', () => {
  test('I12 is looked at until it is refunded', async () => {
    const invoice = await it.issued();
    const begun = await it.pay(invoice);
    await it.shop.core.db.asOwner(
      it.shop.organizationId,
      `update payments set status = 'failed', check_at = null, failure_code = 'abandoned'`,
    );
    // Less is due by the time it is paid after all.
    await it.add('Phone', 1n);
    await it.credit(invoice);
    await it.shop.payOnPage(begun.nextUrl!, CARDS.good);
    const late = await it.settle(begun.id);
    expect(await openAlerts()).toEqual(expect.arrayContaining(['late-payment', 'paid-too-much']));
    const refund = (amountMinor: bigint) =>
      it.shop.app.payments.refund({
        organizationId: it.shop.organizationId,
        locationId: it.shop.location.id,
        paymentId: late.id,
        amountMinor,
        actorUserId: it.shop.administratorId,
        reason: 'Not due',
        requestKey: newRequestKey(),
      });
    await refund(9_999n);
    expect(await openAlerts()).toContain('paid-too-much');
    await refund(1n);
    expect(await openAlerts()).not.toContain('paid-too-much');
  });

  test('I11 a payment that is for review is nobody’s, and the invoice can be paid in another way', async () => {
    const invoice = await it.issued();
    await it.pay(invoice);
    await it.shop.core.db.asOwner(
      it.shop.organizationId,
      `update payments set status = 'review', alert = 'amount', check_at = null`,
    );
    await it.external(invoice);
    expect((await it.again(invoice)).status).toBe('paid');
  });
});
