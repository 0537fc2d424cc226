import type { Child } from 'hono/jsx';
import { shellMessages } from '../messages.ts';
import { classes } from './classes.ts';
import { HiddenFields } from './hidden-fields.tsx';
import { Icon } from './icon.tsx';

export type SheetProps = {
  locale: string;
  id: string;
  title: string;
  /** Where Close leads: the page below. */
  closeHref: string;
  /** A line above the title: "For Ada's wallet". */
  eyebrow?: Child;
  /** Wraps body and footer in one form; a success replaces the sheet in the history, so that Back does not offer to buy again. */
  form?: { action: string; fields?: Record<string, string>; id?: string };
  /** Stays in view at the bottom: the total and the pay button. */
  footer?: Child;
  /** `true` while nothing may be closed, such as a payment that is being confirmed. */
  busy?: boolean;
  children?: Child;
};

/** A sheet above the page with an address of its own: a dialog with scripts, the first part of the page without. Pass it to `Page` as `dialog`. */
export function Sheet(props: SheetProps) {
  const text = shellMessages(props.locale);
  const inside = (
    <>
      <div class="sheet-body">{props.children}</div>
      {props.footer && <div class="sheet-foot">{props.footer}</div>}
    </>
  );
  return (
    <dialog
      class="sheet"
      id={props.id}
      open
      aria-labelledby={`${props.id}-title`}
      data-sheet
      data-close-href={props.closeHref}
      data-busy={props.busy ? '' : undefined}
    >
      <header class="sheet-head">
        <span class="sheet-grip" aria-hidden="true" />
        <div class="sheet-titles">
          {props.eyebrow && <p class="sheet-eyebrow">{props.eyebrow}</p>}
          <h2 class="sheet-title" id={`${props.id}-title`} tabindex={-1}>
            {props.title}
          </h2>
        </div>
        <a class="icon-button sheet-close" href={props.closeHref} data-sheet-close aria-label={text.close}>
          <Icon name="close" />
        </a>
      </header>
      {props.form ? (
        <form
          class={classes('sheet-form')}
          method="post"
          action={props.form.action}
          id={props.form.id}
          data-turbo-action="replace"
        >
          <HiddenFields fields={props.form.fields} />
          {inside}
        </form>
      ) : (
        <div class="sheet-form">{inside}</div>
      )}
    </dialog>
  );
}
