import type { Ctx } from '../../platform/http/routes.ts';
import { Button } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { accountMessages } from './account-messages.ts';
import { plainPage } from './frame.tsx';
import { PasskeyForm } from './passkey-form.tsx';
import type { SecondFactors } from './second-factor.ts';
import { secondFactorMessages } from './second-factor-messages.ts';
import type { Wrong } from './second-factor-pages.tsx';

const text = secondFactorMessages('en');
const account = accountMessages('en');

type Shown = { to: string; isDemo: boolean; email: string };

/** Asks for what was set up: a passkey, a code of the app, or a recovery code when both are lost. */
export function showPage(c: Ctx, it: Shown & { factors: SecondFactors; wrong: Wrong }): Response {
  const { factors, wrong, to } = it;
  return plainPage(c, {
    title: text.showTitle,
    status: Object.keys(wrong).length > 0 ? 422 : 200,
    children: (
      <>
        <PageHead title={text.showTitle} lead={text.showLead} />
        {it.isDemo && <Notice tone="info">{text.demo}</Notice>}
        {wrong.passkey && (
          <Notice tone="bad" role="alert" takeFocus>
            {account.problem({ problem: wrong.passkey })}
          </Notice>
        )}
        {factors.passkeys > 0 && (
          <PasskeyForm
            action="/second-factor/passkey"
            options="/second-factor/passkey/options"
            kind="get"
            label={text.usePasskey}
            tone="primary"
            to={to}
          />
        )}
        {factors.hasApp && <AppCode to={to} wrong={wrong.code} isOnly={factors.passkeys === 0} />}
        <Lost {...it} />
        <SignOut />
      </>
    ),
  });
}

function AppCode({ to, wrong, isOnly }: { to: string; wrong: Wrong['code']; isOnly: boolean }) {
  return (
    <Form action="/second-factor/code" fields={{ to }}>
      <Field
        name="code"
        label={text.code}
        hint={text.codeHint}
        error={wrong && text[wrong]}
        invalidText={text.codeShape}
        autocomplete="one-time-code"
        inputmode="numeric"
        pattern="\s*(\d[\s\-]*){6}"
        width="short"
        required
        autofocus={isOnly || wrong !== undefined}
      />
      <FormActions>
        <Button tone={isOnly ? 'primary' : 'secondary'}>{text.go}</Button>
      </FormActions>
    </Form>
  );
}

function Lost({ to, factors, wrong, email }: Shown & { factors: SecondFactors; wrong: Wrong }) {
  return (
    <Card title={text.lost}>
      <div class="stack">
        {factors.recoveryCodes > 0 && (
          <Form action="/second-factor/recovery" fields={{ to }}>
            <Field
              name="recovery"
              label={text.recovery}
              hint={text.recoveryHint}
              error={wrong.recovery && text[wrong.recovery]}
              autocomplete="off"
              maxlength={40}
              spellcheck={false}
              required
            />
            <FormActions>
              <Button>{text.useRecovery}</Button>
            </FormActions>
          </Form>
        )}
        <p>{text.lostAll}</p>
        <p>
          <code>{text.lostCommand({ email })}</code>
        </p>
      </div>
    </Card>
  );
}

/** For whoever has nothing to show yet: what they can set up, and what each is. */
export function setUpPage(c: Ctx, { to, isDemo }: Shown): Response {
  const backTo = `/account/recovery-codes?to=${encodeURIComponent(to)}`;
  return plainPage(c, {
    title: text.setUpTitle,
    children: (
      <>
        <PageHead title={text.setUpTitle} lead={text.setUpLead} />
        {isDemo && <Notice tone="info">{text.demo}</Notice>}
        <Card title={text.passkeyTitle}>
          <div class="stack">
            <p>{text.passkeyLead}</p>
            <PasskeyForm
              action="/account/passkeys/add"
              options="/account/passkeys/options"
              kind="create"
              label={account.addPasskey}
              tone="primary"
              to={backTo}
            />
          </div>
        </Card>
        <Card title={text.appTitle}>
          <div class="stack">
            <p>{text.appLead}</p>
            <Form action="/account/app" fields={{ to }}>
              <FormActions>
                <Button>{account.appSetUp}</Button>
              </FormActions>
            </Form>
          </div>
        </Card>
        <SignOut />
      </>
    ),
  });
}

function SignOut() {
  return (
    <Form action="/sign-out">
      <FormActions>
        <Button tone="quiet" icon="signOut">
          {text.signOut}
        </Button>
      </FormActions>
    </Form>
  );
}
