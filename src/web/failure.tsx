import type { Ctx } from '../platform/http/routes.ts';
import type { Failure } from '../platform/http/server.ts';
import { ErrorPage } from './error-page.tsx';
import { renderPage, type Shell } from './layout.tsx';

/** A failure as a page: what failed, Retry, the request's number. The rest of the site stays as it is. */
export function failurePage(c: Ctx, shell: Shell, failure: Failure): Response {
  c.header('Cache-Control', 'no-store');
  if (failure.status === 503) c.header('Retry-After', '5');
  const url = new URL(c.req.url);
  const retry = c.req.method === 'GET' ? { retryHref: url.pathname + url.search } : {};
  return c.html(renderPage(<ErrorPage shell={shell} kind={failure.kind} {...retry} />), failure.status as 500);
}
