import { Hono } from 'hono';
import { createGuards, type FrameFacts, type Guards } from '../../src/features/sign-in/visit.ts';
import type { Core } from '../../src/platform/core.ts';
import { Refusal } from '../../src/platform/errors.ts';
import { Detour, type Env, type Route } from '../../src/platform/http/routes.ts';
import { newId } from '../../src/platform/ids.ts';

/** Pages of some features over HTTP, without a socket. */
export type Site = { open(address?: string): Browser };

/** Somebody's browser without scripts: it keeps cookies, and follows nothing by itself. */
export type Browser = {
  cookies: Map<string, string>;
  /** The `Set-Cookie` lines of the last answer. */
  setCookies: string[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, fields?: Record<string, string> | string, headers?: Record<string, string>): Promise<Response>;
};

/** Mounts `pagesOf` with guards of its own. Refusals answer their status and code, detours lead away. */
export function siteOf(
  core: Core,
  pagesOf: (guards: Guards) => Route[],
  frame: FrameFacts = { unread: 0, testMoney: false },
): Site {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set('now', core.now());
    c.set('requestId', newId(core.now()));
    await next();
  });
  for (const route of pagesOf(createGuards(core, async () => frame))) app.on(route.method, route.path, route.handle);
  app.onError((error, c) => {
    if (error instanceof Detour) return c.redirect(error.to, 303);
    if (error instanceof Refusal) return c.text(error.code, error.status);
    throw error;
  });
  return { open: (address) => browserOn(core, app, address) };
}

/** A browser of its own on the whole program, at an address of the internet if that matters. */
export function browserOn(core: Core, app: Hono<Env>, remoteAddress?: string): Browser {
  const cookies = new Map<string, string>();
  const browser: Browser = {
    cookies,
    setCookies: [],
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, fields = {}, headers = {}) => {
      const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
      const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
      return ask(path, { method: 'POST', body, headers: { ...type, ...headers } });
    },
  };
  async function ask(path: string, init: { method?: string; body?: string; headers: Record<string, string> }) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie && { Cookie: cookie }), ...init.headers };
    const connection = remoteAddress && { incoming: { socket: { remoteAddress } } };
    const response = await app.request(new URL(path, core.config.baseUrl).href, { ...init, headers }, connection);
    browser.setCookies = response.headers.getSetCookie();
    for (const line of browser.setCookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/max-age=0/i.test(line)) cookies.delete(name!);
      else cookies.set(name!, value!);
    }
    return response;
  }
  return browser;
}
