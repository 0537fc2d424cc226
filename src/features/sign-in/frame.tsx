import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Ctx, Element } from '../../platform/http/routes.ts';
import { Page, type PageProps, renderPage, type Shell } from '../../web/layout.tsx';
import { pathOfPage, themeOf } from './cookies.ts';
import { type Flash, takeFlash } from './flash.ts';
import { signInMessages } from './messages.ts';
import {
  type AdministratorPlace,
  administratorItems,
  type MemberPlace,
  memberItems,
  placeLinks,
  switchToAdministration,
  switchToMembership,
} from './navigation.ts';
import { type AtLocation, isActiveMember } from './visit.ts';

/** What every page says of itself. */
type Shown = Pick<PageProps, 'title' | 'dialog' | 'refreshAfterMs' | 'goTo' | 'width'> & {
  /** 200 when not given; 422 for a form that is shown again. */
  status?: ContentfulStatusCode;
  /** Told on this very page, in place of what an earlier one left to tell. */
  flash?: Flash;
  children: Element;
};

/** Pages outside of locations are written in English. */
const PLAIN_LOCALE = 'en';

/** A page of the member's frame: Home, Credits, History, News, More. */
export function memberPage(c: Ctx, visit: AtLocation, it: Shown & { current: MemberPlace }): Response {
  const switchTo = switchToAdministration(visit);
  return answer(c, it, {
    ...ofLocation(c, visit, 'member'),
    nav: { kind: 'member', items: memberItems(visit, it.current), ...(switchTo && { switchTo }) },
  });
}

/** A page of the administrator's frame: only the areas this administrator looks after are listed. */
export function administratorPage(c: Ctx, visit: AtLocation, it: Shown & { current?: AdministratorPlace }): Response {
  const switchTo = switchToMembership(visit);
  const items = administratorItems(visit, it.current);
  return answer(
    c,
    { ...it, width: it.width ?? 'wide' },
    { ...ofLocation(c, visit, 'administrator'), nav: { kind: 'administrator', items, ...(switchTo && { switchTo }) } },
  );
}

/** A page about oneself, in the frame one works in: administrators who are no members have only theirs. */
export function ownPage(c: Ctx, visit: AtLocation, it: Shown): Response {
  const worksHere = visit.areas.length > 0 && !isActiveMember(visit.membership);
  return worksHere
    ? administratorPage(c, visit, { ...it, current: 'account' })
    : memberPage(c, visit, { ...it, current: 'more' });
}

/** A page outside of any location: signing in, setting up. */
export function plainPage(c: Ctx, it: Shown & { locale?: string }): Response {
  return answer(c, { ...it, width: it.width ?? 'narrow' }, shellOf(c, it.locale ?? PLAIN_LOCALE));
}

/** The least every page needs; error pages are made from it too. */
export function shellOf(c: Ctx, locale = PLAIN_LOCALE): Shell {
  return { locale, theme: themeOf(c), requestId: c.var.requestId, path: pathOfPage(c) };
}

function ofLocation(c: Ctx, visit: AtLocation, kind: 'member' | 'administrator'): Shell {
  const { slug, name, locale } = visit.location;
  return {
    ...shellOf(c, locale),
    place: name,
    places: placeLinks(visit, kind),
    person: { name: visit.user.name, href: `/l/${slug}/more` },
    ...(visit.frame.testMoney && { banner: signInMessages(locale).testMoney }),
  };
}

function answer(c: Ctx, it: Shown, shell: Shell): Response {
  const left = takeFlash(c);
  const flash = it.flash ?? left;
  // Balances must never come from a cache, the browser's own included.
  c.header('Cache-Control', 'no-store');
  return c.html(
    renderPage(
      <Page
        shell={flash ? { ...shell, flash } : shell}
        title={it.title}
        dialog={it.dialog}
        refreshAfterMs={it.refreshAfterMs}
        goTo={it.goTo}
        width={it.width}
      >
        {it.children}
      </Page>,
    ),
    it.status ?? 200,
  );
}
