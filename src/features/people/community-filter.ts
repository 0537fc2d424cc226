import type { Ctx } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';

/** Which people or companies a list shows, as its address says. What is empty lets everybody pass. */
export type Filter = {
  search: string;
  /** Those who were removed, or declined, instead of those on the list. */
  removed: boolean;
  standing: '' | 'member' | 'nonmember' | 'requested';
  /** The id of a company's customer, or `none`. */
  company: string;
  role: '' | 'manager' | 'member';
  plan: '' | 'with' | 'without';
  /** From 1. */
  page: number;
};

const MOST_PAGES = 100_000;

/** What an address asks for. What it cannot mean is left out, so that an old link still shows a list. */
export function filterOf(c: Ctx): Filter {
  const asked = (name: string) => (c.req.query(name) ?? '').replaceAll('\0', '').trim();
  const one = <T extends string>(name: string, known: readonly T[]): T | '' =>
    known.find((it) => it === asked(name)) ?? '';
  const company = asked('company');
  const page = Number(asked('page'));
  return {
    search: asked('search').slice(0, 100),
    removed: asked('show') === 'removed',
    standing: one('standing', ['member', 'nonmember', 'requested']),
    company: company === 'none' || isId(company) ? company : '',
    role: one('role', ['manager', 'member']),
    plan: one('plan', ['with', 'without']),
    page: Number.isInteger(page) && page >= 1 && page <= MOST_PAGES ? page : 1,
  };
}

/** The address of a list with a filter; the first page has no number. */
export function addressOf(path: string, { removed, page, ...filter }: Filter): string {
  const query = new URLSearchParams();
  if (removed) query.set('show', 'removed');
  for (const [name, value] of Object.entries(filter)) if (value !== '') query.set(name, value);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Whether anything but the list itself is chosen. */
export function isNarrowed({ search, standing, company, role, plan }: Filter): boolean {
  return [search, standing, company, role, plan].some((it) => it !== '');
}

/** The whole list that a filter narrows. */
export function wholeList({ removed }: Filter): Filter {
  return { search: '', removed, standing: '', company: '', role: '', plan: '', page: 1 };
}
