import { shellMessages } from '../messages.ts';
import { HiddenFields } from './hidden-fields.tsx';
import { Icon } from './icon.tsx';

export type ToastProps = {
  locale: string;
  tone: 'good' | 'bad' | 'plain';
  text: string;
  undo?: { action: string; fields: Record<string, string>; label: string };
};

/** What just happened, with a way back for 8 seconds; without scripts it is a line at the top of the page that stays. */
export function Toast(props: ToastProps) {
  const text = shellMessages(props.locale);
  return (
    <div class={`toast toast-${props.tone}`} data-toast data-turbo-temporary>
      <Icon name={props.tone === 'bad' ? 'alert' : props.tone === 'good' ? 'check' : 'info'} class="toast-icon" />
      <p class="toast-text" role={props.tone === 'bad' ? 'alert' : 'status'} data-announce>
        {props.text}
      </p>
      {props.undo && (
        <form class="toast-undo" method="post" action={props.undo.action} data-undo>
          <HiddenFields fields={props.undo.fields} />
          <button type="submit" class="toast-button" aria-keyshortcuts="Control+Z Meta+Z">
            {props.undo.label}
          </button>
        </form>
      )}
      <button type="button" class="icon-button with-script" aria-label={text.dismiss} data-toast-dismiss>
        <Icon name="close" />
      </button>
    </div>
  );
}
