import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';
import { HiddenFields } from './hidden-fields.tsx';
import { Icon, type IconName } from './icon.tsx';

export type MenuProps = {
  /** Accessible name of the "…" button: "More actions for Starter". */
  label: string;
  /** Shown in place of "…". */
  text?: string;
  icon?: IconName;
  children?: Child;
};

/** The "…" menu: a disclosure that works without scripts; Esc and a click elsewhere close it. */
export function Menu(props: MenuProps) {
  return (
    <details class="menu" data-menu>
      <summary
        class={props.text ? 'button button-secondary button-small' : 'icon-button'}
        aria-label={props.text ? undefined : props.label}
      >
        <Icon name={props.icon ?? 'more'} />
        {props.text && <span>{props.text}</span>}
      </summary>
      <div class="menu-panel">{props.children}</div>
    </details>
  );
}

type ItemProps = { icon?: IconName; tone?: 'plain' | 'danger'; children?: Child; id?: string };

/** A link in a menu. */
export function MenuLink(props: ItemProps & { href: string; download?: boolean }) {
  return (
    <a
      class={classes('menu-item', props.tone === 'danger' && 'menu-danger')}
      href={props.href}
      id={props.id}
      download={props.download ? '' : undefined}
      data-turbo={props.download ? 'false' : undefined}
    >
      {props.icon && <Icon name={props.icon} />}
      <span>{props.children}</span>
    </a>
  );
}

/** An action in a menu: a form of its own. */
export function MenuAction(props: ItemProps & { action: string; fields?: Record<string, string> }) {
  return (
    <form method="post" action={props.action} class="menu-form">
      <HiddenFields fields={props.fields} />
      <button type="submit" id={props.id} class={classes('menu-item', props.tone === 'danger' && 'menu-danger')}>
        {props.icon && <Icon name={props.icon} />}
        <span>{props.children}</span>
      </button>
    </form>
  );
}
