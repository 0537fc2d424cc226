import { classes } from './classes.ts';
import { describedBy, FieldError, FieldHint, FieldLabel, type Labelled } from './field.tsx';

export type FileFieldProps = Labelled & {
  /** Content types that the browser offers first; what is sent is checked by its bytes. */
  accept?: string;
  required?: boolean;
};

/** A file to choose, with its label, hint and error. Its form needs `sendsFile`. */
export function FileField(props: FileFieldProps) {
  const id = props.id ?? `field-${props.name}`;
  return (
    <div class="field" data-field>
      <FieldLabel {...props} id={id} />
      <FieldHint id={id} hint={props.hint} />
      <div class={classes('input-frame', props.error !== undefined && 'input-frame-bad')}>
        <input
          type="file"
          id={id}
          name={props.name}
          class="input input-file"
          accept={props.accept}
          required={props.required}
          aria-invalid={props.error === undefined ? undefined : 'true'}
          aria-describedby={describedBy(id, props)}
        />
      </div>
      <FieldError id={id} error={props.error} />
    </div>
  );
}
