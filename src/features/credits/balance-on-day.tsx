import type { Tx } from '../../platform/database/database.ts';
import { formatCredits } from '../../shared/credits.ts';
import { Button } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form } from '../../web/ui/form.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { AtLocation } from '../sign-in/visit.ts';
import { dayOf, endOfDay, parseDay } from './days.ts';
import { lastDayOf } from './expiring.ts';
import { LotLines } from './ledger.tsx';
import { localTime } from './local-time.ts';
import { lotsMessages } from './lots-messages.ts';
import { counted, creditMessages } from './messages.ts';
import { type Balance, balanceAsOf } from './queries.ts';

/** The balance at the end of a day as it was asked for, or what is wrong with the day. */
type BalanceOn = { typed: string | undefined; error?: string; day?: string; balance?: Balance };

/** Reads the day that an address names, and rebuilds the balance at its end in the location's zone. */
export async function readBalanceOn(
  db: Tx,
  customerId: string,
  typed: string | undefined,
  { location, now }: AtLocation,
): Promise<BalanceOn> {
  if (typed === undefined || typed.trim() === '') return { typed: undefined };
  const text = lotsMessages(location.locale);
  const { timeZone } = location;
  const day = parseDay(typed.trim());
  if (day === undefined) return { typed, error: text.errorDay };
  if (day > dayOf(now, timeZone)) return { typed, error: text.errorFuture };
  // The last instant of the day: what ends with it is still there.
  return { typed, day, balance: await balanceAsOf(db, customerId, lastDayOf(endOfDay(day, timeZone))) };
}

type Props = BalanceOn & { location: Location; now: Date; at: string };

/** The balance as it was at the end of a day, with its lots. */
export function BalanceOnDay({ location, now, at, typed, error, day, balance }: Props) {
  const { locale, timeZone } = location;
  const text = lotsMessages(locale);
  const today = dayOf(now, timeZone);
  return (
    <Card title={text.balanceOn} id="balance-on">
      <Form action={at} method="get" layout="filters">
        <Field
          name="on"
          type="date"
          label={text.day}
          value={typed}
          error={error}
          invalidText={text.errorFuture}
          max={today}
          autofocus={error !== undefined}
          required
        />
        <Button>{text.show}</Button>
      </Form>
      {day !== undefined && balance && (
        <BalanceThen location={location} day={day} isToday={day === today} balance={balance} now={now} />
      )}
    </Card>
  );
}

type ThenProps = { location: Location; day: string; isToday: boolean; balance: Balance; now: Date };

function BalanceThen({ location, day, isToday, balance, now }: ThenProps) {
  const { locale } = location;
  const text = lotsMessages(locale);
  const { creditsUnit } = creditMessages(locale);
  const totalMinor = balance.spendableMinor + balance.heldMinor;
  const then = localTime(location).day(lastDayOf(endOfDay(day, location.timeZone)), now);
  return (
    <div class="mt-5 border-t border-line pt-4" id="balance-then">
      <p class="text-muted">{isToday ? text.balanceToday : text.balanceOnIs({ day: then })}</p>
      <p class="text-2xl font-semibold tabular-nums" data-testid="balance-then">
        {formatCredits(totalMinor, locale)} {creditsUnit({ one: totalMinor === 100n })}
      </p>
      {balance.heldMinor > 0n && <p>{text.heldOn(counted(balance.heldMinor, locale))}</p>}
      {balance.frozen && <p>{text.frozenOn}</p>}
      {totalMinor === 0n ? (
        <p>{text.nothingOn}</p>
      ) : (
        <div class="mt-2">
          <LotLines location={location} lots={balance.lots} now={now} />
        </div>
      )}
    </div>
  );
}
