import type { Child } from 'hono/jsx';
import { shellMessages } from '../messages.ts';
import { Icon } from './icon.tsx';

export type StepsProps = {
  locale: string;
  label: string;
  items: { label: string; state: 'done' | 'current' | 'todo'; href?: string; detail?: Child; action?: Child }[];
};

/** A checklist whose state comes from the data. */
export function Steps(props: StepsProps) {
  const text = shellMessages(props.locale);
  const words = { done: text.stepDone, current: text.stepCurrent, todo: text.stepTodo };
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets.
    <ol class="steps" role="list" aria-label={props.label}>
      {props.items.map((item) => (
        <li class={`step step-${item.state}`} aria-current={item.state === 'current' ? 'step' : undefined}>
          <span class="step-mark">{item.state === 'done' && <Icon name="check" />}</span>
          <div class="step-body">
            <p class="step-label">
              {item.href ? <a href={item.href}>{item.label}</a> : item.label}{' '}
              <span class="sr-only">({words[item.state]})</span>
            </p>
            {item.detail && <div class="step-detail">{item.detail}</div>}
          </div>
          {item.action && <div class="step-action">{item.action}</div>}
        </li>
      ))}
    </ol>
  );
}
