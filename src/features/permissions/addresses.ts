import type { Location } from '../organizations/organizations.ts';

/** Where permissions are: for a company's managers, for administrators, and where news of them lead. */
export const addresses = {
  own: ({ slug }: Pick<Location, 'slug'>) => `/l/${slug}/membership/payment-permissions`,
  ofCustomer: ({ slug }: Pick<Location, 'slug'>, customerId: string) =>
    `/l/${slug}/community/customers/${customerId}/permissions`,
  companyCredits: ({ slug }: Pick<Location, 'slug'>) => `/l/${slug}/membership/credits?wallet=company`,
  cards: ({ slug }: Pick<Location, 'slug'>) => `/l/${slug}/membership/cards`,
  more: ({ slug }: Pick<Location, 'slug'>) => `/l/${slug}/more`,
};
