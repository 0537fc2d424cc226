import type { Ctx } from '../../platform/http/routes.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { accountMessages } from './account-messages.ts';
import { plainPage } from './frame.tsx';
import { QrCode } from './qr-code.tsx';
import { base32, totpUri } from './totp.ts';

const text = accountMessages('en');

type App = {
  secret: Buffer;
  issuer: string;
  account: string;
  to: string;
  wrong: 'codeShape' | 'appCodeWrong' | undefined;
};

/** The secret of an app that is being set up, to scan or to type, and the code that proves it arrived. */
export function appPage(c: Ctx, it: App): Response {
  const secret = base32(it.secret).match(/.{1,4}/g)!;
  return plainPage(c, {
    title: text.appTitle,
    status: it.wrong ? 422 : 200,
    children: (
      <>
        <PageHead title={text.appTitle} lead={text.appLead} />
        <Card>
          <div class="stack">
            <QrCode text={totpUri(it)} label={text.appQr} />
            <p>{text.appSecret}</p>
            <p>
              <code data-testid="app-secret">{secret.join(' ')}</code>
            </p>
          </div>
        </Card>
        <Form action="/account/app/confirm" fields={{ to: it.to }} turbo={false}>
          <Field
            name="code"
            label={text.appCode}
            hint={text.appCodeHint}
            error={it.wrong && text[it.wrong]}
            invalidText={text.codeShape}
            autocomplete="one-time-code"
            inputmode="numeric"
            pattern="\s*(\d[\s\-]*){6}"
            width="short"
            required
            autofocus={it.wrong !== undefined}
          />
          <FormActions>
            <Button tone="primary">{text.appConfirm}</Button>
            <ButtonLink href={it.to} tone="quiet">
              {text.recoveryLater}
            </ButtonLink>
          </FormActions>
        </Form>
      </>
    ),
  });
}

/** Before codes are made: they take the place of those from before. */
export function makeCodesPage(c: Ctx, to: string): Response {
  return plainPage(c, {
    title: text.recoveryCodes,
    children: (
      <>
        <PageHead title={text.recoveryCodes} lead={text.recoveryMakeLead} />
        {/* Answered by the codes themselves: no page of theirs could be opened again. */}
        <Form action="/account/recovery-codes" fields={{ to }} turbo={false}>
          <FormActions>
            <Button tone="primary">{text.recoveryMake}</Button>
            <ButtonLink href={to} tone="quiet">
              {text.recoveryLater}
            </ButtonLink>
          </FormActions>
        </Form>
      </>
    ),
  });
}

/** The codes, once. */
export function codesPage(c: Ctx, { codes, to }: { codes: string[]; to: string }): Response {
  return plainPage(c, {
    title: text.recoveryTitle,
    children: (
      <>
        <PageHead title={text.recoveryTitle} lead={text.recoveryLead} />
        <Card>
          <ol class="stack-tight" data-testid="recovery-codes">
            {codes.map((code) => (
              <li>
                <code>{code}</code>
              </li>
            ))}
          </ol>
        </Card>
        <ButtonLink href={to} tone="primary">
          {text.recoveryDone}
        </ButtonLink>
      </>
    ),
  });
}
