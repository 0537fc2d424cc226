import { shellMessages } from '../messages.ts';
import { Icon } from './icon.tsx';

export type ErrorSummaryProps = {
  locale: string;
  title?: string;
  /** `fieldId` is the control's id, by default `field-<name>`. */
  errors: { fieldId?: string; text: string }[];
};

/**
 * Everything that is wrong with a form, as links to the fields; takes the focus. Shows nothing when nothing is wrong. Turbo
 * would load the page anew for such a link, and what was typed would be gone.
 */
export function ErrorSummary(props: ErrorSummaryProps) {
  if (props.errors.length === 0) return null;
  const text = shellMessages(props.locale);
  return (
    <div class="notice notice-bad" role="alert" id="error-summary" tabindex={-1} data-take-focus data-turbo="false">
      <Icon name="alert" class="notice-icon" />
      <div class="notice-body">
        <p class="notice-title">{props.title ?? text.errorSummary}</p>
        <ul class="error-list">
          {props.errors.map((error) => (
            <li>{error.fieldId ? <a href={`#${error.fieldId}`}>{error.text}</a> : error.text}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
