import type { Ctx } from '../../platform/http/routes.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { accountMessages } from './account-messages.ts';
import type { Asked } from './asked.ts';
import { plainPage } from './frame.tsx';
import { signInMessages } from './messages.ts';
import type { PasskeyProblem } from './passkey-answers.ts';
import { PasskeyForm } from './passkey-form.tsx';

const text = signInMessages('en');

/** Asks for the address. */
export function signInPage(
  c: Ctx,
  it: { to: string; typed?: string; error?: string | undefined; problem?: PasskeyProblem },
): Response {
  return plainPage(c, {
    title: text.signIn,
    status: it.error !== undefined || it.problem ? 422 : 200,
    children: (
      <>
        <PageHead title={text.signIn} lead={text.signInLead} />
        <PasskeyRefusedNotice problem={it.problem} />
        <Form action="/sign-in" fields={{ to: it.to }}>
          <Field
            name="email"
            type="email"
            label={text.email}
            value={it.typed}
            error={it.error}
            invalidText={text['email-invalid']}
            autocomplete="username webauthn"
            inputmode="email"
            maxlength={254}
            required
            autofocus
          />
          <FormActions>
            <Button tone="primary">{text.sendCode}</Button>
          </FormActions>
        </Form>
        <ByPasskey to={it.to} autofill />
      </>
    ),
  });
}

/** Says the same to every address: who is known here is nobody's business. */
export function noMailPage(c: Ctx, it: { to: string; problem?: PasskeyProblem }): Response {
  return plainPage(c, {
    title: text.signIn,
    status: it.problem ? 422 : 200,
    children: (
      <>
        <PageHead title={text.signIn} />
        <PasskeyRefusedNotice problem={it.problem} />
        <ByPasskey to={it.to} />
        <Notice tone="info" title={text.noMailTitle}>
          <p>{text.noMail}</p>
          <p>
            <code>{text.noMailCommand}</code>
          </p>
        </Notice>
      </>
    ),
  });
}

function ByPasskey({ to, autofill = false }: { to: string; autofill?: boolean }) {
  return (
    <Card>
      <PasskeyForm
        action="/sign-in/passkey"
        options="/sign-in/passkey/options"
        kind="get"
        label={text.passkey}
        to={to}
        autofill={autofill}
      >
        <p>{text.passkeyLead}</p>
      </PasskeyForm>
    </Card>
  );
}

function PasskeyRefusedNotice({ problem }: { problem: PasskeyProblem | undefined }) {
  if (!problem) return null;
  return (
    <Notice tone="bad" role="alert" takeFocus>
      {accountMessages('en').problem({ problem })}
    </Notice>
  );
}

/** Too many tries by this network or person: nothing was looked at. */
export function tooManyPage(c: Ctx, minutes: string): Response {
  c.header('Retry-After', String(Number(minutes) * 60));
  return plainPage(c, {
    title: text.wait,
    status: 429,
    children: <PageHead title={text.wait} lead={accountMessages('en').tooManyTries({ minutes })} />,
  });
}

/** Asks for the mailed code. Says the same whether the address is known or not. */
export function codePage(
  c: Ctx,
  asked: Asked,
  it: { isDemo: boolean; typed?: string; wrong?: 'codeShape' | 'codeWrong' },
): Response {
  return plainPage(c, {
    title: text.codeTitle,
    status: it.wrong ? 422 : 200,
    children: (
      <>
        <PageHead title={text.codeTitle} lead={text.codeLead({ email: asked.email })} />
        {it.isDemo && (
          <Notice tone="info" actions={<ButtonLink href="/outbox">{text.openOutbox}</ButtonLink>}>
            {text.demoOutbox}
          </Notice>
        )}
        <Form action="/sign-in/code">
          <Field
            name="code"
            label={text.code}
            hint={text.codeHint}
            value={it.typed}
            error={it.wrong && text[it.wrong]}
            invalidText={text.codeShape}
            autocomplete="one-time-code"
            inputmode="numeric"
            pattern="\s*(\d[\s\-]*){6}"
            width="short"
            required
            autofocus
          />
          <FormActions>
            <Button tone="primary">{text.enter}</Button>
          </FormActions>
        </Form>
        <Card>
          <div class="stack-tight">
            <p>{text.atMost}</p>
            <Form action="/sign-in" fields={{ email: asked.email, to: asked.to }}>
              <FormActions>
                <Button>{text.again}</Button>
                <ButtonLink href={`/sign-in?to=${encodeURIComponent(asked.to)}`} tone="quiet">
                  {text.otherAddress}
                </ButtonLink>
              </FormActions>
            </Form>
          </div>
        </Card>
      </>
    ),
  });
}

/** What a mailed link opens. Only the button signs in, because mailboxes open links by themselves. */
export function linkPage(c: Ctx, it: { organization: string; email: string; to: string }): Response {
  const title = text.linkTitle(it);
  return plainPage(c, {
    title,
    children: (
      <>
        <PageHead title={title} lead={text.linkLead(it)} />
        <Form action={c.req.path} fields={{ to: it.to }}>
          <FormActions>
            <Button tone="primary">{text.enter}</Button>
          </FormActions>
        </Form>
      </>
    ),
  });
}

/** The link was used, has expired, or never was one. */
export function linkUsedPage(c: Ctx): Response {
  return plainPage(c, {
    title: text.linkUsedTitle,
    status: 404,
    children: (
      <>
        <PageHead title={text.linkUsedTitle} lead={text.linkUsed} />
        <ButtonLink href="/sign-in" tone="primary">
          {text.askAgain}
        </ButtonLink>
      </>
    ),
  });
}
