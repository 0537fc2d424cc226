import { Page, type Shell } from './layout.tsx';
import { shellMessages } from './messages.ts';
import { ButtonLink } from './ui/button.tsx';
import { Logo } from './ui/logo.tsx';

export type ErrorPageProps = {
  shell: Shell;
  kind: 'notFound' | 'forbidden' | 'failed' | 'unavailable';
  /** What failed, in words; replaces the general sentence. */
  text?: string;
  /** Where Retry leads: this page, when it was asked for by GET. */
  retryHref?: string;
};

/** What failed, what to do, and the number to quote. */
export function ErrorPage({ shell, kind, text, retryHref }: ErrorPageProps) {
  const words = shellMessages(shell.locale);
  const title = words[`${kind}Title`];
  const mayRetry = retryHref !== undefined && kind !== 'notFound';
  return (
    <Page shell={shell} title={title} width="narrow">
      <div class="error-page">
        <Logo markOnly class="error-mark" />
        <h1 class="page-title">{title}</h1>
        <p class="page-lead">{text ?? words[`${kind}Text`]}</p>
        <div class="form-actions">
          {mayRetry && (
            <ButtonLink href={retryHref} tone="primary" icon="refresh" turbo={false}>
              {words.retry}
            </ButtonLink>
          )}
          <ButtonLink href="/" tone={mayRetry ? 'secondary' : 'primary'}>
            {words.home}
          </ButtonLink>
        </div>
        <p class="error-request">
          {words.requestId} <code>{shell.requestId}</code>
          <br />
          {words.requestHelp}
        </p>
      </div>
    </Page>
  );
}
