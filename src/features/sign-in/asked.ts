import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Ctx } from '../../platform/http/routes.ts';
import { VALID_FOR_MS } from './links.ts';

const COOKIE = 'roost-sign-in';

const asked = z.strictObject({ requestId: z.uuid(), email: z.email(), to: z.string().max(2_000) });

/** What this browser asked for: a code typed in another one is worth nothing. */
export type Asked = z.infer<typeof asked>;

/** Remembers in the browser what it asked for. */
export function keepAsked(core: Core, c: Ctx, it: Asked): void {
  setCookie(c, COOKIE, JSON.stringify(it), { ...attributes(core), maxAge: VALID_FOR_MS / 1000 });
}

/** What this browser asked for last. */
export function askedOf(c: Ctx): Asked | undefined {
  try {
    return asked.parse(JSON.parse(getCookie(c, COOKIE) ?? ''));
  } catch {
    return undefined;
  }
}

export function forgetAsked(core: Core, c: Ctx): void {
  deleteCookie(c, COOKIE, attributes(core));
}

const attributes = (core: Core): CookieOptions => ({
  path: '/sign-in',
  httpOnly: true,
  sameSite: 'Lax',
  secure: core.config.baseUrl.startsWith('https:'),
});
