import type { Child } from 'hono/jsx';
import { Icon, type IconName } from './icon.tsx';

export type BadgeTone = 'plain' | 'good' | 'bad' | 'warn' | 'info' | 'accent';
export type BadgeProps = { tone?: BadgeTone; icon?: IconName; children?: Child };

/** A word or two about the thing beside it; says it in text, not only in colour. */
export function Badge(props: BadgeProps) {
  return (
    <span class={`badge badge-${props.tone ?? 'plain'}`}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </span>
  );
}
