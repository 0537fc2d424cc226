import { customerBillingPages } from './features/billing/customer-pages.tsx';
import { billingSettingsPages } from './features/billing/settings-page.tsx';
import { checkPages } from './features/credits/check-pages.tsx';
import { expireEverywhere, sealEverywhere } from './features/credits/credits.ts';
import { creditsPages } from './features/credits/pages.tsx';
import { createSpending } from './features/credits/spending.ts';
import { registerCreditsJobs, tellOfMoves, tellOfRenewals } from './features/credits/telling.ts';
import { demoPages } from './features/demo/pages.tsx';
import {
  createInvoices,
  type Invoices,
  type ItemHandlers,
  invoiceHandler,
  registerInvoiceJobs,
} from './features/invoices/invoices.ts';
import { invoicePages } from './features/invoices/pages.tsx';
import { unreadCount } from './features/notifications/notifications.ts';
import { notificationsPages } from './features/notifications/pages.tsx';
import { onboardingPages } from './features/onboarding/pages.tsx';
import { packagesPages } from './features/packages/pages.tsx';
import { cardsPages } from './features/payments/cards-pages.tsx';
import { checkDuePayments } from './features/payments/check-loop.ts';
import { SEALED_CONNECTIONS } from './features/payments/connections.ts';
import { gatewayPages } from './features/payments/gateway-pages.tsx';
import { listenToGateways } from './features/payments/listening.ts';
import { mollieOffer } from './features/payments/mollie.ts';
import { moneyCheckPages } from './features/payments/money-check-pages.tsx';
import { paymentsPages } from './features/payments/pages.tsx';
import { forgetSecrets } from './features/payments/parting.ts';
import {
  connectionAt,
  connectTestGateway,
  createPayments,
  type Gateways,
  type Payments,
} from './features/payments/payments.ts';
import { receiptPages } from './features/payments/receipt-pages.tsx';
import { createSimulator } from './features/payments/simulator/simulator.ts';
import { stripeOffer, testOffer } from './features/payments/stripe-offers.ts';
import { webhookRoute } from './features/payments/webhooks.ts';
import { peoplePages } from './features/people/pages.tsx';
import type { Elsewhere } from './features/people/people.ts';
import { profilePages } from './features/people/profile.tsx';
import { permissionPages } from './features/permissions/pages.tsx';
import { personalDataPages } from './features/personal-data/pages.tsx';
import { plansPages } from './features/plans/pages.tsx';
import { registerPurchaseJobs } from './features/purchases/jobs.ts';
import { purchasePages } from './features/purchases/pages.tsx';
import {
  createPurchases,
  creditsGoneOf,
  type DiscountFor,
  onAccountOf,
  type Purchases,
  purchaseHandler,
  purchaseItems,
} from './features/purchases/purchases.ts';
import { refundPages } from './features/purchases/refund-pages.tsx';
import { sellPages } from './features/purchases/sell-pages.tsx';
import { shortfallPages } from './features/purchases/shortfall-pages.tsx';
import { SEALED_APPS } from './features/sign-in/authenticator-app.ts';
import { forgetChallenges } from './features/sign-in/challenges.ts';
import { shellOf } from './features/sign-in/frame.tsx';
import { forgetTries } from './features/sign-in/limits.ts';
import { signInPages } from './features/sign-in/pages.tsx';
import { createGuards, type Guards } from './features/sign-in/visit.ts';
import { subscriptionPages } from './features/subscriptions/pages.tsx';
import {
  createSubscriptions,
  cycleKey,
  discountOf,
  elsewhereOf,
  type PeriodsBegun,
  type Subscriptions,
  termsOf,
} from './features/subscriptions/subscriptions.ts';
import type { Config, Core } from './platform/core.ts';
import type { Tx } from './platform/database/database.ts';
import type { Route } from './platform/http/routes.ts';
import { createHttpApp } from './platform/http/server.ts';
import type { SealedColumn } from './platform/key-change.ts';
import { type Loop, startLoop } from './platform/loop.ts';
import { registerMailJobs, SEALED_MAILS } from './platform/mail.ts';
import { serveAssets } from './web/assets.ts';
import { contentSecurityPolicy } from './web/csp.ts';
import { failurePage } from './web/failure.tsx';

/** The program as it is plugged together here: what answers over HTTP, and what works behind it. */
export type App = {
  http: ReturnType<typeof createHttpApp>;
  routes: Route[];
  payments: Payments;
  purchases: Purchases;
  invoices: Invoices;
  subscriptions: Subscriptions;
  /** One round of the loop that looks again at undecided payments; answers how many were looked at. */
  checkPayments(): Promise<number>;
  startWorking(): Promise<void>;
  stop(): Promise<void>;
};

/** Every queue there is; they are made when the database is migrated. */
export const QUEUES = [
  'purchase.paid',
  'purchase.reversed',
  'credits.moved',
  'credits.renewed',
  'invoice.told',
  'invoice.payment',
  'mail.send',
] as const;

/** Everything that is sealed under the key; it is sealed anew when the key is changed. */
export const SEALED: readonly SealedColumn[] = [SEALED_MAILS, SEALED_APPS, ...SEALED_CONNECTIONS];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The gateways that can be connected. Another one is a line here. */
function offers(config: Config): Gateways {
  const timeoutMs = config.gatewayTimeoutMs;
  return [
    stripeOffer({ timeoutMs }),
    mollieOffer({ timeoutMs }),
    testOffer({ timeoutMs, simulatorUrl: () => config.simulatorUrl }),
  ];
}

type Tell = Parameters<typeof purchaseItems>[0];

type Options = {
  onInvoice?: ItemHandlers;
  discountFor?: DiscountFor;
  deliverHints?: () => boolean;
  gateways?: Gateways;
};

/** The one list of everything plugged in: gateways, features, jobs, loops. */
export function createApp(core: Core, options: Options = {}): App {
  const { config } = core;
  const gateways: Gateways = options.gateways ?? offers(config);
  const discountFor: DiscountFor = options.discountFor ?? discountOf;
  const tell: Tell = (tx, it) => tellOfMoves(tx, core.jobs, it);
  const onInvoice: ItemHandlers = options.onInvoice ?? purchaseItems(tell);
  const payments = createPayments(core, gateways, {
    purchase: purchaseHandler(core),
    invoice: invoiceHandler(core, onInvoice),
  });
  const purchases = createPurchases(core, payments, discountFor);
  const invoices = createInvoices(core, payments, onInvoice);
  const subscriptions = createSubscriptions(core, { periodsBegun: cyclesBegun(core, invoices) });
  const spending = createSpending(core, tell);
  const simulator = createSimulator({
    database: core.database,
    baseUrl: () => config.simulatorUrl,
    now: core.now,
    ...(options.deliverHints && { deliver: options.deliverHints }),
  });

  const guards = guardsOf(core);
  const routes: Route[] = [
    ...onboardingPages(core, guards, async (tx, it) => {
      await connectTestGateway(tx, core, it);
    }),
    ...signInPages(core, guards),
    ...pagesAboutPeople(core, guards, elsewhereOf(subscriptions)),
    ...creditsPages(core, guards, spending, onAccountOf),
    ...checkPages(core, guards),
    ...notificationsPages(core, guards),
    ...packagesPages(core, guards, payments),
    ...plansPages(core, guards),
    ...subscriptionPages(core, guards, subscriptions),
    ...paymentsPages(core, guards, creditsGoneOf),
    ...billingSettingsPages(core, guards),
    ...customerBillingPages(core, guards),
    ...receiptPages(core, guards),
    ...invoicePages(core, guards, invoices, payments),
    ...cardsPages(core, guards),
    ...permissionPages(core, guards, paysOnInvoice),
    ...moneyCheckPages(core, guards, payments, gateways),
    ...gatewayPages(core, guards, gateways),
    ...purchasePages(core, guards, { payments, discountFor }, purchases, payments),
    ...sellPages(core, guards, purchases, discountFor),
    ...refundPages(core, guards, payments),
    ...shortfallPages(core, guards, payments),
    webhookRoute(core, gateways, payments),
    ...demoPages(core, guards),
  ];
  const work = workBehind(core, gateways, payments, subscriptions, invoices);
  return {
    http: createHttpApp(core, {
      routes,
      failurePage: (c, failure) => failurePage(c, shellOf(c), failure),
      contentSecurityPolicy: contentSecurityPolicy(),
      serveAssets,
      mounted: { '/simulator': simulator },
    }),
    routes,
    payments,
    purchases,
    invoices,
    subscriptions,
    ...work,
  };
}

/** Who there is, and what is kept about them. */
const pagesAboutPeople = (core: Core, guards: Guards, elsewhere: Elsewhere): Route[] => [
  ...peoplePages(core, guards, elsewhere),
  ...profilePages(core, guards, elsewhere),
  ...personalDataPages(core, guards, elsewhere),
];

/** Who may come to which page, with what the frame around it shows. */
const guardsOf = (core: Core) =>
  createGuards(core, async (db: Tx, { locationId, userId }) => ({
    unread: await unreadCount(db, userId),
    testMoney: (await connectionAt(db, locationId))?.live === false,
  }));

/** What works behind the pages: jobs, the loop that looks again at payments, the loop that writes off what expired. */
function workBehind(
  core: Core,
  gateways: Gateways,
  payments: Payments,
  subscriptions: Subscriptions,
  invoices: Invoices,
) {
  registerMailJobs(core);
  registerPurchaseJobs(core, payments);
  registerCreditsJobs(core);
  registerInvoiceJobs(core, payments);
  const loops: Loop[] = [];
  const asked = new Set<string>();
  const checkPayments = () => checkDuePayments(core, payments);
  // Two rounds of renewals share the work and do not wait for each other: writing off must not come in between.
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => (last = last.then(work, work));
  return {
    checkPayments,
    async startWorking() {
      loops.push(
        startLoop('due payments', core.config.checkLoopMs, core.log, async () => {
          await listenToGateways(core, gateways, asked);
          await checkPayments();
          await payments.checkRefunds();
        }),
        startLoop('sweep', DAY_MS, core.log, async () => {
          await payments.sweep();
          await payments.compare();
        }),
        startLoop('forgetting cards', HOUR_MS, core.log, () => payments.forgetCards()),
        startLoop('parting', HOUR_MS, core.log, () => forgetSecrets(core, gateways)),
        startLoop('renewals', MINUTE_MS, core.log, () =>
          inTurn(async () => {
            await subscriptions.renewAll();
            await invoices.issueDue();
          }),
        ),
        startLoop('reminders', HOUR_MS, core.log, () => invoices.remind()),
        startLoop('expiry', HOUR_MS, core.log, () =>
          inTurn(async () => {
            // Renewals write off each cycle at its own end. Whatever else is written off now moves accounts on to now.
            await subscriptions.renewAll();
            await expireEverywhere(core);
          }),
        ),
        startLoop('forgetting tries', HOUR_MS, core.log, async () => {
          await forgetTries(core);
          await forgetChallenges(core);
        }),
        startLoop('sealing', MINUTE_MS, core.log, () => sealEverywhere(core)),
      );
      await core.jobs.startWorking();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await core.jobs.stop();
    },
  };
}

/** Cycles that have begun stand on invoices, and whoever gets credits with them is told once those are there. */
function cyclesBegun(core: Core, invoices: Invoices): PeriodsBegun {
  return async (tx, periods) => {
    await invoices.periodsBegun(tx, periods);
    const withCredits = periods.filter(({ creditsMinor }) => creditsMinor > 0n);
    const [first] = withCredits;
    if (!first) return;
    const keys = withCredits.map(cycleKey);
    await tellOfRenewals(tx, core.jobs, { organizationId: first.organizationId, keys, now: core.now() });
  };
}

/** Whether a customer's plan lets it pay for packages on an invoice. */
const paysOnInvoice = async (db: Tx, it: { customerId: string; now: Date }): Promise<boolean> =>
  (await termsOf(db, it.customerId, it.now))?.creditsOnInvoice === true;
