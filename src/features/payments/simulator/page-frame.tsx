import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { simulatorMessages } from './messages.ts';

export type Page = {
  locale: string;
  baseUrl: string;
  heading: string;
  /** Other sites that a form's answer may redirect to. */
  formsLeadTo: (string | null)[];
  status?: number;
  /** For pages with lists; what payers see is narrow. */
  wide?: boolean;
  /** Between the badge and the page: where else one can go. */
  above?: Child;
  body: Child;
};

/** A page of the test gateway: nothing inline, no script, and a look that nobody takes for the product's. */
export function sendPage(c: Context, page: Page): Response | Promise<Response> {
  const text = simulatorMessages(page.locale);
  // A redirect after a POST counts as the form's target, so the merchant's own site has to be named.
  const targets = page.formsLeadTo.filter((url) => url !== null).map((url) => new URL(url).origin);
  c.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'self'; form-action ${["'self'", ...new Set(targets)].join(' ')}; base-uri 'none'; ` +
      "frame-ancestors 'none'",
  );
  c.header('Cache-Control', 'no-store');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'same-origin');
  return c.html(
    html`<!doctype html>${(
      <html lang={page.locale}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="robots" content="noindex" />
          <title>{text.title}</title>
          <link rel="stylesheet" href={`${page.baseUrl}/styles.css`} />
        </head>
        <body class={page.wide ? 'wide' : undefined}>
          <header>
            <p>
              <strong>{text.badge}</strong> <span>{text.noRealMoney}</span>
            </p>
            {page.above}
          </header>
          <main>
            <h1>{page.heading}</h1>
            {page.body}
          </main>
        </body>
      </html>
    )}`,
    (page.status ?? 200) as ContentfulStatusCode,
  );
}
