import type { Child } from 'hono/jsx';
import { Badge } from '../../web/ui/badge.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Checkbox } from '../../web/ui/checkbox.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { Connection, Uses } from './connections.ts';
import type { Gateway, GatewayOffer } from './gateway.ts';
import { gatewayMessages } from './gateway-messages.ts';
import { problemText } from './gateway-problems.ts';
import type { Parting } from './parting.ts';

/** What every part of these pages is told. `at` is the address of the settings' page, `url` that of this Roost. */
export type Around = { location: Location; at: string; url: string };

/** A gateway that could be connected. */
export function Available({ location, at, offer }: Around & { offer: GatewayOffer }) {
  const text = gatewayMessages(location.locale);
  const { name } = offer;
  return (
    <Card
      title={name}
      id={`gateway-${offer.kind}`}
      actions={needsAccount(offer) ? null : <Badge tone="warn">{text.noRealMoney}</Badge>}
    >
      <div class="stack">
        <p>{needsAccount(offer) ? text.gatewayWhat({ name }) : text.testGatewayWhat}</p>
        <Abilities location={location} name={name} can={offer.can} />
        <FormActions>
          <ButtonLink tone="primary" href={`${at}/${offer.kind}/connect`} id={`connect-${offer.kind}`}>
            {text.connectNamed({ name })}
          </ButtonLink>
        </FormActions>
      </div>
    </Card>
  );
}

/** The gateway that is connected, how it is, and what can be done about it. */
export function Connected(
  props: Around & { offer: GatewayOffer; connection: Connection; dashboard: string | undefined },
) {
  const { location, at, offer, connection, dashboard } = props;
  const text = gatewayMessages(location.locale);
  return (
    <Card
      title={offer.name}
      id="connected-gateway"
      actions={
        <>
          <Badge tone={connection.live ? 'accent' : 'warn'}>
            {connection.live ? text.realMoney : text.noRealMoney}
          </Badge>
          <Badge tone="good">{text.connected}</Badge>
        </>
      }
    >
      <div class="stack">
        <Money {...props} live={connection.live} />
        <Problems location={location} connection={connection} />
        <ConnectionFacts location={location} connection={connection} whole />
        <p id="gateway-hints">{connection.sendsHints ? text.hintsCome : text.hintsDoNot}</p>
        <Form action={`${at}/check`} fields={{ connectionId: connection.id }}>
          <FormActions>
            <Button id="check-gateway" pendingLabel={text.checking}>
              {text.checkNow}
            </Button>
          </FormActions>
        </Form>
        <Abilities location={location} name={offer.name} can={offer.can} />
        {dashboard && (
          <p>
            <a href={dashboard} id="simulator-dashboard" data-turbo="false">
              {text.dashboard}
            </a>
          </p>
        )}
        <FormActions>
          {needsAccount(offer) && (
            <ButtonLink href={`${at}/replace-key`} id="replace-key">
              {text.replaceKey}
            </ButtonLink>
          )}
          <ButtonLink href={`${at}/disconnect`} id="disconnect">
            {text.disconnect}
          </ButtonLink>
        </FormActions>
      </div>
    </Card>
  );
}

/** A connection whose gateway this program does not know: it can only be parted from. */
export function UnknownGateway({ location, at, connection }: Around & { connection: Connection }) {
  const text = gatewayMessages(location.locale);
  return (
    <Notice
      tone="bad"
      title={text.unknownGateway({ kind: connection.kind })}
      id="unknown-gateway"
      actions={
        <ButtonLink href={`${at}/disconnect`} id="disconnect">
          {text.disconnect}
        </ButtonLink>
      }
    >
      {text.unknownGatewayWhat}
    </Notice>
  );
}

/** What the connected gateway may be used for. */
export function UsesForm({ location, at, connection }: Around & { connection: Connection }) {
  const text = gatewayMessages(location.locale);
  return (
    <Card title={text.usesTitle} id="gateway-uses">
      <Form action={`${at}/uses`} fields={{ connectionId: connection.id }}>
        <UsesFields location={location} uses={connection} labelledBy="gateway-uses-title" />
        <p class="field-hint">{text.usesWhat}</p>
        <FormActions>
          <Button id="save-uses">{text.saveUses}</Button>
        </FormActions>
      </Form>
    </Card>
  );
}

/** The choice of what a gateway may be used for; `labelledBy` is the heading above it, where there is one. */
export function UsesFields(props: { location: Location; uses: Uses; labelledBy?: string }) {
  const { location, uses, labelledBy } = props;
  const text = gatewayMessages(location.locale);
  return (
    <fieldset aria-labelledby={labelledBy}>
      {!labelledBy && <legend class="field-label">{text.usesTitle}</legend>}
      <div class="form-stack">
        <Checkbox name="forPackages" label={text.forPackages} hint={text.forPackagesHint} checked={uses.forPackages} />
        <Checkbox name="forInvoices" label={text.forInvoices} hint={text.forInvoicesHint} checked={uses.forInvoices} />
      </div>
    </fieldset>
  );
}

/** The gateways besides the connected one. */
export function Others({ location, offers, connected }: Around & { offers: GatewayOffer[]; connected: string }) {
  const text = gatewayMessages(location.locale);
  if (offers.length === 0) return null;
  return (
    <Card title={text.otherGateways} id="other-gateways">
      <div class="stack">
        <p>{text.disconnectFirst({ name: connected })}</p>
        <Bullets texts={offers.map(({ name }) => name)} />
      </div>
    </Card>
  );
}

/** Connections that were ended and still have their key. */
export function Partings({
  location,
  nameOf,
  partings,
}: Around & { nameOf: (kind: string) => string; partings: Parting[] }) {
  const text = gatewayMessages(location.locale);
  if (partings.length === 0) return null;
  return (
    <Card title={text.partedTitle} id="parted-gateways">
      <div class="stack">
        {partings.map(({ kind, account, disconnectedAt, pending }) => (
          <p>
            {text.partedWhat({ name: nameOf(kind), account, time: timeAt(location, disconnectedAt) })}{' '}
            {pending.payments + pending.refunds > 0 ? text.partedPending(pending) : text.partedDone}
          </p>
        ))}
      </div>
    </Card>
  );
}

/** Whether it is real money, said so that nobody can miss it. */
function Money({ location, url, live }: Around & { live: boolean }) {
  const text = gatewayMessages(location.locale);
  if (!live)
    return (
      <Notice tone="warn" title={text.testMode} id="money">
        {text.testModeWhat}
      </Notice>
    );
  return (
    <>
      <Notice tone="info" title={text.liveMode} id="money">
        {text.liveModeWhat}
      </Notice>
      {isAtHome(url) && (
        <Notice tone="warn" title={text.liveHere} id="live-here">
          {text.liveHereWhat({ url })}
        </Notice>
      )}
    </>
  );
}

function Problems({ location, connection }: { location: Location; connection: Connection }) {
  const text = gatewayMessages(location.locale);
  if (connection.problems.length === 0) return null;
  return (
    <Notice tone="bad" title={text.problemsTitle} id="gateway-problems">
      <Bullets texts={connection.problems.map((problem) => problemText(problem, location, connection.live))} />
    </Notice>
  );
}

/** Whose account it is and since when; `whole` with how it is. */
export function ConnectionFacts(props: { location: Location; connection: Connection; whole?: boolean }) {
  const { location, connection } = props;
  const text = gatewayMessages(location.locale);
  const time = (at: Date) => <time datetime={at.toISOString()}>{timeAt(location, at)}</time>;
  const items: { term: string; value: Child; id?: string }[] = [
    { term: text.account, value: connection.account },
    { term: text.since, value: time(connection.connectedAt) },
  ];
  if (props.whole) items.push({ term: text.lastCheck, value: lastCheck(location, connection), id: 'last-check' });
  return <Facts items={items} />;
}

function lastCheck(location: Location, { checkedAt, problems }: Connection): string {
  const text = gatewayMessages(location.locale);
  if (!checkedAt) return text.neverChecked;
  const time = timeAt(location, checkedAt);
  return problems.length === 0 ? text.noProblems({ time }) : text.withProblems({ time, count: problems.length });
}

function Abilities({ location, name, can }: { location: Location; name: string; can: Gateway['can'] }) {
  const text = gatewayMessages(location.locale);
  const refund = { partial: text.canRefundPartial, full: text.canRefundFull, none: text.cannotRefund };
  return (
    <div>
      <h3>{text.abilities}</h3>
      <Bullets
        texts={[
          text.canCards({ name }),
          can.save ? text.canSave : text.cannotSave,
          can.delayed ? text.canDelayed : text.canAtOnce,
          refund[can.refund || 'none'],
        ]}
      />
    </div>
  );
}

export function Bullets({ texts }: { texts: string[] }) {
  return (
    <ul class="list-disc pl-5">
      {texts.map((text) => (
        <li>{text}</li>
      ))}
    </ul>
  );
}

/** The test gateway makes an account by itself; every other one is somebody's. */
export function needsAccount(offer: GatewayOffer): boolean {
  return offer.fields.length > 0;
}

/** A Roost that only its own computer can reach. */
export function isAtHome(url: string): boolean {
  return new URL(url).hostname === 'localhost';
}

function timeAt({ locale, timeZone }: Location, at: Date): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
