import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';

export type CardProps = {
  title?: string;
  /** Beside the title: a link, a menu. */
  actions?: Child;
  footer?: Child;
  /** No inner spacing: for a table or a list that brings its own. */
  flush?: boolean;
  id?: string;
  class?: string;
  children?: Child;
};

/** A surface that holds one subject; with a title it is a labelled section. */
export function Card(props: CardProps) {
  const id = props.id ?? (props.title ? `card-${slug(props.title)}` : undefined);
  return (
    <section
      class={classes('card', props.flush && 'card-flush', props.class)}
      id={id}
      aria-labelledby={props.title ? `${id}-title` : undefined}
    >
      {(props.title || props.actions) && (
        <header class="card-head">
          {props.title && (
            <h2 class="card-title" id={`${id}-title`}>
              {props.title}
            </h2>
          )}
          {props.actions && <div class="card-actions">{props.actions}</div>}
        </header>
      )}
      <div class="card-body">{props.children}</div>
      {props.footer && <footer class="card-foot">{props.footer}</footer>}
    </section>
  );
}

export type SectionProps = {
  title: string;
  id?: string;
  lead?: Child;
  actions?: Child;
  hideTitle?: boolean;
  children?: Child;
};

/** A titled part of a page, on the page's own ground. */
export function Section(props: SectionProps) {
  const id = props.id ?? `section-${slug(props.title)}`;
  return (
    <section class="section" id={id} aria-labelledby={`${id}-title`}>
      <header class={classes('section-head', props.hideTitle && 'sr-only')}>
        <h2 class="section-title" id={`${id}-title`}>
          {props.title}
        </h2>
        {props.actions && <div class="card-actions">{props.actions}</div>}
      </header>
      {props.lead && <p class="section-lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}

/** A stable id from a title; letters of other scripts stay. */
function slug(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
}
