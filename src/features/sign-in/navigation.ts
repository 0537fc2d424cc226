import type { NavItem } from '../../web/layout.tsx';
import type { Area } from '../people/people.ts';
import { signInMessages } from './messages.ts';
import { type AtLocation, isActiveMember } from './visit.ts';

/** Which of the member's pages is shown. */
export type MemberPlace = 'home' | 'credits' | 'history' | 'notifications' | 'more' | 'join';
/** Which of the administrator's pages is shown. */
export type AdministratorPlace =
  | 'members'
  | 'companies'
  | 'packages'
  | 'plans'
  | 'invoices'
  | 'gateways'
  | 'billing'
  | 'invoicing'
  | 'money'
  | 'ledger'
  | 'administrators'
  | 'locations'
  | 'account';

type Switch = { href: string; label: string };

/** The member's pages; whoever is no active member can only join and look after their account. */
export function memberItems(visit: AtLocation, current: MemberPlace): NavItem[] {
  const text = signInMessages(visit.location.locale);
  const at = `/l/${visit.location.slug}`;
  const more: NavItem = { href: `${at}/more`, label: text.navMore, icon: 'menu', current: current === 'more' };
  if (!isActiveMember(visit.membership)) {
    return [{ href: `${at}/join`, label: text.navJoin, icon: 'membership', current: current === 'join' }, more];
  }
  const credits = `${at}/membership/credits`;
  return [
    { href: `${at}/home`, label: text.navHome, icon: 'home', current: current === 'home' },
    { href: credits, label: text.navCredits, icon: 'credits', current: current === 'credits' },
    { href: `${credits}/transactions`, label: text.navHistory, icon: 'history', current: current === 'history' },
    {
      href: `${at}/notifications`,
      label: text.navNotifications,
      icon: 'bell',
      current: current === 'notifications',
      ...(visit.frame.unread > 0 && { badge: visit.frame.unread }),
    },
    more,
  ];
}

/** The administrator's pages of the areas they look after; the demo's Outbox is everybody's. */
export function administratorItems(visit: AtLocation, current?: AdministratorPlace): NavItem[] {
  const text = signInMessages(visit.location.locale);
  const pages: Record<Exclude<AdministratorPlace, 'account'>, Pick<NavItem, 'label' | 'icon' | 'group'>> = {
    members: { label: text.navMembers, icon: 'person', group: text.groupCommunity },
    companies: { label: text.navCompanies, icon: 'company', group: text.groupCommunity },
    packages: { label: text.navPackages, icon: 'credits', group: text.groupCommunity },
    plans: { label: text.navPlans, icon: 'plan', group: text.groupCommunity },
    invoices: { label: text.navInvoices, icon: 'invoice', group: text.groupCommunity },
    gateways: { label: text.navGateways, icon: 'card', group: text.groupSettings },
    billing: { label: text.navBilling, icon: 'receipt', group: text.groupSettings },
    invoicing: { label: text.navInvoicing, icon: 'invoice', group: text.groupSettings },
    money: { label: text.navMoneyCheck, icon: 'bank', group: text.groupSettings },
    ledger: { label: text.navLedgerCheck, icon: 'check', group: text.groupSettings },
    locations: { label: text.navLocations, icon: 'locations', group: text.groupSettings },
    administrators: { label: text.navAdministrators, icon: 'key', group: text.groupSettings },
  };
  const items = pagesAt(visit.location.slug, visit.areas).map(
    ({ place, href }): NavItem => ({ href, ...pages[place], current: place === current }),
  );
  if (visit.demo) items.push({ href: '/outbox', label: text.navOutbox, icon: 'mail' });
  return items;
}

/** The page an administrator begins with: the packages, or the first of those they look after. */
export function administratorHome(slug: string, areas: readonly Area[]): string | undefined {
  const places = pagesAt(slug, areas);
  return (places.find(({ place }) => place === 'packages') ?? places[0])?.href;
}

/** From the member's pages to the administrator's, for people who are both. */
export function switchToAdministration(visit: AtLocation): Switch | undefined {
  const href = administratorHome(visit.location.slug, visit.areas);
  return href === undefined ? undefined : { href, label: signInMessages(visit.location.locale).switchToAdministration };
}

/** From the administrator's pages to the member's, for people who are both. */
export function switchToMembership(visit: AtLocation): Switch | undefined {
  if (!isActiveMember(visit.membership)) return undefined;
  return { href: `/l/${visit.location.slug}/home`, label: signInMessages(visit.location.locale).switchToMembership };
}

/** Everywhere somebody is at home, as far as they can go there in the frame they are in. */
export function placeLinks(visit: AtLocation, kind: 'member' | 'administrator'): (Switch & { current: boolean })[] {
  return visit.places.map(({ slug, name, isMember, areas }) => {
    const work = administratorHome(slug, areas);
    const home = isMember ? `/l/${slug}/home` : undefined;
    const href = (kind === 'administrator' ? (work ?? home) : (home ?? work)) ?? `/l/${slug}/join`;
    return { href, label: name, current: slug === visit.location.slug };
  });
}

function pagesAt(slug: string, areas: readonly Area[]) {
  const at = `/l/${slug}`;
  const all = [
    { place: 'members', area: 'customers', href: `${at}/community/members` },
    { place: 'companies', area: 'customers', href: `${at}/community/companies` },
    { place: 'packages', area: 'billing', href: `${at}/community/credit-packages` },
    { place: 'plans', area: 'billing', href: `${at}/community/plans` },
    { place: 'invoices', area: 'billing', href: `${at}/community/invoices` },
    { place: 'gateways', area: 'settings', href: `${at}/settings/payment-gateways` },
    { place: 'billing', area: 'settings', href: `${at}/settings/tax-and-billing` },
    { place: 'invoicing', area: 'settings', href: `${at}/settings/invoices` },
    { place: 'money', area: 'billing', href: `${at}/settings/money-check` },
    { place: 'ledger', area: 'billing', href: `${at}/settings/ledger-check` },
    { place: 'locations', area: 'settings', href: `${at}/settings/locations` },
    { place: 'administrators', area: 'settings', href: `${at}/settings/administrators` },
  ] as const;
  return all.filter(({ area }) => areas.includes(area));
}
