import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { hasHidden, oneLine } from '../../shared/one-line.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { hasAlert, openAlerts, readBooksAt, shownAlerts } from './alert-list.ts';
import { resolveAlert } from './alerts.ts';
import { moneyCheckMessages } from './money-check-messages.ts';
import { Books, MAX_NOTE_LENGTH, OpenAlerts, ResolvedAlerts, type Typed } from './money-check-parts.tsx';
import { type Gateways, offerOf } from './offers.ts';
import type { Payments } from './payments.ts';

const PAGE = '/l/:location/settings/money-check';
/** So many are shown; whoever has more to do begins somewhere. */
const SHOWN = 100;

const noFields = z.object({});
const noteForm = z.object({
  note: z
    .string('note')
    .transform(oneLine)
    .pipe(
      z
        .string()
        .min(1, 'note')
        .max(MAX_NOTE_LENGTH, 'note-long')
        .refine((text) => !hasHidden(text), 'hidden'),
    ),
});

type Comparing = Pick<Payments, 'sweep' | 'compare'>;
type At = { core: Core; gateways: Gateways; payments: Comparing; visit: AtLocation; c: Ctx };

/** Locations > Settings > Money check: what a person has to look at, and the comparison with the gateway. */
export function moneyCheckPages(core: Core, guards: Guards, payments: Comparing, gateways: Gateways): Route[] {
  const billing = guards.administrator('billing');
  const at = (visit: AtLocation, c: Ctx): At => ({ core, gateways, payments, visit, c });
  return [
    get(PAGE, billing, (visit, c) => showCheck(at(visit, c))),
    post(PAGE, billing, (visit, c) => checkNow(at(visit, c))),
    post(`${PAGE}/:alertId/resolve`, billing, (visit, c) => resolve(at(visit, c))),
    // Whoever had to sign in again before it was done comes back to the address of the action.
    get(`${PAGE}/:alertId/resolve`, billing, (visit, c) => c.redirect(pageOf(visit), 303)),
  ];
}

async function showCheck({ core, gateways, visit, c }: At, typed?: Typed): Promise<Response> {
  const { location, now } = visit;
  const { alerts, count, books } = await core.database.read(visit.organizationId, async (db) => ({
    alerts: await shownAlerts(db, location.id, SHOWN),
    count: await openAlerts(db, location.id),
    books: await readBooksAt(db, location.id),
  }));
  const text = moneyCheckMessages(location.locale);
  const shown = { location, now, at: pageOf(visit), nameOf: (kind: string) => offerOf(gateways, kind)?.name ?? kind };
  return administratorPage(c, visit, {
    title: text.title,
    current: 'money',
    width: 'normal',
    ...(typed && { status: 422 as const }),
    children: (
      <>
        <PageHead eyebrow={text.place} title={text.title} lead={text.lead} />
        <Books {...shown} books={books} />
        <OpenAlerts
          {...shown}
          alerts={alerts.filter(({ resolvedAt }) => !resolvedAt)}
          count={count}
          books={books}
          typed={typed}
        />
        <ResolvedAlerts {...shown} alerts={alerts.filter(({ resolvedAt }) => resolvedAt)} />
      </>
    ),
  });
}

/** Reads the gateways' books now, and tells what came of it. */
async function checkNow({ core, gateways, payments, visit, c }: At): Promise<Response> {
  await readForm(c, noFields);
  const { organizationId, location } = visit;
  const place = { organizationId, locationId: location.id };
  const open = () => core.database.read(organizationId, (db) => openAlerts(db, location.id));
  const before = await open();
  const [unread] = [...(await payments.sweep(place)), ...(await payments.compare(place))];
  const found = (await open()) - before;
  const text = moneyCheckMessages(location.locale);
  if (unread) {
    const gateway = offerOf(gateways, unread.kind)?.name ?? unread.kind;
    setFlash(c, { tone: 'bad', text: text.noAnswer({ gateway }) });
  } else
    setFlash(c, { tone: found > 0 ? 'plain' : 'good', text: found > 0 ? text.found({ found }) : text.foundNothing });
  return c.redirect(pageOf(visit), 303);
}

async function resolve(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const alertId = c.req.param('alertId');
  const form = await readForm(c, noteForm);
  const isThere = await core.database.read(organizationId, (db) => hasAlert(db, location.id, alertId));
  if (!isThere || alertId === undefined) throw new NotFound();
  if (!form.ok) return await showCheck(at, { alertId, note: form.typed.note ?? '', error: form.errors.note! });
  const { note } = form.values;
  const wasOpen = await core.database.write(organizationId, (tx) =>
    resolveAlert(tx, { locationId: location.id, alertId, userId: visit.user.id, note, now }),
  );
  const text = moneyCheckMessages(location.locale);
  setFlash(c, wasOpen ? { tone: 'good', text: text.resolved } : { tone: 'plain', text: text.resolvedBefore });
  return c.redirect(pageOf(visit), 303);
}

function pageOf({ location }: AtLocation): string {
  return `/l/${location.slug}/settings/money-check`;
}
