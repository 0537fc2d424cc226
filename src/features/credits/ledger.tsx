import { formatCredits, formatSignedCredits } from '../../shared/credits.ts';
import { LedgerHeading, LedgerList, LedgerRow } from '../../web/ui/ledger.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { Balance, HistoryEntry, Lot } from './credits.ts';
import { expiringSoon, lastDayOf } from './expiring.ts';
import { type LocalTime, localTime } from './local-time.ts';
import { creditMessages, entryText } from './messages.ts';

type LedgerProps = {
  location: Location;
  entries: HistoryEntry[];
  /** Where the row of an entry leads. */
  hrefOf?: (entry: HistoryEntry) => string | undefined;
  /** Says who acted: for wallets that several people use. */
  showActor: boolean;
};

/** A history with the running balance, newest first, by month. */
export function CreditLedger({ location, entries, hrefOf, showActor }: LedgerProps) {
  const text = creditMessages(location.locale);
  const time = localTime(location);
  return (
    <LedgerList label={text.ledger} id="transactions">
      {entries.map((entry, index) => {
        const month = time.month(entry.at);
        const previous = entries[index - 1];
        return (
          <>
            {(!previous || time.month(previous.at) !== month) && <LedgerHeading>{month}</LedgerHeading>}
            <EntryRow location={location} time={time} entry={entry} href={hrefOf?.(entry)} showActor={showActor} />
          </>
        );
      })}
    </LedgerList>
  );
}

type EntryRowProps = Pick<LedgerProps, 'location' | 'showActor'> & {
  time: LocalTime;
  entry: HistoryEntry;
  href: string | undefined;
};

function EntryRow({ location, time, entry, href, showActor }: EntryRowProps) {
  const text = creditMessages(location.locale);
  const actor = showActor && entry.actorName ? text.by({ actor: entry.actorName }) : '';
  const more = [actor, entry.memo].filter((it) => it !== '').join(' · ');
  return (
    <LedgerRow
      id={`entry-${entry.id}`}
      what={entryText(entry, location.locale)}
      date={time.dayAndTime(entry.at)}
      datetime={entry.at.toISOString()}
      amount={formatSignedCredits(entry.changeMinor, location.locale)}
      direction={entry.changeMinor > 0n ? 'in' : entry.changeMinor < 0n ? 'out' : 'none'}
      balanceAfter={text.balanceAfter({ balance: formatCredits(entry.balanceAfterMinor, location.locale) })}
      {...(more !== '' && { detail: more })}
      {...(href !== undefined && { href })}
    />
  );
}

type LotsProps = { location: Location; balance: Balance; now: Date };

/** What expires next, and a list of all lots that opens; shows nothing without credits. For the detail of a `Balance`. */
export function Lots({ location, balance, now }: LotsProps) {
  if (balance.lots.length === 0) return null;
  const { locale, timeZone } = location;
  const text = creditMessages(locale);
  const time = localTime(location);
  const soon = expiringSoon(balance.lots, now, timeZone);
  return (
    <>
      {soon && (
        <p data-testid="expiring">
          {text.expiring({ ...counted(soon.creditsMinor, locale), day: time.day(soon.lastDay, now) })}
        </p>
      )}
      <details>
        <summary class="py-2.5">{text.lots}</summary>
        <ol class="mb-2 list-inside list-decimal">
          {balance.lots.map((lot) => (
            <li>{lotText(lot, location, time, now)}</li>
          ))}
        </ol>
        <p>{text.order}</p>
      </details>
    </>
  );
}

function lotText(lot: Lot, { locale }: Location, time: LocalTime, now: Date): string {
  const text = creditMessages(locale);
  const of = counted(lot.remainingMinor, locale);
  return lot.expiresAt ? text.lot({ ...of, day: time.day(lastDayOf(lot.expiresAt), now) }) : text.lotForever(of);
}

function counted(creditsMinor: bigint, locale: string): { one: boolean; credits: string } {
  return { one: creditsMinor === 100n, credits: formatCredits(creditsMinor, locale) };
}
