import { createPlan, type PlanTerms } from '../../src/features/plans/plans.ts';
import type { BuyRequest } from '../../src/features/purchases/purchases.ts';
import type { Purchase } from '../../src/features/purchases/records.ts';
import type { Tx } from '../../src/platform/database/database.ts';
import { newId, newRequestKey } from '../../src/platform/ids.ts';
import { buyingIn } from './buying.ts';
import { CARDS, type Shop } from './shop.ts';

type Person = { userId: string; name: string; email: string };

/** What tests about buying for a company do: its card, its plan, what is open to its members. */
export function companyBuyingIn(current: () => Shop) {
  const { buy, settle, rows } = buyingIn(current);

  /** A press of somebody, for the company unless said otherwise. */
  const pressAs = (who: Person, changes: Partial<BuyRequest> = {}): BuyRequest =>
    current().press({
      wallet: { kind: 'company', customerId: current().company.customerId, name: 'Otter Works' },
      buyer: { id: who.userId, name: who.name, email: who.email },
      ...changes,
    });

  /** The manager buys 50 credits for the company on the gateway's page, which keeps the card; answers its id. */
  async function companyCard(number: string = CARDS.good): Promise<string> {
    const { core, manager, company } = current();
    core.clock.advance(60_000);
    const purchase = await buy(pressAs(manager));
    const paid = await current().payOnPage(purchase.nextUrl!, number);
    const to = paid.headers.get('location')!;
    if (to.includes('/3ds/')) await answerBank(to);
    await settle(purchase);
    const cards = (await rows('saved_methods')).filter((row) => row.customer_id === company.customerId);
    return cards.at(-1)!.id as string;
  }

  /** Ends a payment that waits for its payer: paid on the gateway's page. */
  async function payFor(purchase: Purchase, card: string = CARDS.good): Promise<Purchase> {
    await current().payOnPage(purchase.nextUrl!, card);
    return await settle(purchase);
  }

  /** Gives a customer a plan that begins today. */
  async function subscribe(customerId: string, terms: Partial<PlanTerms> = {}): Promise<void> {
    const { core, organizationId, location, app } = current();
    const now = core.now();
    await core.database.write(organizationId, async (tx: Tx) => {
      const plan = await createPlan(tx, { ...PLAN, ...terms, organizationId, location, now, id: newId(now) });
      await app.subscriptions.assign(tx, {
        organizationId,
        location,
        now,
        creditsDiscountPercent: null,
        creditsOnInvoice: null,
        autoInvoice: null,
        customerId,
        id: newId(now),
        planId: plan.id,
        startsOn: now.toISOString().slice(0, 10),
        endsOn: null,
      });
    });
  }

  return { buy, settle, rows, pressAs, companyCard, payFor, subscribe };
}

/** The bank asks whether it is them, and it is. */
export const answerBank = (question: string) =>
  fetch(question, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }), redirect: 'manual' });

const PLAN: PlanTerms = {
  name: 'Resident',
  cycle: 'month',
  priceMinor: 19_000n,
  creditsMinor: 0n,
  creditsDiscountPercent: 0,
  creditsOnInvoice: true,
  autoInvoice: false,
  freePackagesPerCycle: 0,
};

/** The form of the pay sheet as a browser sends it, for 50 credits. */
export const sheetForm = (changes: Record<string, string> = {}) => ({
  requestKey: newRequestKey(),
  seenTotalMinor: '4900',
  wallet: 'company',
  method: 'page',
  ...changes,
});
