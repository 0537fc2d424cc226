import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';

/** What every labelled control has: the words around it and their wiring. */
export type Labelled = {
  name: string;
  label: string;
  /** Defaults to `field-<name>`; what `ErrorSummary` links to. */
  id?: string;
  hint?: Child;
  /** What is wrong, shown beside the field. */
  error?: string;
  /** A word after the label, such as "optional". */
  mark?: string;
  hideLabel?: boolean;
};

export type FieldProps = Labelled & {
  type?: 'text' | 'email' | 'tel' | 'url' | 'search' | 'date' | 'number' | 'password';
  value?: string;
  /** What the browser's own check shows on blur and on submit, before the server is asked. */
  invalidText?: string;
  required?: boolean;
  inputmode?: 'text' | 'decimal' | 'numeric' | 'email' | 'tel' | 'search' | 'url';
  autocomplete?: string;
  pattern?: string;
  maxlength?: number;
  minlength?: number;
  min?: string;
  max?: string;
  placeholder?: string;
  /** Text inside the frame before and after the value: a currency, a unit. */
  prefix?: string;
  suffix?: string;
  /** More than one makes it a text area. */
  rows?: number;
  /** `short` for numbers and codes. */
  width?: 'short' | 'full';
  autofocus?: boolean;
  readonly?: boolean;
  disabled?: boolean;
  spellcheck?: boolean;
  data?: Record<`data-${string}`, string>;
};

/** A text field with its label, hint and error. */
export function Field(props: FieldProps) {
  const id = props.id ?? `field-${props.name}`;
  return (
    <div class={classes('field', props.width === 'short' && 'field-short')} data-field>
      <FieldLabel {...props} id={id} />
      <FieldHint id={id} hint={props.hint} />
      <div class={classes('input-frame', props.error !== undefined && 'input-frame-bad')}>
        {props.prefix && (
          <span class="input-affix" id={`${id}-prefix`}>
            {props.prefix}
          </span>
        )}
        <Control {...props} id={id} />
        {props.suffix && (
          <span class="input-affix" id={`${id}-suffix`}>
            {props.suffix}
          </span>
        )}
      </div>
      <FieldError id={id} error={props.error} />
    </div>
  );
}

function Control(props: FieldProps & { id: string }) {
  const common = {
    id: props.id,
    name: props.name,
    class: 'input',
    required: props.required,
    autocomplete: props.autocomplete,
    inputmode: props.inputmode,
    maxlength: props.maxlength,
    minlength: props.minlength,
    placeholder: props.placeholder,
    autofocus: props.autofocus,
    readonly: props.readonly,
    disabled: props.disabled,
    spellcheck: props.spellcheck,
    'aria-invalid': props.error === undefined ? undefined : ('true' as const),
    'aria-describedby': describedBy(
      props.id,
      props,
      props.prefix && `${props.id}-prefix`,
      props.suffix && `${props.id}-suffix`,
    ),
    'data-invalid-text': props.invalidText,
    ...props.data,
  };
  if (props.rows && props.rows > 1) {
    return (
      <textarea {...common} rows={props.rows}>
        {props.value}
      </textarea>
    );
  }
  return (
    <input
      {...common}
      type={props.type ?? 'text'}
      value={props.value}
      pattern={props.pattern}
      min={props.min}
      max={props.max}
    />
  );
}

/** The label of a control, with its mark. */
export function FieldLabel(props: Pick<Labelled, 'label' | 'mark' | 'hideLabel'> & { id: string }) {
  return (
    <label class={classes('field-label', props.hideLabel && 'sr-only')} for={props.id}>
      {props.label}
      {props.mark && <span class="field-mark">{props.mark}</span>}
    </label>
  );
}

/** The hint of a control: read together with the control. */
export function FieldHint(props: { id: string; hint?: Child }) {
  if (!props.hint) return null;
  return (
    <p class="field-hint" id={`${props.id}-hint`}>
      {props.hint}
    </p>
  );
}

/** The error of a control: read together with the control. */
export function FieldError(props: { id: string; error?: string }) {
  if (props.error === undefined) return null;
  return (
    <p class="field-error" id={`${props.id}-error`}>
      <Icon name="alert" />
      <span>{props.error}</span>
    </p>
  );
}

/** Ids for `aria-describedby`: the error first, then the hint, then anything else. */
export function describedBy(
  id: string,
  has: { hint?: Child; error?: string },
  ...others: (string | undefined)[]
): string | undefined {
  return classes(has.error !== undefined && `${id}-error`, Boolean(has.hint) && `${id}-hint`, ...others);
}
