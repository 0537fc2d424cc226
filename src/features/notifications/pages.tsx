import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { LedgerList } from '../../web/ui/ledger.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { newsText, notificationMessages } from './messages.ts';
import { markAllRead, type Notification, notificationsOf } from './notifications.ts';

const LIST = '/l/:location/notifications';
const PAGE_SIZE = 30;

/** A person's own news, whether or not they are a member here. */
export function notificationsPages(core: Core, guards: Guards): Route[] {
  return [
    get(LIST, guards.atLocation, (visit, c) => showNews(core, visit, c)),
    post(`${LIST}/read`, guards.atLocation, async (visit, c) => {
      const form = await readForm(c, z.object({ upTo: z.string().refine(isId) }));
      if (!form.ok) throw new NotFound();
      const { upTo } = form.values;
      await core.database.write(visit.organizationId, (tx) =>
        markAllRead(tx, { userId: visit.user.id, upTo, now: visit.now }),
      );
      return c.redirect(listOf(visit), 303);
    }),
    // Whoever had to sign in again on the way comes back to this address.
    get(`${LIST}/read`, guards.atLocation, (visit, c) => c.redirect(listOf(visit), 303)),
  ];
}

async function showNews(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const before = c.req.query('before');
  if (before !== undefined && !isId(before)) throw new NotFound();
  const { news, next } = await core.database.read(visit.organizationId, (db) =>
    notificationsOf(db, visit.user.id, { limit: PAGE_SIZE, ...(before !== undefined && { before }) }),
  );
  const text = notificationMessages(visit.location.locale);
  const first = news[0];
  const mayMark = before === undefined && first !== undefined && visit.frame.unread > 0;
  return memberPage(c, visit, {
    title: text.title,
    current: 'notifications',
    children: (
      <>
        <PageHead title={text.title} actions={mayMark && <MarkRead visit={visit} upTo={first.id} />} />
        {first ? <NewsList news={news} location={visit.location} /> : <Nothing visit={visit} />}
        <FormActions>
          {next !== undefined && <ButtonLink href={`${listOf(visit)}?before=${next}`}>{text.older}</ButtonLink>}
          {before !== undefined && (
            <ButtonLink href={listOf(visit)} tone="quiet">
              {text.newest}
            </ButtonLink>
          )}
        </FormActions>
      </>
    ),
  });
}

function MarkRead({ visit, upTo }: { visit: AtLocation; upTo: string }) {
  return (
    <Form action={`${listOf(visit)}/read`} fields={{ upTo }} layout="plain">
      <Button icon="check">{notificationMessages(visit.location.locale).markRead}</Button>
    </Form>
  );
}

function Nothing({ visit }: { visit: AtLocation }) {
  const text = notificationMessages(visit.location.locale);
  return <EmptyState title={text.emptyTitle}>{text.emptyText}</EmptyState>;
}

function NewsList({ news, location }: { news: Notification[]; location: Location }) {
  const text = notificationMessages(location.locale);
  return (
    <LedgerList label={text.list} id="news">
      {news.map((it) => (
        <NewsRow it={it} location={location} />
      ))}
    </LedgerList>
  );
}

function NewsRow({ it, location }: { it: Notification; location: Location }) {
  const text = notificationMessages(location.locale);
  const { heading, sentence } = newsText(it, location.locale);
  const date = new Intl.DateTimeFormat(location.locale, {
    timeZone: location.timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return (
    <li class="ledger-row" id={`news-${it.id}`}>
      <div class="ledger-what">
        <a class="ledger-link" href={it.href}>
          {heading}
        </a>
        <span class="ledger-detail">
          <span>{sentence}</span>
          <time datetime={it.at.toISOString()}>{date.format(it.at)}</time>
        </span>
      </div>
      <div class="ledger-figures">{!it.read && <Badge tone="accent">{text.unread}</Badge>}</div>
    </li>
  );
}

function listOf(visit: AtLocation): string {
  return `/l/${visit.location.slug}/notifications`;
}
