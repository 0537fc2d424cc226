import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { Work } from '../accounts.ts';
import { isQuiet } from '../chance.ts';
import { sendPage } from '../page-frame.tsx';
import { standingOf } from '../standing.ts';
import { dashboardMessages, isDone } from './messages.ts';

export type Tab = 'payments' | 'events' | 'bad-day';

/** One look at the dashboard of an account. */
export type Visit = { c: Context; work: Work /** The address of the dashboard. */; at: string };

const LOCALE = 'en';
export const dashboardText = dashboardMessages(LOCALE);
export const dashboardLocale = LOCALE;

type Page = { tab: Tab; heading: string; body: Child; problem?: string };

/** A page of the dashboard: where else to go, what was just done, and whether the day is quiet. */
export async function sendDashboard({ c, work, at }: Visit, page: Page): Promise<Response> {
  const text = dashboardText;
  const { faults } = await standingOf(work.tx, work.account);
  const done = c.req.query('done');
  const tabs: [Tab, string, string][] = [
    ['payments', at, text.payments],
    ['events', `${at}/events`, text.events],
    ['bad-day', `${at}/bad-day`, text.badDay],
  ];
  return await sendPage(c, {
    locale: LOCALE,
    baseUrl: work.baseUrl,
    heading: page.heading,
    formsLeadTo: [],
    status: page.problem ? 422 : 200,
    wide: true,
    above: (
      <nav class="tabs" aria-label={text.sections}>
        {tabs.map(([tab, href, label]) => (
          <a href={href} aria-current={tab === page.tab ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
    ),
    body: (
      <>
        {isDone(done) && !page.problem && (
          <p class="told" role="status">
            {text[done]}
          </p>
        )}
        {page.problem && (
          <p class="problem" role="alert">
            {page.problem}
          </p>
        )}
        {!isQuiet(faults) && page.tab !== 'bad-day' && (
          <p class="restless">
            {text.restless} <a href={`${at}/bad-day`}>{text.restlessMore}</a>
          </p>
        )}
        {page.body}
      </>
    ),
  });
}

/** An instant, in the one zone that everybody who tests has in common. */
export function Instant({ at }: { at: Date }) {
  return <time datetime={at.toISOString()}>{instantText(at)}</time>;
}

export function instantText(at: Date): string {
  return dashboardText.at({ at: at.toISOString().slice(0, 19).replace('T', ' ') });
}

/** Links to the next older ones, and back to the newest. */
export function Pager({ at, after, next }: { at: string; after: string | undefined; next: string | undefined }) {
  if (!after && !next) return null;
  return (
    <p class="pager">
      {next && <a href={`${at}?after=${next}`}>{dashboardText.older}</a>}
      {after && <a href={at}>{dashboardText.newest}</a>}
    </p>
  );
}
