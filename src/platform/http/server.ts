import { type Context, Hono } from 'hono';
import type { Core } from '../core.ts';
import { isDatabaseAway } from '../database/database.ts';
import { Refusal } from '../errors.ts';
import { newId } from '../ids.ts';
import { type Ctx, Detour, type Env, type Route } from './routes.ts';

/** What a person sees instead of a page: which kind, and what to say when it is known. */
export type Failure = { kind: 'notFound' | 'forbidden' | 'failed' | 'unavailable'; status: number; code: string };

type Parts = {
  routes: Route[];
  /** Renders a failure as a page. */
  failurePage: (c: Ctx, failure: Failure) => Response;
  contentSecurityPolicy: string;
  /** Serves the built files under `/assets/`. */
  serveAssets: (c: Context) => Response;
  /** Apps with pages and policies of their own, by path: the test gateway. */
  mounted: Record<string, Hono>;
};

/** The program as one HTTP application: every route, and around each the same guards. */
export function createHttpApp(core: Core, parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  for (const [path, inner] of Object.entries(parts.mounted)) app.route(path, inner);
  app.get('/assets/*', parts.serveAssets);
  app.use(async (c, next) => {
    const now = core.now();
    c.set('now', now);
    c.set('requestId', newId(now));
    await next();
    secureHeaders(c, parts.contentSecurityPolicy);
  });
  for (const route of parts.routes) {
    app.on(route.method, route.path, (c) => {
      if (route.method === 'POST' && !route.crossSite && isCrossSite(c, core.config.baseUrl)) throw new CrossSite();
      return route.handle(c);
    });
  }
  app.notFound((c) => parts.failurePage(c as Ctx, { kind: 'notFound', status: 404, code: 'not-found' }));
  app.onError((error, c) => {
    if (error instanceof Detour) return c.redirect(error.to, 303);
    const failure = failureOf(error);
    if (failure.status >= 500) {
      const { requestId } = c.var;
      core.log('error', 'request.failed', {
        requestId,
        path: c.req.routePath,
        message: error.message,
        stack: error.stack,
      });
    }
    const response = parts.failurePage(c as Ctx, failure);
    secureHeaders(c, parts.contentSecurityPolicy, response);
    return response;
  });
  return app;
}

/** A form of another site was sent to us in somebody's name. */
class CrossSite extends Refusal {
  constructor() {
    super('cross-site', 403);
  }
}

/** Browsers say where a request comes from; what says nothing at all is no browser's form and carries no cookie. */
function isCrossSite(c: Context, baseUrl: string): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = c.req.header('origin');
  return origin !== undefined ? origin !== new URL(baseUrl).origin : c.req.header('cookie') !== undefined;
}

function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) {
    const kind = error.status === 404 ? 'notFound' : error.status === 403 ? 'forbidden' : 'failed';
    return { kind, status: error.status, code: error.code };
  }
  if (isDatabaseAway(error)) return { kind: 'unavailable', status: 503, code: 'database-away' };
  return { kind: 'failed', status: 500, code: 'internal' };
}

function secureHeaders(c: Context, policy: string, response = c.res): void {
  const { headers } = response;
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', policy);
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Referrer-Policy', 'same-origin');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('X-Request-Id', c.var.requestId ?? '');
  if (new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https') {
    headers.set('Strict-Transport-Security', 'max-age=31536000');
  }
}
