import { formatCredits, formatSignedCredits } from '../../shared/credits.ts';
import { LedgerHeading, LedgerList, LedgerRow } from '../../web/ui/ledger.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { Balance, HistoryEntry, Lot } from './credits.ts';
import { expiringSoon, lastDayOf } from './expiring.ts';
import type { Hold } from './holds.ts';
import { type LocalTime, localTime } from './local-time.ts';
import { counted, creditMessages, entryText } from './messages.ts';

type LedgerProps = {
  location: Location;
  entries: HistoryEntry[];
  /** Where the row of an entry leads. */
  hrefOf?: (entry: HistoryEntry) => string | undefined;
  /** Says who acted: for wallets that several people use. */
  showActor: boolean;
  /** Whose acts go without saying: the reader's own. */
  reader?: string;
  /** The purchases that are owed still, by their id. */
  onAccount?: ReadonlySet<string>;
  /** What can be given back of an entry, and where; for administrators. */
  returnOf?: (entry: HistoryEntry) => Returnable | undefined;
};

/** What has not come back yet of a spend, and the page on which it is returned. */
export type Returnable = { leftMinor: bigint; href: string };

/** A history with the running balance, newest first, by month. */
export function CreditLedger({ location, entries, hrefOf, returnOf, ...it }: LedgerProps) {
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
            <EntryRow
              location={location}
              time={time}
              entry={entry}
              href={hrefOf?.(entry)}
              returnable={returnOf?.(entry)}
              {...it}
            />
          </>
        );
      })}
    </LedgerList>
  );
}

type EntryRowProps = Pick<LedgerProps, 'location' | 'showActor' | 'reader' | 'onAccount'> & {
  time: LocalTime;
  entry: HistoryEntry;
  href: string | undefined;
  returnable: Returnable | undefined;
};

function EntryRow({ location, time, entry, href, returnable, showActor, reader, onAccount }: EntryRowProps) {
  const { locale } = location;
  const text = creditMessages(locale);
  const actor = showActor && entry.actorName && entry.actorName !== reader ? text.by({ actor: entry.actorName }) : '';
  const returned = returnable ? returnedText(entry, returnable, locale) : '';
  const owed = entry.type === 'purchase' && onAccount?.has(entry.purchaseId ?? '') ? text.onAccount : '';
  const more = [owed, actor, entry.memo, returned].filter((it) => it !== '').join(' · ');
  const what = entryText(entry, locale);
  const link = returnable && (
    <span class="text-sm">
      <a href={returnable.href} aria-label={text.returnOf({ what, time: time.dayAndTime(entry.at) })}>
        {text.return}
      </a>
    </span>
  );
  return (
    <LedgerRow
      id={`entry-${entry.id}`}
      what={what}
      date={time.dayAndTime(entry.at)}
      datetime={entry.at.toISOString()}
      amount={formatSignedCredits(entry.changeMinor, locale)}
      direction={entry.changeMinor > 0n ? 'in' : entry.changeMinor < 0n ? 'out' : 'none'}
      balanceAfter={text.balanceAfter({ balance: formatCredits(entry.balanceAfterMinor, locale) })}
      {...(link
        ? {
            detail: (
              <>
                {more !== '' && <span class="mr-2">{more}</span>}
                {link}
              </>
            ),
          }
        : more !== '' && { detail: more })}
      {...(href !== undefined && { href })}
    />
  );
}

/** How much of a spend has come back already; nothing when none of it has. */
function returnedText({ changeMinor }: HistoryEntry, { leftMinor }: Returnable, locale: string): string {
  const returnedMinor = -changeMinor - leftMinor;
  if (returnedMinor === 0n) return '';
  const [returned, credits] = [formatCredits(returnedMinor, locale), formatCredits(-changeMinor, locale)];
  return creditMessages(locale).returnedOf({ returned, credits });
}

type LotsProps = {
  location: Location;
  balance: Balance;
  now: Date;
  /** What is set aside, for what and until when; without it only how much. */
  holds?: Hold[];
  /** The page on which the credits came from and went is told; only where there is something to tell. */
  moreHref?: string | undefined;
};

/** What expires next, what is set aside, and a list of all lots that opens. For the detail of a `Balance`. */
export function Lots({ location, balance, now, holds, moreHref }: LotsProps) {
  const { locale, timeZone } = location;
  const text = creditMessages(locale);
  const time = localTime(location);
  const more = moreHref !== undefined && (
    <p>
      <a href={moreHref}>{text.lotsMore}</a>
    </p>
  );
  if (balance.lots.length === 0) return more || null;
  const soon = expiringSoon(balance.lots, now, timeZone);
  return (
    <>
      {soon && (
        <p data-testid="expiring">
          {text.expiring({ ...counted(soon.creditsMinor, locale), day: time.day(soon.lastDay, now) })}
        </p>
      )}
      {heldTexts(balance, holds ?? [], location).map((sentence) => (
        <p data-testid="held">{sentence}</p>
      ))}
      <details>
        <summary class="py-3">{text.lots}</summary>
        <LotLines location={location} lots={balance.lots} now={now} />
        <p>{text.order}</p>
        {more}
      </details>
    </>
  );
}

/** Lots in the order in which they are used, in words. */
export function LotLines({ location, lots, now }: { location: Location; lots: Lot[]; now: Date }) {
  const time = localTime(location);
  return (
    <ol class="mb-2 list-inside list-decimal">
      {lots.map((lot) => (
        <li>{lotText(lot, location, time, now)}</li>
      ))}
    </ol>
  );
}

/** What is set aside, a sentence for each hold that is known and one for the rest. */
function heldTexts(balance: Balance, holds: Hold[], location: Location): string[] {
  const { locale } = location;
  const text = creditMessages(locale);
  const time = localTime(location);
  const sentences = holds.map(({ creditsMinor, product, until }) => {
    const it = { ...counted(creditsMinor, locale), time: time.dayAndTime(until) };
    return product === '' ? text.heldUntil(it) : text.heldFor({ ...it, product });
  });
  const restMinor = holds.reduce((rest, hold) => rest - hold.creditsMinor, balance.heldMinor);
  return restMinor > 0n ? [...sentences, text.held(counted(restMinor, locale))] : sentences;
}

function lotText(lot: Lot, { locale }: Location, time: LocalTime, now: Date): string {
  const text = creditMessages(locale);
  const of = counted(lot.remainingMinor, locale);
  const sentence = lot.expiresAt
    ? text.lot({ ...of, day: time.day(lastDayOf(lot.expiresAt), now) })
    : text.lotForever(of);
  if (lot.heldMinor === 0n) return sentence;
  return text.lotHeld({ lot: sentence, held: formatCredits(lot.heldMinor, locale) });
}
