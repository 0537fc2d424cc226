import { classes } from './classes.ts';
import { describedBy, FieldError, FieldHint, FieldLabel, type Labelled } from './field.tsx';
import { Icon } from './icon.tsx';

export type SelectProps = Labelled & {
  options: { value: string; label: string; disabled?: boolean }[];
  value?: string;
  required?: boolean;
  disabled?: boolean;
  autocomplete?: string;
  width?: 'short' | 'full';
};

/** A drop-down list: the browser's own, with our frame. */
export function Select(props: SelectProps) {
  const id = props.id ?? `field-${props.name}`;
  return (
    <div class={classes('field', props.width === 'short' && 'field-short')} data-field>
      <FieldLabel {...props} id={id} />
      <FieldHint id={id} hint={props.hint} />
      <div class={classes('input-frame', 'select-frame', props.error !== undefined && 'input-frame-bad')}>
        <select
          id={id}
          name={props.name}
          class="input"
          required={props.required}
          disabled={props.disabled}
          autocomplete={props.autocomplete}
          aria-invalid={props.error === undefined ? undefined : 'true'}
          aria-describedby={describedBy(id, props)}
        >
          {props.options.map((option) => (
            <option value={option.value} disabled={option.disabled} selected={option.value === props.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" class="select-arrow" />
      </div>
      <FieldError id={id} error={props.error} />
    </div>
  );
}
