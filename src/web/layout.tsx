import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { assetUrl } from './assets.ts';
import { shellMessages } from './messages.ts';
import { AdministratorNavigation, MemberNavigation, type NavItem, ThemeChoice } from './navigation.tsx';
import { Icon } from './ui/icon.tsx';
import { Toast, type ToastProps } from './ui/toast.tsx';

export type { NavItem } from './navigation.tsx';

export type Shell = {
  locale: string;
  theme: 'system' | 'light' | 'dark';
  requestId: string;
  /** There is no token in forms: the server checks where a request comes from. */
  csrf?: never;
  /** Path and query of this page: where the appearance form returns to. */
  path: string;
  /** The location's name, shown beside the logo. */
  place?: string;
  /** Where else this person is at home; with more than one the name beside the logo opens the list. */
  places?: { href: string; label: string; current: boolean }[];
  nav?: { kind: 'member' | 'administrator'; items: NavItem[]; switchTo?: { href: string; label: string } };
  /** A loud line on every page, such as that no real money moves. */
  banner?: string;
  person?: { name: string; href: string };
  flash?: Omit<ToastProps, 'locale'>;
};

export type PageProps = {
  shell: Shell;
  title: string;
  /** A `Sheet` above the page. */
  dialog?: Child;
  /** A page that waits for something looks again after this time. */
  refreshAfterMs?: number;
  /** Leads to another site at once, as an ordinary page load: Turbo cannot follow there. */
  goTo?: string;
  /** `narrow` for forms and reading, `wide` for tables. */
  width?: 'narrow' | 'normal' | 'wide';
  children?: Child;
};

/** A whole document. */
export function Page(props: PageProps) {
  const { shell } = props;
  const text = shellMessages(shell.locale);
  const kind = shell.nav?.kind ?? 'plain';
  return (
    <html lang={shell.locale} data-theme={shell.theme}>
      <Head {...props} />
      <body class={`app app-${kind}`} data-refresh-after={props.refreshAfterMs}>
        <a class="skip-link" href="#main">
          {text.skipToContent}
        </a>
        {shell.banner && (
          <aside class="banner" aria-label={text.testMode}>
            <Icon name="alert" />
            <span>{shell.banner}</span>
          </aside>
        )}
        {kind === 'administrator' ? <AdministratorNavigation shell={shell} /> : <MemberNavigation shell={shell} />}
        <div class="page-frame">
          <main id="main" class={`page page-${props.width ?? 'normal'}`} tabindex={-1}>
            <div class="announcer sr-only" id="announcer" aria-live="polite" data-turbo-permanent />
            {props.dialog}
            {shell.flash && <Toast locale={shell.locale} {...shell.flash} />}
            {props.children}
          </main>
          {kind !== 'administrator' && (
            <footer class="page-foot">
              <ThemeChoice shell={shell} />
            </footer>
          )}
        </div>
        <template id="connection-lost">
          <Toast locale={shell.locale} tone="bad" text={text.connectionLost} />
        </template>
      </body>
    </html>
  );
}

function Head({ shell, title, refreshAfterMs, goTo }: PageProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <title>{`${title} · Roost`}</title>
      <meta
        name="viewport"
        content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
      />
      <link rel="stylesheet" href={assetUrl('app.css')} data-turbo-track="reload" />
      {/* The styles have the line to themselves: neither script nor font is needed for the first paint. */}
      <script type="module" src={assetUrl('app.js')} fetchpriority="low" data-turbo-track="reload" />
      <link rel="icon" type="image/svg+xml" href={assetUrl('icon.svg')} />
      <meta name="color-scheme" content={shell.theme === 'system' ? 'light dark' : shell.theme} />
      {/* Balances must never come from a cache, and a page that looks again keeps what is typed. */}
      <meta name="turbo-cache-control" content="no-cache" />
      <meta name="turbo-prefetch" content="false" />
      <meta name="turbo-refresh-method" content="morph" />
      <meta name="turbo-refresh-scroll" content="preserve" />
      {goTo !== undefined && (
        <>
          <meta name="turbo-visit-control" content="reload" />
          <meta http-equiv="refresh" content={`0;url=${new URL(goTo).href}`} />
        </>
      )}
      {refreshAfterMs !== undefined && (
        <noscript>
          <meta http-equiv="refresh" content={String(Math.max(1, Math.ceil(refreshAfterMs / 1000)))} />
        </noscript>
      )}
    </head>
  );
}

/** The document as text, with its doctype. Pages are complete when they are rendered: nothing in them may be asynchronous. */
export function renderPage(element: JSX.Element): string {
  const html = element.toString();
  if (typeof html !== 'string') throw new Error('a page must not contain asynchronous parts');
  return `<!doctype html>${html}`;
}
