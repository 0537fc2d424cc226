import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { TooLarge } from '../../platform/http/body.ts';
import { readUpload } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { logoFile } from './billing.ts';
import { type LogoProblem, MAX_LOGO_BYTES, readLogo } from './logo-image.ts';
import { removeLogo, saveLogo } from './logos.ts';
import { billingMessages } from './messages.ts';

const PAGE = '/l/:location/settings/tax-and-billing';

/** Shows the page of settings again, with what is wrong with the file. */
type ShowAgain = (visit: AtLocation, c: Ctx, problem: LogoProblem) => Promise<Response>;

/** The logo of a location: given and taken away on its settings, and its file for those who see documents. */
export function logoPages(core: Core, guards: Guards, showAgain: ShowAgain): Route[] {
  const settings = guards.administrator('settings');
  return [
    post(`${PAGE}/logo`, settings, (visit, c) => upload(core, visit, c, showAgain)),
    post(`${PAGE}/logo/remove`, settings, (visit, c) => remove(core, visit, c)),
    // Whoever had to sign in again comes back to the settings.
    get(`${PAGE}/logo`, settings, (visit, c) => c.redirect(settingsOf(visit), 303)),
    get(`${PAGE}/logo/remove`, settings, (visit, c) => c.redirect(settingsOf(visit), 303)),
    get('/l/:location/logos/:hash', guards.atLocation, (visit, c) => sendLogo(core, visit, c)),
  ];
}

async function upload(core: Core, visit: AtLocation, c: Ctx, showAgain: ShowAgain): Promise<Response> {
  const file = await readUpload(c, { field: 'logo', mostBytes: MAX_LOGO_BYTES }).catch((error: unknown) => {
    if (error instanceof TooLarge) return undefined;
    throw error;
  });
  if (!file) return await showAgain(visit, c, 'too-large');
  const read = readLogo(file);
  if ('problem' in read) return await showAgain(visit, c, read.problem);
  const { organizationId, location, now } = visit;
  const it = { organizationId, locationId: location.id, image: read.image, now };
  await core.database.write(organizationId, (tx) => saveLogo(tx, it));
  setFlash(c, { tone: 'good', text: billingMessages(location.locale).logoSaved });
  return c.redirect(settingsOf(visit), 303);
}

async function remove(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { organizationId, location, now } = visit;
  await core.database.write(organizationId, (tx) => removeLogo(tx, { locationId: location.id, now }));
  setFlash(c, { tone: 'good', text: billingMessages(location.locale).logoRemoved });
  return c.redirect(settingsOf(visit), 303);
}

/** A file at this address never changes: the address is its hash. */
async function sendLogo(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const file = await core.database.read(visit.organizationId, (db) => logoFile(db, c.req.param('hash') ?? ''));
  if (!file) throw new NotFound();
  return c.body(new Uint8Array(file.bytes), 200, {
    'Content-Type': file.contentType,
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
}

function settingsOf({ location }: AtLocation): string {
  return `/l/${location.slug}/settings/tax-and-billing`;
}
