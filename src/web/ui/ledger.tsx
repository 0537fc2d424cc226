import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';

export type LedgerRowProps = {
  /** Formatted in the location's zone, with the zone's name when it differs from the reader's. */
  date: string;
  /** ISO instant or day for `<time>`. */
  datetime: string;
  /** What happened: "Bought 50 credits". */
  what: Child;
  detail?: Child;
  /** With its sign in text: `+50`, `−8`. */
  amount: string;
  /** Colours the amount; the sign already says it. */
  direction: 'in' | 'out' | 'none';
  /** "Balance 100" */
  balanceAfter: string;
  href?: string;
  id?: string;
};

/** History, newest first. */
export function LedgerList(props: { label: string; id?: string; children?: Child }) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets.
    <ol class="ledger" role="list" aria-label={props.label} id={props.id}>
      {props.children}
    </ol>
  );
}

/** A heading inside a history: a month. */
export function LedgerHeading(props: { children?: Child }) {
  return <li class="ledger-heading">{props.children}</li>;
}

/** One movement of credits: when, what, how many, and the balance after it. */
export function LedgerRow(props: LedgerRowProps) {
  return (
    <li class="ledger-row" id={props.id}>
      <div class="ledger-what">
        {props.href ? (
          <a class="ledger-link" href={props.href}>
            {props.what}
          </a>
        ) : (
          <span>{props.what}</span>
        )}
        <span class="ledger-detail">
          <time datetime={props.datetime}>{props.date}</time>
          {props.detail && <span class="ledger-more">{props.detail}</span>}
        </span>
      </div>
      <div class="ledger-figures">
        <span class={classes('ledger-amount', `ledger-${props.direction}`)}>{props.amount}</span>
        <span class="ledger-balance">{props.balanceAfter}</span>
      </div>
    </li>
  );
}
