import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import { inputName } from './connect-form.ts';
import type { Connection, Uses } from './connections.ts';
import type { GatewayOffer } from './gateway.ts';
import { gatewayMessages } from './gateway-messages.ts';
import { type Around, Bullets, ConnectionFacts, isAtHome, needsAccount, UsesFields } from './gateway-parts.tsx';
import type { Pending } from './parting.ts';

/** What a form shows again: what is wrong with which field, what is wrong besides, and what was typed that is no secret. */
export type Shown = { wrong: string[]; problems: string[]; typed: Record<string, string> };

export const NOTHING_TYPED: Shown = { wrong: [], problems: [], typed: {} };

type Connecting = Around & { offer: GatewayOffer; connectionId: string; uses: Uses; shown: Shown };

/** Connecting a gateway: what it needs to know, and what it may be used for. */
export function ConnectForm({ location, at, url, offer, connectionId, uses, shown }: Connecting) {
  const text = gatewayMessages(location.locale);
  return (
    <>
      <Wrong location={location} offer={offer} shown={shown} />
      <Card id="connect-gateway">
        <Form action={`${at}/${offer.kind}/connect`} fields={{ connectionId }}>
          {needsAccount(offer) && isAtHome(url) && <Notice tone="warn" title={text.keepKeysApart({ url })} />}
          <SettingFields location={location} offer={offer} shown={shown} />
          <UsesFields location={location} uses={uses} />
          <FormActions>
            <Button tone="primary" id="confirm-connect" pendingLabel={text.connecting}>
              {text.connectNamed({ name: offer.name })}
            </Button>
            <ButtonLink href={at}>{text.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </Card>
    </>
  );
}

/** Replacing the key of the connected gateway by another one of the same account. */
export function ReplaceForm(props: Around & { offer: GatewayOffer; connection: Connection; shown: Shown }) {
  const { location, at, offer, connection, shown } = props;
  const text = gatewayMessages(location.locale);
  return (
    <>
      <Wrong location={location} offer={offer} shown={shown} />
      <Card id="replace-gateway-key">
        <Form action={`${at}/replace-key`}>
          <p>{text.replaceWhat({ account: connection.account })}</p>
          <SettingFields location={location} offer={offer} shown={shown} />
          <FormActions>
            <Button tone="primary" id="confirm-replace" pendingLabel={text.connecting}>
              {text.replaceConfirm}
            </Button>
            <ButtonLink href={at}>{text.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </Card>
    </>
  );
}

/** What parting from a gateway means, before it is done. */
export function DisconnectForm(props: Around & { connection: Connection; pending: Pending }) {
  const { location, at, connection, pending } = props;
  const text = gatewayMessages(location.locale);
  const nothing = pending.payments + pending.refunds === 0;
  return (
    <Card id="disconnect-gateway">
      <div class="stack">
        <ConnectionFacts location={location} connection={connection} />
        <Bullets
          texts={[
            text.disconnectWhat,
            nothing ? text.disconnectNothingPending : text.disconnectPending(pending),
            text.disconnectKey,
            text.disconnectCards,
          ]}
        />
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

function Wrong({ location, offer, shown }: { location: Location; offer: GatewayOffer; shown: Shown }) {
  const text = gatewayMessages(location.locale);
  const fields = offer.fields.filter(({ name }) => shown.wrong.includes(inputName(name)));
  return (
    <ErrorSummary
      locale={location.locale}
      title={fields.length > 0 ? undefined : text.notConnected}
      errors={[
        ...fields.map(({ name, label }) => ({
          fieldId: `field-${inputName(name)}`,
          text: text.wrongValue({ label }),
        })),
        ...shown.problems.map((problem) => ({ text: problem })),
      ]}
    />
  );
}

/** A secret is typed anew each time: it is never sent back to a browser. */
function SettingFields({ location, offer, shown }: { location: Location; offer: GatewayOffer; shown: Shown }) {
  const text = gatewayMessages(location.locale);
  return (
    <>
      {offer.fields.map(({ name, label, hint, secret, pattern }) => {
        const input = inputName(name);
        return (
          <Field
            name={input}
            label={label}
            hint={secret ? `${hint} ${text.secretHint}` : hint}
            type={secret ? 'password' : 'text'}
            value={secret ? undefined : shown.typed[input]}
            pattern={pattern.source}
            invalidText={text.wrongValue({ label })}
            error={shown.wrong.includes(input) ? text.wrongValue({ label }) : undefined}
            autocomplete="off"
            spellcheck={false}
            required
          />
        );
      })}
    </>
  );
}
