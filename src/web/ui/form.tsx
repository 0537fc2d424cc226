import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';
import { HiddenFields } from './hidden-fields.tsx';

export type FormProps = {
  action: string;
  method?: 'post' | 'get';
  id?: string;
  /** Hidden inputs: request key, version. */
  fields?: Record<string, string>;
  /** `filters` stands in one row and wraps; `plain` brings no spacing. */
  layout?: 'stack' | 'filters' | 'plain';
  /** Replaces the current entry of the browser's history: filters, wallet choice. */
  replace?: boolean;
  /** `false` makes it an ordinary page load. */
  turbo?: boolean;
  /** It sends a file. */
  sendsFile?: boolean;
  label?: string;
  data?: Record<`data-${string}`, string>;
  children?: Child;
};

/** A form with its hidden fields; works without scripts. */
export function Form(props: FormProps) {
  return (
    <form
      action={props.action}
      method={props.method ?? 'post'}
      id={props.id}
      enctype={props.sendsFile ? 'multipart/form-data' : undefined}
      class={classes(props.layout !== 'plain' && `form-${props.layout ?? 'stack'}`)}
      aria-label={props.label}
      data-turbo={props.turbo === false ? 'false' : undefined}
      data-turbo-action={props.replace ? 'replace' : undefined}
      {...props.data}
    >
      <HiddenFields fields={props.fields} />
      {props.children}
    </form>
  );
}

/** The buttons of a form: the primary one first. */
export function FormActions(props: { children?: Child }) {
  return <div class="form-actions">{props.children}</div>;
}

/** Short fields beside each other where there is room. */
export function FieldRow(props: { children?: Child }) {
  return <div class="field-row">{props.children}</div>;
}
