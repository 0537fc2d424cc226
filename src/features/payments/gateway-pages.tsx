import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, type Element, get, post, type Route } from '../../platform/http/routes.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { paymentMessages } from './messages.ts';
import { type Connection, connectionAt, connectTestGateway, disconnectGateway } from './payments.ts';

const PAGE = '/l/:location/settings/payment-gateways';
const noFields = z.object({});

/** Locations > Settings > Payment gateways: what there is to connect, what is connected, and how to part from it. */
export function gatewayPages(core: Core, guards: Guards): Route[] {
  const settings = guards.administrator('settings');
  return [
    get(PAGE, settings, async (visit, c) => {
      const connection = await connectionOf(core, visit);
      const { location } = visit;
      const at = pageOf(visit);
      return page(
        c,
        visit,
        connection ? <Connected {...{ location, at, connection }} /> : <Available {...{ location, at }} />,
      );
    }),
    post(PAGE, settings, (visit, c) => connect(core, visit, c)),
    get(`${PAGE}/disconnect`, settings, async (visit, c) => {
      const connection = await connectionOf(core, visit);
      if (!connection) return c.redirect(pageOf(visit), 303);
      return page(c, visit, <Disconnect location={visit.location} at={pageOf(visit)} connection={connection} />);
    }),
    post(`${PAGE}/disconnect`, settings, (visit, c) => disconnect(core, visit, c)),
  ];
}

async function connect(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  await readForm(c, noFields);
  const { organizationId, location, now } = visit;
  await core.database.write(organizationId, (tx) =>
    connectTestGateway(tx, core, { organizationId, locationId: location.id, now }),
  );
  setFlash(c, { tone: 'good', text: paymentMessages(location.locale).nowConnected });
  return c.redirect(pageOf(visit), 303);
}

async function disconnect(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const form = await readForm(c, z.object({ connectionId: z.string() }));
  const { organizationId, location, now } = visit;
  await core.database.write(organizationId, async (tx) => {
    const connection = await connectionAt(tx, location.id);
    // The page showed a connection; another one that was made since is not meant.
    if (!connection || !form.ok || form.values.connectionId !== connection.id) return;
    await disconnectGateway(tx, { organizationId, connectionId: connection.id, now });
    setFlash(c, { tone: 'good', text: paymentMessages(location.locale).nowDisconnected });
  });
  return c.redirect(pageOf(visit), 303);
}

function page(c: Ctx, visit: AtLocation, content: Element): Response {
  const text = paymentMessages(visit.location.locale);
  return administratorPage(c, visit, {
    title: text.gateways,
    current: 'gateways',
    width: 'normal',
    children: (
      <>
        <PageHead eyebrow={text.settings} title={text.gateways} lead={text.gatewaysLead} />
        {content}
      </>
    ),
  });
}

function Available({ location, at }: { location: Location; at: string }) {
  const text = paymentMessages(location.locale);
  return (
    <Card title={text.testGateway} id="test-gateway">
      <div class="stack">
        <p>{text.testGatewayWhat}</p>
        <Abilities location={location} />
        <Form action={at}>
          <FormActions>
            <Button tone="primary" id="connect-test-gateway" pendingLabel={text.connecting}>
              {text.connect}
            </Button>
          </FormActions>
        </Form>
      </div>
    </Card>
  );
}

function Connected({ location, at, connection }: { location: Location; at: string; connection: Connection }) {
  const text = paymentMessages(location.locale);
  return (
    <Card title={text.testGateway} id="connected-gateway" actions={<Badge tone="good">{text.connected}</Badge>}>
      <div class="stack">
        {!connection.live && <Notice tone="warn" title={text.testBadge} />}
        <ConnectionFacts location={location} connection={connection} />
        <Abilities location={location} />
        <FormActions>
          <ButtonLink href={`${at}/disconnect`} id="disconnect">
            {text.disconnect}
          </ButtonLink>
        </FormActions>
      </div>
    </Card>
  );
}

function Disconnect({ location, at, connection }: { location: Location; at: string; connection: Connection }) {
  const text = paymentMessages(location.locale);
  return (
    <Card title={text.disconnectTitle} id="disconnect-gateway">
      <div class="stack">
        <ConnectionFacts location={location} connection={connection} />
        <Bullets texts={[text.disconnectWhat, text.disconnectPending, text.disconnectCards]} />
        <Form action={`${at}/disconnect`} fields={{ connectionId: connection.id }}>
          <FormActions>
            <Button tone="danger" id="confirm-disconnect" pendingLabel={text.disconnecting}>
              {text.disconnectConfirm}
            </Button>
            <ButtonLink href={at}>{text.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </div>
    </Card>
  );
}

function ConnectionFacts({ location, connection }: { location: Location; connection: Connection }) {
  const text = paymentMessages(location.locale);
  const { locale, timeZone } = location;
  const since = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Facts
      items={[
        { term: text.account, value: connection.account },
        {
          term: text.since,
          value: <time datetime={connection.connectedAt.toISOString()}>{since.format(connection.connectedAt)}</time>,
        },
      ]}
    />
  );
}

function Abilities({ location }: { location: Location }) {
  const text = paymentMessages(location.locale);
  return (
    <div>
      <h3>{text.testGatewayCan}</h3>
      <Bullets texts={[text.canCards, text.canSave, text.canAtOnce, text.canDecline]} />
    </div>
  );
}

function Bullets({ texts }: { texts: string[] }) {
  return (
    <ul class="list-disc pl-5">
      {texts.map((text) => (
        <li>{text}</li>
      ))}
    </ul>
  );
}

async function connectionOf(core: Core, visit: AtLocation): Promise<Connection | undefined> {
  return await core.database.read(visit.organizationId, (db) => connectionAt(db, visit.location.id));
}

function pageOf(visit: AtLocation): string {
  return `/l/${visit.location.slug}/settings/payment-gateways`;
}
