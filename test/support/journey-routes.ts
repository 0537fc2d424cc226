import type { Visit } from './journey.ts';

/** Every kind of page a member meets, by name. `purchaseId` is one that is paid. */
export function memberRoutes(it: Visit, purchaseId: string): Record<string, string> {
  const credits = '/membership/credits';
  return {
    home: '/home',
    credits,
    'pay sheet': `${credits}/packages/${it.packages.fifty}`,
    success: `${credits}?bought=${purchaseId}`,
    receipt: `${credits}/purchases/${purchaseId}`,
    history: `${credits}/transactions`,
    news: '/notifications',
    more: '/more',
    'billing details': '/membership/billing',
    'sign-in and devices': '/account',
    'your data': '/more/data',
  };
}

/** Every kind of page an administrator meets, by name. */
export function administratorRoutes(it: Visit): Record<string, string> {
  const customer = `/community/customers/${it.member.customerId}`;
  const packages = '/community/credit-packages';
  return {
    members: '/community/members',
    companies: '/community/companies',
    person: customer,
    'credits of a person': `${customer}/credits`,
    'payments of a person': `${customer}/payments`,
    company: `/community/customers/${it.company.customerId}`,
    'who may pay for a company': `/community/customers/${it.company.customerId}/permissions`,
    'sell a package': `${customer}/sell`,
    packages,
    'new package': `${packages}/new`,
    'package editor': `${packages}/${it.packages.fifty}/edit`,
    plans: '/community/plans',
    'new plan': '/community/plans/new',
    'plan of a person': `${customer}/plan`,
    'billing details of a person': `${customer}/billing`,
    gateways: '/settings/payment-gateways',
    'tax and billing': '/settings/tax-and-billing',
    'remove a person': `${customer}/remove`,
    'data of a person': `${customer}/data`,
    'money check': '/settings/money-check',
    locations: '/settings/locations',
    'settings of the location': '/settings/location',
    administrators: '/settings/administrators',
    'new administrator': '/settings/administrators/new',
    'areas of an administrator': `/settings/administrators/${it.administrator.userId}`,
    'remove a company': `/community/companies/${it.company.customerId}/remove`,
    'ledger check': '/settings/ledger-check',
    'checked ledger': '/settings/ledger-check?run=1',
    'disconnect the gateway': '/settings/payment-gateways/disconnect',
  };
}

/** Every kind of page about a payment, by name. `paymentId` is one of the member's of which something is left, with a shortfall. */
export function paymentRoutes(it: Visit, paymentId: string): Record<string, string> {
  const payment = `/community/customers/${it.member.customerId}/payments/${paymentId}`;
  const typed = new URLSearchParams({ requestKey: paymentId, amount: '1.00', reason: 'Moved away' });
  return {
    payment,
    refund: `${payment}/refund`,
    'refund review': `${payment}/refund/review?${typed}`,
    waive: `${payment}/waive`,
    bill: `${payment}/bill`,
  };
}
