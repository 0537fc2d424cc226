import type { Core } from '../../platform/core.ts';
import { get, post, type Route } from '../../platform/http/routes.ts';
import { DesignPage } from '../../web/design-page.tsx';
import { renderPage } from '../../web/layout.tsx';
import { shellOf } from '../sign-in/frame.tsx';
import type { Guards } from '../sign-in/visit.ts';

/** What only a demo has: the living page of the design. Its forms lead nowhere. */
export function demoPages(core: Core, guards: Guards): Route[] {
  if (!core.config.demo) return [];
  return [
    get('/design', guards.anyone, (_visit, c) => c.html(renderPage(<DesignPage shell={shellOf(c)} />))),
    post('/design', guards.anyone, (_visit, c) => c.redirect('/design', 303)),
  ];
}
