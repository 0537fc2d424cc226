import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Ctx } from '../../platform/http/routes.ts';
import { travelsEncrypted } from './cookies.ts';

const COOKIE = 'roost-flash';
const LIVES_SECONDS = 60;

const flash = z.strictObject({
  tone: z.enum(['good', 'bad', 'plain']),
  text: z.string().min(1).max(500),
  undo: z
    .strictObject({
      // A cookie can be planted by others: the way back leads to a page of ours or nowhere.
      action: z
        .string()
        .regex(/^\/l\/[^\\\s]*$/)
        .max(300),
      fields: z.record(z.string().max(60), z.string().max(300)),
      label: z.string().min(1).max(60),
    })
    .optional(),
});

/** What just happened, told once on the next page; `undo` posts `fields` to one of our pages under `/l/`. */
export type Flash = z.infer<typeof flash>;

/** Tells `it` on the next page that is shown to this browser. */
export function setFlash(c: Ctx, it: Flash): void {
  const secure = travelsEncrypted(c);
  setCookie(c, COOKIE, JSON.stringify(it), {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure,
    maxAge: LIVES_SECONDS,
  });
}

/** What there is to tell, once. Anything but a flash of ours is dropped. */
export function takeFlash(c: Ctx): Flash | undefined {
  const stored = getCookie(c, COOKIE);
  if (stored === undefined) return undefined;
  deleteCookie(c, COOKIE, { path: '/', secure: travelsEncrypted(c) });
  try {
    return flash.parse(JSON.parse(stored));
  } catch {
    return undefined;
  }
}
