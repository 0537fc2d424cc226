import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';
import { Icon, type IconName } from './icon.tsx';

export type ButtonTone = 'primary' | 'secondary' | 'quiet' | 'danger';

type Common = {
  tone?: ButtonTone;
  size?: 'small' | 'normal' | 'large';
  /** Fills the width it is given. */
  wide?: boolean;
  icon?: IconName;
  id?: string;
  /** Accessible name when the visible text is not enough; must begin with the visible text. */
  label?: string;
  describedBy?: string;
  class?: string;
  children?: Child;
};

export type ButtonProps = Common & {
  type?: 'submit' | 'button';
  name?: string;
  value?: string;
  /** Id of the form it submits, when it stands outside. */
  form?: string;
  formAction?: string;
  disabled?: boolean;
  /** Shown in place while the form is on its way ("Paying…"). */
  pendingLabel?: string;
};

/** A button that submits its form. */
export function Button(props: ButtonProps) {
  return (
    <button
      type={props.type ?? 'submit'}
      id={props.id}
      name={props.name}
      value={props.value}
      form={props.form}
      formaction={props.formAction}
      class={buttonClass(props)}
      disabled={props.disabled}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      data-pending-label={props.pendingLabel}
    >
      <Content {...props} />
    </button>
  );
}

export type ButtonLinkProps = Common & {
  href: string;
  /** A file: the browser saves it and Turbo stays out of the way. */
  download?: boolean;
  /** `false` makes it an ordinary page load. */
  turbo?: boolean;
  /** The link opens a sheet: the page stays where it is scrolled, and focus comes back here when the sheet closes. Needs `id`. */
  opensSheet?: boolean;
};

/** A link that looks like a button. */
export function ButtonLink(props: ButtonLinkProps) {
  return (
    <a
      href={props.href}
      id={props.id}
      class={buttonClass(props)}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      download={props.download ? '' : undefined}
      data-turbo={props.turbo === false || props.download ? 'false' : undefined}
      data-opens-sheet={props.opensSheet ? '' : undefined}
    >
      <Content {...props} />
    </a>
  );
}

function Content(props: Common & { pendingLabel?: string }) {
  return (
    <>
      {props.icon && <Icon name={props.icon} />}
      <span class="button-label" data-label data-reserve={props.pendingLabel}>
        <span data-text>{props.children}</span>
      </span>
    </>
  );
}

function buttonClass(props: Common): string | undefined {
  return classes(
    'button',
    `button-${props.tone ?? 'secondary'}`,
    props.size && props.size !== 'normal' && `button-${props.size}`,
    props.wide && 'button-wide',
    props.class,
  );
}
