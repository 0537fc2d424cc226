import type { Ctx, Element } from '../../platform/http/routes.ts';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { Customer } from '../people/people.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';

/** The tab Credits of a customer, and what lies below it. */
export const CREDITS_OF_CUSTOMER = '/l/:location/community/customers/:customerId/credits';

/** Where the tab Credits of a customer is. */
export function creditsHref(location: Location, customerId: string): string {
  return `/l/${location.slug}/community/customers/${customerId}/credits`;
}

type Below = {
  title: string;
  lead?: string;
  /** The way up; to the tab when none is given. */
  back?: { href: string; label: string };
  status?: 200 | 409 | 422;
  children: Element;
};

/** A page below the tab Credits of a customer: a form, or the story of the lots. */
export function pageBelowCredits(c: Ctx, visit: AtLocation, customer: Customer, it: Below): Response {
  return administratorPage(c, visit, {
    title: it.title,
    current: customer.kind === 'company' ? 'companies' : 'members',
    width: 'narrow',
    ...(it.status && { status: it.status }),
    children: (
      <>
        <PageHead
          back={it.back ?? { href: creditsHref(visit.location, customer.id), label: customer.name }}
          title={it.title}
          lead={it.lead}
        />
        {it.children}
      </>
    ),
  });
}

/** What is wrong with a form, above it. */
export function Wrong({ locale, errors }: { locale: string; errors: Record<string, string> }) {
  const list = Object.entries(errors).map(([field, text]) => ({ text, ...(field && { fieldId: `field-${field}` }) }));
  if (list.length === 0) return null;
  return (
    // Its links stay on the page: Turbo would load it anew, without what was typed.
    <div data-turbo="false">
      <ErrorSummary locale={locale} errors={list} />
    </div>
  );
}
