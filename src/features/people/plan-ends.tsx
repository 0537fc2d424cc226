import { z } from 'zod';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import { removingMessages } from './removing-messages.ts';

/** The field that says when the plan of somebody who is removed ends. */
export const planEnds = z.enum(['now', 'cycle-end']).default('now');

/** Asks when the plan of somebody who is removed ends; nothing for those who have none. */
export function PlanEnds({ locale, plan }: { locale: string; plan: string | undefined }) {
  if (plan === undefined) return null;
  const text = removingMessages(locale);
  return (
    <RadioCards
      name="plan"
      legend={text.planEnds({ plan })}
      hint={text.planStaysEnded}
      value="now"
      choices={[
        { value: 'now', label: text.planEndsNow, detail: text.planEndsNowDetail },
        { value: 'cycle-end', label: text.planEndsLater, detail: text.planEndsLaterDetail },
      ]}
    />
  );
}
