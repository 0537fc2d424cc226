import { FAULTS, type Fault, type Faults, isQuiet } from '../chance.ts';
import { standingOf } from '../standing.ts';
import { dashboardText, sendDashboard, type Visit } from './frame.tsx';

const SECONDS = ['silenceSeconds', 'delaySeconds'] as const;
const AT_EVENTS: Fault[] = ['losesEvents', 'doublesEvents', 'reordersEvents', 'delaysEvents'];
const AT_API = FAULTS.filter((fault) => !AT_EVENTS.includes(fault));

/** What goes wrong on purpose, and how often. `typed` is what was wrong to type. */
export async function showBadDay(
  visit: Visit,
  wrong?: { typed: Record<string, string>; problem: string },
): Promise<Response> {
  const text = dashboardText;
  const { faults, seed, draws } = await standingOf(visit.work.tx, visit.work.account);
  const value = (name: keyof Faults | 'seed') => wrong?.typed[name] ?? String(name === 'seed' ? seed : faults[name]);
  const here = `${visit.at}/bad-day`;
  const field = (name: keyof Faults) => <NumberField name={name} label={text[name]} value={value(name)} />;
  const group = (legend: string, names: Fault[], seconds: (typeof SECONDS)[number]) => (
    <fieldset>
      <legend>{legend}</legend>
      {names.map(field)}
      {field(seconds)}
    </fieldset>
  );
  return await sendDashboard(visit, {
    tab: 'bad-day',
    heading: text.badDay,
    problem: wrong?.problem,
    body: (
      <>
        <p class="what">{text.badDayText}</p>
        <form method="post" action={here}>
          <div class="faults">
            {group(text.atTheApi, AT_API, 'silenceSeconds')}
            <div>
              {group(text.atTheEvents, AT_EVENTS, 'delaySeconds')}
              <fieldset>
                <legend>{text.day}</legend>
                <NumberField name="seed" label={text.seed} value={value('seed')} />
                <p class="hint">{text.asked({ count: draws })}</p>
              </fieldset>
            </div>
          </div>
          <div class="buttons">
            <button class="primary" name="press" value="begin" type="submit">
              {text.save}
            </button>
            {!isQuiet(faults) && (
              <button name="press" value="quiet" type="submit" formnovalidate>
                {text.quiet}
              </button>
            )}
          </div>
        </form>
      </>
    ),
  });
}

function NumberField({ name, label, value }: { name: keyof Faults | 'seed'; label: string; value: string }) {
  const isPercent = name !== 'seed' && !(SECONDS as readonly string[]).includes(name);
  const digits = name === 'seed' ? 9 : 3;
  return (
    <label class="fault">
      <span>{label}</span>
      <input name={name} value={value} inputmode="numeric" maxlength={digits} required autocomplete="off" />
      {isPercent && <span>{dashboardText.percent}</span>}
    </label>
  );
}
