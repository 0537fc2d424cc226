import { getCookie, setCookie } from 'hono/cookie';
import type { Ctx } from '../../platform/http/routes.ts';
import type { Shell } from '../../web/layout.tsx';

type Theme = Shell['theme'];

const THEME = 'roost-theme';
const YEAR_SECONDS = 365 * 86_400;

/** The theme this browser asked for. */
export function themeOf(c: Ctx): Theme {
  const stored = getCookie(c, THEME);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Keeps the theme for this browser, signed in or not. */
export function keepTheme(c: Ctx, theme: Theme): void {
  const secure = travelsEncrypted(c);
  setCookie(c, THEME, theme, { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: YEAR_SECONDS });
}

/** Whether the browser reached us over https. A proxy's word is enough: it decides on nothing but this attribute. */
export function travelsEncrypted(c: Ctx): boolean {
  return c.req.url.startsWith('https:') || c.req.header('x-forwarded-proto') === 'https';
}

/** `path` when it is one of ours, else the start page: nobody is sent to another site by a link to this one. */
export function ownPath(path: string | undefined): string {
  // Browsers read a backslash as a slash and skip tabs and newlines, so `/\evil` and `/<tab>/evil` leave the site too.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is kept out.
  return path !== undefined && /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(path) && path.length <= 2_000 ? path : '/';
}

/** Where a form of this page comes back to: this page, or the one whose form was answered with it. */
export function pathOfPage(c: Ctx): string {
  const from = c.req.method === 'GET' ? c.req.url : c.req.header('referer');
  const url = URL.parse(from ?? '');
  return ownPath(url ? url.pathname + url.search : undefined);
}
