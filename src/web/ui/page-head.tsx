import type { Child } from 'hono/jsx';
import { Icon } from './icon.tsx';

export type PageHeadProps = {
  title: string;
  /** Above the title: where we are. */
  eyebrow?: Child;
  /** Below the title: one sentence. */
  lead?: Child;
  /** A way up, above the title. */
  back?: { href: string; label: string };
  actions?: Child;
};

/** The head of a page; holds its one `<h1>`. */
export function PageHead(props: PageHeadProps) {
  return (
    <header class="page-head">
      <div class="page-titles">
        {props.back && (
          <a class="page-back" href={props.back.href}>
            <Icon name="left" />
            {props.back.label}
          </a>
        )}
        {props.eyebrow && <p class="page-eyebrow">{props.eyebrow}</p>}
        <h1 class="page-title">{props.title}</h1>
        {props.lead && <p class="page-lead">{props.lead}</p>}
      </div>
      {props.actions && <div class="page-actions">{props.actions}</div>}
    </header>
  );
}
