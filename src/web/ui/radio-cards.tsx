import type { Child } from 'hono/jsx';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { describedBy, FieldError, FieldHint } from './field.tsx';
import { Icon, type IconName } from './icon.tsx';

export type RadioChoice = {
  value: string;
  label: string;
  icon?: IconName;
  /** A second line: whose card, when an invoice is charged. */
  detail?: Child;
  /** At the end of the card: a balance, a price. */
  aside?: Child;
  disabled?: boolean;
  /** Why it is disabled, and the way out; may hold a link. */
  reason?: Child;
};

export type RadioCardsProps = {
  name: string;
  legend: string;
  hideLegend?: boolean;
  choices: RadioChoice[];
  value?: string;
  /** Defaults to `field-<name>`; each choice is `<id>-<value>`. */
  id?: string;
  hint?: Child;
  error?: string;
  required?: boolean;
  /** Two beside each other when there is room. */
  columns?: boolean;
  /** Choosing sends the form at once (a GET form that shows another wallet); this names the button for people without scripts. */
  submitLabel?: string;
};

/** A labelled group of choices, each a card: wallets, payment methods. */
export function RadioCards(props: RadioCardsProps) {
  const id = props.id ?? `field-${props.name}`;
  return (
    <fieldset
      class="radio-cards"
      id={id}
      aria-describedby={describedBy(id, props)}
      data-submit-on-change={props.submitLabel ? '' : undefined}
      data-field
    >
      <legend class={props.hideLegend ? 'sr-only' : 'field-label'}>{props.legend}</legend>
      <FieldHint id={id} hint={props.hint} />
      <div class={classes('radio-card-list', props.columns && 'radio-card-columns')}>
        {props.choices.map((choice) => (
          <RadioCard group={props} id={`${id}-${choice.value}`} choice={choice} />
        ))}
      </div>
      <FieldError id={id} error={props.error} />
      {props.submitLabel && (
        <Button size="small" class="without-script">
          {props.submitLabel}
        </Button>
      )}
    </fieldset>
  );
}

function RadioCard({ group, id, choice }: { group: RadioCardsProps; id: string; choice: RadioChoice }) {
  return (
    <div class="radio-card">
      <input
        type="radio"
        id={id}
        name={group.name}
        value={choice.value}
        checked={choice.value === group.value}
        disabled={choice.disabled}
        required={group.required}
        aria-describedby={classes(
          Boolean(choice.detail) && `${id}-detail`,
          Boolean(choice.aside) && `${id}-aside`,
          Boolean(choice.reason) && `${id}-reason`,
        )}
      />
      <label for={id}>
        {choice.icon && <Icon name={choice.icon} class="radio-card-icon" />}
        <span class="radio-card-label">{choice.label}</span>
      </label>
      {choice.aside && (
        <span class="radio-card-aside" id={`${id}-aside`}>
          {choice.aside}
        </span>
      )}
      {choice.detail && (
        <span class="radio-card-detail" id={`${id}-detail`}>
          {choice.detail}
        </span>
      )}
      {choice.reason && (
        <span class="radio-card-reason" id={`${id}-reason`}>
          {choice.reason}
        </span>
      )}
    </div>
  );
}
