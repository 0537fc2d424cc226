import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, type Element, get, post, type Route } from '../../platform/http/routes.ts';
import { isId, newId } from '../../platform/ids.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { connectForm, harmless, keyForm, settingsOf } from './connect-form.ts';
import { changeUses, checkConnection, connectGateway, replaceKey } from './connecting.ts';
import { type Connection, connectionAt, disconnectGateway, type Uses } from './connections.ts';
import { dashboardOf } from './dashboard-link.ts';
import type { GatewayOffer } from './gateway.ts';
import { ConnectForm, DisconnectForm, NOTHING_TYPED, ReplaceForm, type Shown } from './gateway-forms.tsx';
import { gatewayMessages } from './gateway-messages.ts';
import {
  type Around,
  Available,
  Connected,
  needsAccount,
  Others,
  Partings,
  UnknownGateway,
  UsesForm,
} from './gateway-parts.tsx';
import { problemText } from './gateway-problems.ts';
import { listenTo } from './listening.ts';
import { type Gateways, offerOf } from './offers.ts';
import { partingsAt, pendingAt } from './parting.ts';

const PAGE = '/l/:location/settings/payment-gateways';

/** One request of an administrator. */
type Visit = { core: Core; gateways: Gateways; visit: AtLocation; c: Ctx };

/** Locations > Settings > Payment gateways: what there is to connect, what is connected, and how to part from it. */
export function gatewayPages(core: Core, guards: Guards, gateways: Gateways): Route[] {
  const settings = guards.administrator('settings');
  const show = (path: string, page: (it: Visit) => Promise<Response>) =>
    get(`${PAGE}${path}`, settings, (visit, c) => page({ core, gateways, visit, c }));
  const act = (path: string, action: (it: Visit) => Promise<Response>) =>
    post(`${PAGE}${path}`, settings, (visit, c) => action({ core, gateways, visit, c }));
  return [
    show('', showGateways),
    show('/:kind/connect', (it) => showConnect(it, offerIn(it))),
    act('/:kind/connect', (it) => connect(it, offerIn(it))),
    show('/replace-key', (it) => showReplace(it)),
    act('/replace-key', replace),
    show('/disconnect', showDisconnect),
    act('/disconnect', disconnect),
    act('/check', check),
    act('/uses', saveUses),
    // Whoever had to sign in again before an action comes back to its address: to the page from there.
    ...['/check', '/uses'].map((path) => show(path, async (it) => back(it))),
  ];
}

async function showGateways(it: Visit): Promise<Response> {
  const { core, gateways, visit } = it;
  const { connection, dashboard, partings } = await core.database.read(visit.organizationId, async (db) => ({
    connection: await connectionAt(db, visit.location.id),
    dashboard: await dashboardOf(db, core, visit),
    partings: await partingsAt(db, visit.location.id),
  }));
  const around = aroundOf(it);
  const nameOf = (kind: string) => offerOf(gateways, kind)?.name ?? kind;
  const others = gateways.filter(({ kind }) => kind !== connection?.kind);
  return page(it, gatewayMessages(visit.location.locale).gateways, {
    content: (
      <div class="stack">
        {!connection && <Partings {...around} nameOf={nameOf} partings={partings} />}
        {connection ? (
          <WithConnection
            {...around}
            offer={offerOf(gateways, connection.kind)}
            connection={connection}
            dashboard={dashboard}
          />
        ) : (
          gateways.map((offer) => <Available {...around} offer={offer} />)
        )}
        {connection && <Partings {...around} nameOf={nameOf} partings={partings} />}
        {connection && <Others {...around} offers={others} connected={nameOf(connection.kind)} />}
      </div>
    ),
  });
}

type Connecting = { offer: GatewayOffer | undefined; connection: Connection; dashboard: string | undefined };

function WithConnection({ offer, dashboard, ...rest }: Around & Connecting) {
  if (!offer) return <UnknownGateway {...rest} />;
  return (
    <>
      <Connected {...rest} offer={offer} dashboard={dashboard} />
      <UsesForm {...rest} />
    </>
  );
}

const EVERYTHING: Uses = { forPackages: true, forInvoices: true };

type Typed = { shown: Shown; uses: Uses; connectionId: string };

async function showConnect(it: Visit, offer: GatewayOffer, again?: Typed): Promise<Response> {
  const { visit } = it;
  if (!again && (await connectionOf(it))) return taken(it);
  const typed = again ?? { shown: NOTHING_TYPED, uses: EVERYTHING, connectionId: newId(visit.now) };
  return page(it, gatewayMessages(visit.location.locale).connectNamed({ name: offer.name }), {
    status: again ? 422 : 200,
    content: <ConnectForm {...aroundOf(it)} offer={offer} {...typed} />,
  });
}

async function connect(it: Visit, offer: GatewayOffer): Promise<Response> {
  const { core, visit, c } = it;
  const { organizationId, location, now } = visit;
  const text = gatewayMessages(location.locale);
  const form = await readForm(c, connectForm(offer));
  const { typed } = form;
  const uses = { forPackages: typed.forPackages !== undefined, forInvoices: typed.forInvoices !== undefined };
  const connectionId = isId(typed.connectionId) ? typed.connectionId : newId(now);
  const again = (wrong: string[], problems: string[]) =>
    showConnect(it, offer, { uses, connectionId, shown: { wrong, problems, typed: harmless(offer, typed) } });
  if (!form.ok) return again(Object.keys(form.errors), []);
  const settings = settingsOf(offer, form.values);
  const place = { organizationId, locationId: location.id, currency: location.currency, now };
  const done = await connectGateway(core, { ...place, ...uses, id: connectionId, offer, settings });
  if (done.kind === 'taken') return taken(it);
  const { name } = offer;
  if (done.kind === 'problems') {
    const live = offer.isLive(settings);
    return again(
      [],
      done.problems.map((problem) => problemText(problem, location, live)),
    );
  }
  const connected = needsAccount(offer) ? text.nowConnected({ name }) : text.nowConnectedTest({ name });
  setFlash(c, { tone: 'good', text: uses.forPackages ? connected : text.nowConnectedUnused({ name }) });
  return back(it);
}

/** One gateway at a time: which one it is stands on the page this leads to. */
async function taken(it: Visit): Promise<Response> {
  const { gateways, visit, c } = it;
  const connection = await connectionOf(it);
  if (connection) {
    const name = offerOf(gateways, connection.kind)?.name ?? connection.kind;
    setFlash(c, { tone: 'bad', text: gatewayMessages(visit.location.locale).taken({ name }) });
  }
  return back(it);
}

async function showReplace(it: Visit, shown?: Shown): Promise<Response> {
  const connection = await connectionOf(it);
  const offer = connection && offerOf(it.gateways, connection.kind);
  if (!offer || !needsAccount(offer)) return back(it);
  return page(it, gatewayMessages(it.visit.location.locale).replaceTitle({ name: offer.name }), {
    status: shown ? 422 : 200,
    content: <ReplaceForm {...aroundOf(it)} offer={offer} connection={connection} shown={shown ?? NOTHING_TYPED} />,
  });
}

async function replace(it: Visit): Promise<Response> {
  const { core, visit, c } = it;
  const { organizationId, location, now } = visit;
  const text = gatewayMessages(location.locale);
  const connection = await connectionOf(it);
  const offer = connection && offerOf(it.gateways, connection.kind);
  if (!offer || !needsAccount(offer)) return back(it);
  const form = await readForm(c, keyForm(offer));
  const typed = harmless(offer, form.typed);
  if (!form.ok) return showReplace(it, { wrong: Object.keys(form.errors), problems: [], typed });
  const settings = settingsOf(offer, form.values);
  const place = { organizationId, locationId: location.id, currency: location.currency, now };
  const done = await replaceKey(core, { ...place, connection, offer, settings });
  if (done.kind === 'problems') {
    const problems = done.problems.map((problem) => problemText(problem, location, connection.live));
    return showReplace(it, { wrong: [], problems, typed });
  }
  const replaced = done.kind === 'replaced';
  setFlash(c, replaced ? { tone: 'good', text: text.nowReplaced } : { tone: 'bad', text: text.gone });
  return back(it);
}

async function check(it: Visit): Promise<Response> {
  const { core, gateways, visit, c } = it;
  const connection = await meant(it);
  const offer = connection && offerOf(gateways, connection.kind);
  if (!offer) return back(it);
  const { organizationId, location, now } = visit;
  const text = gatewayMessages(location.locale);
  const place = { organizationId, locationId: location.id, currency: location.currency, now };
  const problems = await checkConnection(core, gateways, { ...place, connection });
  if (problems.length === 0) await listenTo(core, gateways, organizationId, connection.id);
  const good = problems.length === 0;
  setFlash(c, { tone: good ? 'good' : 'bad', text: good ? text.checkedGood({ name: offer.name }) : text.checkedBad });
  return back(it);
}

async function saveUses(it: Visit): Promise<Response> {
  const { core, visit, c } = it;
  const form = await readForm(
    c,
    z.object({ connectionId: z.string(), forPackages: z.string().optional(), forInvoices: z.string().optional() }),
  );
  const connection = await connectionOf(it);
  if (!form.ok || connection?.id !== form.values.connectionId) return back(it);
  const uses = {
    forPackages: form.values.forPackages !== undefined,
    forInvoices: form.values.forInvoices !== undefined,
  };
  await changeUses(core, visit.organizationId, connection.id, uses);
  const text = gatewayMessages(visit.location.locale);
  const some = uses.forPackages || uses.forInvoices;
  setFlash(c, { tone: some ? 'good' : 'plain', text: some ? text.usesSaved : text.usesNone });
  return back(it);
}

async function showDisconnect(it: Visit): Promise<Response> {
  const { core, gateways, visit } = it;
  const connection = await connectionOf(it);
  if (!connection) return back(it);
  const pending = await core.database.read(visit.organizationId, (db) => pendingAt(db, connection.id));
  const name = offerOf(gateways, connection.kind)?.name ?? connection.kind;
  return page(it, gatewayMessages(visit.location.locale).disconnectTitle({ name }), {
    content: <DisconnectForm {...aroundOf(it)} connection={connection} pending={pending} />,
  });
}

async function disconnect(it: Visit): Promise<Response> {
  const { core, gateways, visit, c } = it;
  const connection = await meant(it);
  if (!connection) return back(it);
  const { organizationId, location, now } = visit;
  await core.database.write(organizationId, (tx) =>
    disconnectGateway(tx, { organizationId, connectionId: connection.id, now }),
  );
  const name = offerOf(gateways, connection.kind)?.name ?? connection.kind;
  setFlash(c, { tone: 'good', text: gatewayMessages(location.locale).nowDisconnected({ name }) });
  return back(it);
}

/** The connection that the page showed; another one that was made since is not meant. */
async function meant(it: Visit): Promise<Connection | undefined> {
  const form = await readForm(it.c, z.object({ connectionId: z.string() }));
  const connection = await connectionOf(it);
  return form.ok && form.values.connectionId === connection?.id ? connection : undefined;
}

type Shape = { content: Element; status?: 200 | 422 };

function page(it: Visit, title: string, { content, status = 200 }: Shape): Response {
  const text = gatewayMessages(it.visit.location.locale);
  const isIndex = title === text.gateways;
  return administratorPage(it.c, it.visit, {
    title,
    current: 'gateways',
    width: 'normal',
    status,
    children: (
      <>
        <PageHead
          title={title}
          {...(isIndex
            ? { eyebrow: text.settings, lead: text.gatewaysLead }
            : { back: { href: aroundOf(it).at, label: text.back } })}
        />
        {content}
      </>
    ),
  });
}

function offerIn({ gateways, c }: Visit): GatewayOffer {
  const offer = offerOf(gateways, c.req.param('kind') ?? '');
  if (!offer) throw new NotFound();
  return offer;
}

function aroundOf({ core, visit }: Visit): Around {
  const at = `/l/${visit.location.slug}/settings/payment-gateways`;
  return { location: visit.location, at, url: core.config.baseUrl };
}

function back(it: Visit): Response {
  return it.c.redirect(aroundOf(it).at, 303);
}

async function connectionOf({ core, visit }: Visit): Promise<Connection | undefined> {
  return await core.database.read(visit.organizationId, (db) => connectionAt(db, visit.location.id));
}
