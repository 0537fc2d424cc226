import type { Location } from '../organizations/organizations.ts';
import type { Wallet } from '../people/people.ts';

/** Where the pages about buying are: every sheet and state has an address (UX-84). */
export const addresses = {
  home: (location: Location) => `/l/${location.slug}/home`,
  credits: (location: Location, wallet: Wallet, query: Record<string, string> = {}) =>
    withQuery(`/l/${location.slug}/membership/credits`, wallet, query),
  sheet: (location: Location, packageId: string, wallet: Wallet, query: Record<string, string> = {}) =>
    withQuery(`/l/${location.slug}/membership/credits/packages/${packageId}`, wallet, query),
  /** `repeated` when a press led here whose purchase was there already, `returned` when the gateway sent the browser back. */
  purchase: (location: Location, id: string, how?: 'repeated' | 'returned') =>
    `/l/${location.slug}/membership/credits/purchases/${id}${how ? `?${how}` : ''}`,
  handOff: (location: Location, id: string) => `/l/${location.slug}/membership/credits/purchases/${id}/go`,
  cancel: (location: Location, id: string) => `/l/${location.slug}/membership/credits/purchases/${id}/cancel`,
  history: (location: Location, wallet: Wallet) =>
    withQuery(`/l/${location.slug}/membership/credits/transactions`, wallet, {}),
  invoice: (location: Location, id: string) => `/l/${location.slug}/membership/invoices/${id}`,
  askManagers: (location: Location) => `/l/${location.slug}/membership/payment-permissions/ask`,
  lots: (location: Location, wallet: Wallet) => withQuery(`/l/${location.slug}/membership/credits/lots`, wallet, {}),
};

function withQuery(path: string, wallet: Wallet, query: Record<string, string>): string {
  const search = new URLSearchParams({ ...(wallet.kind === 'company' && { wallet: 'company' }), ...query });
  return search.size ? `${path}?${search}` : path;
}
