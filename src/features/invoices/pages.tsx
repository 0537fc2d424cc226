import type { Core } from '../../platform/core.ts';
import type { Route } from '../../platform/http/routes.ts';
import type { Payments } from '../payments/payments.ts';
import type { Guards } from '../sign-in/visit.ts';
import { communityPages } from './invoice-pages.tsx';
import type { Invoices } from './invoices.ts';
import { numberedPages } from './numbered-pages.tsx';
import { ownPages } from './own-pages.tsx';
import { invoiceSettingsPages } from './settings-page.tsx';

/** What people see of invoices: administrators at Community, customers at Membership, and by their numbers. */
export function invoicePages(core: Core, guards: Guards, invoices: Invoices, payments: Payments): Route[] {
  return [
    ...communityPages(core, guards, invoices, payments),
    ...ownPages(core, guards, invoices, payments),
    ...numberedPages(core, guards, invoices, payments),
    ...invoiceSettingsPages(core, guards),
  ];
}
