import type { Core } from '../../platform/core.ts';
import type { Ctx } from '../../platform/http/routes.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { accountMessages } from './account-messages.ts';
import { type Device, deviceNames, devicesOf } from './devices.ts';
import { ownPage } from './frame.tsx';
import { PasskeyForm } from './passkey-form.tsx';
import { type Passkey, passkeysOf } from './passkeys.ts';
import { hasSecondFactor, type SecondFactors, secondFactorsOf } from './second-factor.ts';
import { secondFactorMessages } from './second-factor-messages.ts';
import type { AtLocation } from './visit.ts';

type Shown = { visit: AtLocation; here: string; at: (instant: Date) => string };

/** One's own ways to sign in, and where one is signed in. */
export async function showAccount(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, user, now } = visit;
  const text = accountMessages(location.locale);
  const { passkeys, devices, factors } = await core.database.read(visit.organizationId, async (db) => ({
    passkeys: await passkeysOf(db, user.id),
    devices: await devicesOf(db, user.id, now),
    factors: await secondFactorsOf(db, user.id),
  }));
  const written = new Intl.DateTimeFormat(location.locale, {
    timeZone: location.timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const shown: Shown = {
    visit,
    here: `/l/${location.slug}/account`,
    at: (instant) => written.format(instant),
  };
  return ownPage(c, visit, {
    title: text.title,
    width: 'narrow',
    children: (
      <>
        <PageHead title={text.title} lead={text.lead} back={{ href: `/l/${location.slug}/more`, label: text.back }} />
        <Address visit={visit} />
        <Passkeys {...shown} passkeys={passkeys} />
        {factors.mustShow && <SecondFactor {...shown} factors={factors} isDemo={core.config.demo} />}
        <Devices {...shown} devices={devices} />
      </>
    ),
  });
}

function Address({ visit }: { visit: AtLocation }) {
  const text = accountMessages(visit.location.locale);
  return (
    <Card title={text.address}>
      <p class="mb-3">{text.addressLead({ email: visit.user.email })}</p>
      <ButtonLink href="/account/address">{text.addressChange}</ButtonLink>
    </Card>
  );
}

function Passkeys({ visit, here, at, passkeys }: Shown & { passkeys: Passkey[] }) {
  const text = accountMessages(visit.location.locale);
  return (
    <Card title={text.passkeys}>
      <div class="stack">
        <p>{text.passkeysLead}</p>
        {passkeys.length === 0 ? (
          <p>{text.noPasskeys}</p>
        ) : (
          <ul class="stack">
            {passkeys.map((passkey) => (
              <PasskeyRow visit={visit} here={here} at={at} passkey={passkey} />
            ))}
          </ul>
        )}
        <PasskeyForm
          action="/account/passkeys/add"
          options="/account/passkeys/options"
          kind="create"
          label={text.addPasskey}
          to={here}
        >
          <Field name="name" label={text.passkeyName} hint={text.passkeyNameHint} maxlength={60} autocomplete="off" />
        </PasskeyForm>
      </div>
    </Card>
  );
}

function PasskeyRow({ visit, here, at, passkey }: Shown & { passkey: Passkey }) {
  const text = accountMessages(visit.location.locale);
  const { id, name } = passkey;
  const used = passkey.usedAt
    ? text.lastUsed({ at: at(passkey.usedAt) })
    : text.neverUsed({ at: at(passkey.createdAt) });
  return (
    <li id={`passkey-${id}`}>
      <p>
        <strong>{name}</strong> {passkey.isCopied && <Badge tone="bad">{text.copied}</Badge>}
        {!passkey.verified && !passkey.isCopied && <Badge>{text.noVerification}</Badge>}
      </p>
      <p>{passkey.isCopied ? text.copiedLead : used}</p>
      <FormActions>
        <details>
          <summary class="button button-secondary button-small" aria-label={text.renamePasskey({ name })}>
            {text.rename}
          </summary>
          <Form action="/account/passkeys/name" fields={{ id, to: here }}>
            <Field
              id={`name-${id}`}
              name="name"
              label={text.name}
              value={name}
              maxlength={60}
              autocomplete="off"
              required
            />
            <FormActions>
              <Button size="small" label={text.renamePasskey({ name })}>
                {text.rename}
              </Button>
            </FormActions>
          </Form>
        </details>
        <Form action="/account/passkeys/remove" fields={{ id, to: here }} layout="plain">
          <Button size="small" tone="quiet" label={text.removePasskey({ name })}>
            {text.remove}
          </Button>
        </Form>
      </FormActions>
    </li>
  );
}

function SecondFactor({ visit, here, factors, isDemo }: Shown & { factors: SecondFactors; isDemo: boolean }) {
  const text = accountMessages(visit.location.locale);
  const has = hasSecondFactor(factors);
  const left = factors.recoveryCodes;
  return (
    <Card title={text.secondFactor}>
      <div class="stack">
        <p>{text.secondFactorLead}</p>
        {isDemo && <p>{secondFactorMessages(visit.location.locale).demo}</p>}
        {!has && <Notice tone="warn">{text.secondFactorMissing}</Notice>}
        {factors.hasApp ? (
          <Form action="/account/app/remove" fields={{ to: here }}>
            <p>{text.appThere}</p>
            <FormActions>
              <Button tone="quiet">{text.appRemove}</Button>
            </FormActions>
          </Form>
        ) : (
          <Form action="/account/app" fields={{ to: here }}>
            <FormActions>
              <Button>{text.appSetUp}</Button>
            </FormActions>
          </Form>
        )}
        {has && (
          <>
            <p>{left > 0 ? text.recoveryLeft({ left: String(left) }) : text.recoveryNone}</p>
            <ButtonLink href={`/account/recovery-codes?to=${encodeURIComponent(here)}`}>
              {left > 0 ? text.recoveryMakeNew : text.recoveryMake}
            </ButtonLink>
          </>
        )}
      </div>
    </Card>
  );
}

function Devices({ visit, here, at, devices }: Shown & { devices: Device[] }) {
  const text = accountMessages(visit.location.locale);
  return (
    <Card title={text.devices}>
      <div class="stack">
        <p>{text.devicesLead}</p>
        <ul class="stack">
          {devices.map(({ sessionId, userAgent, since, seenAt }) => {
            const device = text.device(deviceNames(userAgent));
            return (
              <li id={`device-${sessionId}`}>
                <p>
                  <strong>{device}</strong>{' '}
                  {sessionId === visit.sessionId && <Badge tone="good">{text.thisDevice}</Badge>}
                </p>
                <p>{`${text.seen({ at: at(seenAt) })}, ${text.signedInAt({ at: at(since) })}`}</p>
                <Form action="/account/devices/sign-out" fields={{ id: sessionId, to: here }} layout="plain">
                  <Button size="small" tone="quiet" label={text.signOutDeviceNamed({ device, at: at(seenAt) })}>
                    {text.signOutDevice}
                  </Button>
                </Form>
              </li>
            );
          })}
        </ul>
        <Form action="/account/devices/sign-out-all">
          <p>{text.signOutEverywhereLead}</p>
          <FormActions>
            <Button icon="signOut">{text.signOutEverywhere}</Button>
          </FormActions>
        </Form>
      </div>
    </Card>
  );
}
