import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';

export type FactsProps = {
  items: { term: string; value: Child /** A total: heavier, with a line above. */; strong?: boolean; id?: string }[];
  /** `rows`: term and value at both ends of a line (a receipt). `pairs`: value below its term. */
  layout?: 'rows' | 'pairs';
};

/** Named values: the lines of a receipt, the particulars of a person. */
export function Facts(props: FactsProps) {
  return (
    <dl class={classes('facts', `facts-${props.layout ?? 'rows'}`)}>
      {props.items.map((item) => (
        <div class={classes('fact', item.strong && 'fact-strong')} id={item.id}>
          <dt>{item.term}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
