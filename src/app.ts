import { checkPages } from './features/credits/check-pages.tsx';
import {
  balancesOf,
  expireEverywhere,
  freezeCredits,
  sealEverywhere,
  thawCredits,
} from './features/credits/credits.ts';
import { creditsPages } from './features/credits/pages.tsx';
import { demoPages } from './features/demo/pages.tsx';
import { unreadCount } from './features/notifications/notifications.ts';
import { notificationsPages } from './features/notifications/pages.tsx';
import { onboardingPages } from './features/onboarding/pages.tsx';
import { packagesPages } from './features/packages/pages.tsx';
import { checkDuePayments } from './features/payments/check-loop.ts';
import { gatewayPages } from './features/payments/gateway-pages.tsx';
import { paymentsPages } from './features/payments/pages.tsx';
import {
  connectionAt,
  connectTestGateway,
  createPayments,
  type GatewayMakers,
  type Payments,
} from './features/payments/payments.ts';
import { createSimulator } from './features/payments/simulator/simulator.ts';
import { stripeGateway } from './features/payments/stripe.ts';
import { listenToGateways, webhookRoute } from './features/payments/webhooks.ts';
import { peoplePages } from './features/people/pages.tsx';
import type { StandingChanged } from './features/people/people.ts';
import { profilePages } from './features/people/profile.tsx';
import { registerPurchaseJobs } from './features/purchases/jobs.ts';
import { purchasePages } from './features/purchases/pages.tsx';
import { createPurchases, type DiscountFor, type Purchases, purchaseHandler } from './features/purchases/purchases.ts';
import { shellOf } from './features/sign-in/frame.tsx';
import { signInPages } from './features/sign-in/pages.tsx';
import { createGuards } from './features/sign-in/visit.ts';
import type { Core } from './platform/core.ts';
import type { Tx } from './platform/database/database.ts';
import type { Route } from './platform/http/routes.ts';
import { createHttpApp } from './platform/http/server.ts';
import { type Loop, startLoop } from './platform/loop.ts';
import { registerMailJobs } from './platform/mail.ts';
import { serveAssets } from './web/assets.ts';
import { contentSecurityPolicy } from './web/csp.ts';
import { failurePage } from './web/failure.tsx';

/** The program as it is plugged together here: what answers over HTTP, and what works behind it. */
export type App = {
  http: ReturnType<typeof createHttpApp>;
  routes: Route[];
  payments: Payments;
  purchases: Purchases;
  /** One round of the loop that looks again at undecided payments; answers how many were looked at. */
  checkPayments(): Promise<number>;
  startWorking(): Promise<void>;
  stop(): Promise<void>;
};

/** Every queue there is; they are made when the database is migrated. */
export const QUEUES = ['purchase.paid', 'mail.send'] as const;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The one list of everything plugged in: gateways, features, jobs, loops. */
export function createApp(core: Core, options: { discountFor?: DiscountFor; deliverHints?: () => boolean } = {}): App {
  const { config } = core;

  const gateways: GatewayMakers = {
    test: ({ apiKey }) =>
      stripeGateway({
        apiKey: apiKey!,
        live: false,
        apiBase: new URL(config.simulatorUrl),
        timeoutMs: config.gatewayTimeoutMs,
      }),
  };
  // Plans bring discounts; until a location has plans every price is the list price.
  const discountFor: DiscountFor = options.discountFor ?? (async () => 0);
  const payments = createPayments(core, gateways, { purchase: purchaseHandler(core) });
  const purchases = createPurchases(core, payments, discountFor);
  const simulator = createSimulator({
    database: core.database,
    baseUrl: () => config.simulatorUrl,
    now: core.now,
    ...(options.deliverHints && { deliver: options.deliverHints }),
  });

  const guards = createGuards(core, async (db: Tx, { locationId, userId }) => ({
    unread: await unreadCount(db, userId),
    testMoney: (await connectionAt(db, locationId))?.live === false,
  }));
  const routes: Route[] = [
    ...onboardingPages(core, guards, async (tx, it) => {
      await connectTestGateway(tx, core, it);
    }),
    ...signInPages(core, guards),
    ...peoplePages(core, guards, standingChanged, balancesOf),
    ...profilePages(core, guards, standingChanged, balancesOf),
    ...creditsPages(core, guards),
    ...checkPages(core, guards),
    ...notificationsPages(core, guards),
    ...packagesPages(core, guards, payments),
    ...paymentsPages(core, guards),
    ...gatewayPages(core, guards),
    ...purchasePages(core, guards, { payments, discountFor }, purchases, payments),
    webhookRoute(core, gateways, payments),
    ...demoPages(core, guards),
  ];
  const work = workBehind(core, gateways, payments);
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
    ...work,
  };
}

/** What works behind the pages: jobs, the loop that looks again at payments, the loop that writes off what expired. */
function workBehind(core: Core, gateways: GatewayMakers, payments: Payments) {
  registerMailJobs(core);
  registerPurchaseJobs(core);
  const loops: Loop[] = [];
  const asked = new Set<string>();
  const checkPayments = () => checkDuePayments(core, payments);
  return {
    checkPayments,
    async startWorking() {
      loops.push(
        startLoop('due payments', core.config.checkLoopMs, core.log, async () => {
          await listenToGateways(core, gateways, asked);
          await checkPayments();
        }),
        startLoop('expiry', HOUR_MS, core.log, () => expireEverywhere(core)),
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

/** The credits of whoever is removed from a location freeze, and thaw when they are restored. */
const standingChanged: StandingChanged = (tx, { removed, ...it }) =>
  removed ? freezeCredits(tx, it) : thawCredits(tx, it);
