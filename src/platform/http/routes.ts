import type { Context } from 'hono';
import type { Child } from 'hono/jsx';

/** What every request carries. */
export type Env = { Variables: { requestId: string; now: Date } };
export type Ctx = Context<Env>;

/**
 * Who may come to a route. `admit` finds out who is there and answers what the handler may rely on, or throws a refusal
 * or a `Detour`. The name makes the table of routes readable, by people and by the test of who may do what.
 */
export type Access<V> = { name: string; admit(c: Ctx): Promise<V> };

/** One row of the table of everything that can be asked over HTTP. */
export type Route = {
  method: 'GET' | 'POST';
  path: string;
  access: string;
  /** Pages are posted to from pages of ours only; hints of gateways come from elsewhere. */
  crossSite: boolean;
  handle: (c: Ctx) => Promise<Response>;
};

/** A page or download. */
export function get<V>(
  path: string,
  access: Access<V>,
  show: (visit: V, c: Ctx) => Promise<Response> | Response,
): Route {
  return route('GET', path, access, show);
}

/** An action of a form; refused when it comes from another site. */
export function post<V>(
  path: string,
  access: Access<V>,
  act: (visit: V, c: Ctx) => Promise<Response> | Response,
): Route {
  return route('POST', path, access, act);
}

/** Leaves the route for another page: sign in first, join first. */
export class Detour extends Error {
  readonly to: string;
  constructor(to: string) {
    super(`detour to ${to}`);
    this.to = to;
  }
}

/** A rendered element of Hono's JSX. */
export type Element = Child;

function route<V>(
  method: Route['method'],
  path: string,
  access: Access<V>,
  handle: (visit: V, c: Ctx) => Promise<Response> | Response,
): Route {
  return { method, path, access: access.name, crossSite: false, handle: async (c) => handle(await access.admit(c), c) };
}
