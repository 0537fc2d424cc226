import type { Child } from 'hono/jsx';

export type EmptyStateProps = { title: string; children?: Child; actions?: Child; headingLevel?: 2 | 3; id?: string };

/** Nothing here yet: what belongs here, and the next step. */
export function EmptyState(props: EmptyStateProps) {
  const Heading = `h${props.headingLevel ?? 2}` as 'h2';
  return (
    <div class="empty" id={props.id}>
      <svg class="empty-perch" viewBox="0 0 120 28" width="120" height="28" aria-hidden="true" focusable="false">
        <path class="empty-line" d="M4 22h112" />
        <path class="empty-egg" d="M60 3c4.3 0 7.6 6.1 7.6 11.3a7.6 7.6 0 0 1-15.2 0C52.4 9.1 55.7 3 60 3z" />
      </svg>
      <Heading class="empty-title">{props.title}</Heading>
      {props.children && <div class="empty-text">{props.children}</div>}
      {props.actions && <div class="empty-actions">{props.actions}</div>}
    </div>
  );
}
