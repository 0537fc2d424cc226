import type { Core } from '../../platform/core.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import type { Payments } from '../payments/payments.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import type { AtInvoice } from './at-invoice.tsx';
import { charge, showCharge } from './charge-pages.tsx';
import { issue, remove, showIssue, showRemove } from './draft-pages.tsx';
import { recordExternal, showExternal } from './external-pages.tsx';
import { showInvoice } from './invoice-page.tsx';
import type { Invoices } from './invoices.ts';
import { listPages } from './list-pages.tsx';
import { credit, showCredit, showVoid, voidIt } from './undo-pages.tsx';

/** Community > Invoices, one of them, and what administrators do with it: each after a page that says what it means. */
export function communityPages(core: Core, guards: Guards, invoices: Invoices, payments: Payments): Route[] {
  const billing = guards.administrator('billing');
  const one = '/l/:location/community/invoices/:invoiceId';
  const about = (show: (at: AtInvoice) => Promise<Response>) => (visit: AtLocation, c: Ctx) =>
    show({ core, invoices, payments, visit, c });
  return [
    ...listPages(core, guards),
    get(one, billing, about(showInvoice)),
    get(`${one}/issue`, billing, about(showIssue)),
    post(`${one}/issue`, billing, about(issue)),
    get(
      `${one}/items/:itemId/remove`,
      billing,
      about((at) => showRemove(at)),
    ),
    post(`${one}/items/:itemId/remove`, billing, about(remove)),
    get(
      `${one}/external`,
      billing,
      about((at) => showExternal(at)),
    ),
    post(`${one}/external`, billing, about(recordExternal)),
    get(
      `${one}/charge`,
      billing,
      about((at) => showCharge(at)),
    ),
    post(`${one}/charge`, billing, about(charge)),
    get(
      `${one}/void`,
      billing,
      about((at) => showVoid(at)),
    ),
    post(`${one}/void`, billing, about(voidIt)),
    get(
      `${one}/credit`,
      billing,
      about((at) => showCredit(at)),
    ),
    post(`${one}/credit`, billing, about(credit)),
  ];
}
