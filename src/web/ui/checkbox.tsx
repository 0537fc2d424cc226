import { describedBy, FieldError, FieldHint, type Labelled } from './field.tsx';
import { Icon } from './icon.tsx';

export type CheckboxProps = Omit<Labelled, 'hideLabel'> & {
  value?: string;
  checked?: boolean;
  required?: boolean;
  disabled?: boolean;
};

/** One yes-or-no choice that is sent with its form. */
export function Checkbox(props: CheckboxProps) {
  return <Tick {...props} kind="checkbox" />;
}

/** A checkbox that turns something on: same form value, another look and role. */
export function Switch(props: CheckboxProps) {
  return <Tick {...props} kind="switch" />;
}

function Tick(props: CheckboxProps & { kind: 'checkbox' | 'switch' }) {
  const id = props.id ?? `field-${props.name}`;
  return (
    <div class="tick" data-field>
      <label class="tick-row" for={id}>
        <span class={props.kind === 'switch' ? 'switch' : 'checkbox'}>
          <input
            type="checkbox"
            role={props.kind === 'switch' ? 'switch' : undefined}
            id={id}
            name={props.name}
            value={props.value ?? 'on'}
            checked={props.checked}
            required={props.required}
            disabled={props.disabled}
            aria-invalid={props.error === undefined ? undefined : 'true'}
            aria-describedby={describedBy(id, props)}
          />
          {props.kind === 'checkbox' && <Icon name="check" />}
        </span>
        <span class="tick-label">
          {props.label}
          {props.mark && <span class="field-mark">{props.mark}</span>}
        </span>
      </label>
      <div class="tick-more">
        <FieldHint id={id} hint={props.hint} />
        <FieldError id={id} error={props.error} />
      </div>
    </div>
  );
}
