import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';
import { Icon, type IconName } from './icon.tsx';

export type NoticeTone = 'good' | 'bad' | 'warn' | 'info' | 'plain';

export type NoticeProps = {
  tone?: NoticeTone;
  title?: string;
  /** `status` is announced politely, `alert` at once. */
  role?: 'status' | 'alert';
  id?: string;
  /** Moves the focus here when the page appears (a declined card). */
  takeFocus?: boolean;
  actions?: Child;
  children?: Child;
};

const ICONS: Record<NoticeTone, IconName> = { good: 'check', bad: 'alert', warn: 'clock', info: 'info', plain: 'info' };

/** A message in the page: what happened, what it means, what to do next. */
export function Notice(props: NoticeProps) {
  const tone = props.tone ?? 'plain';
  return (
    <div
      class={classes('notice', `notice-${tone}`)}
      role={props.role}
      id={props.id}
      tabindex={props.takeFocus ? -1 : undefined}
      data-take-focus={props.takeFocus ? '' : undefined}
      data-announce={props.role ? '' : undefined}
    >
      <Icon name={ICONS[tone]} class="notice-icon" />
      <div class="notice-body">
        {props.title && <p class="notice-title">{props.title}</p>}
        {props.children && <div class="notice-text">{props.children}</div>}
        {props.actions && <div class="notice-actions">{props.actions}</div>}
      </div>
    </div>
  );
}
