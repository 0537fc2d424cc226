import { formatCredits, formatSignedCredits } from '../../shared/credits.ts';
import { formatMoney } from '../../shared/money.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { Facts, type FactsProps } from '../../web/ui/facts.tsx';
import { LedgerRow } from '../../web/ui/ledger.tsx';
import type { Location } from '../organizations/organizations.ts';
import { lastDayOf } from './expiring.ts';
import { localTime } from './local-time.ts';
import type { LotStory, LotUse } from './lots.ts';
import { lotsMessages } from './lots-messages.ts';
import { creditsText, entryText } from './messages.ts';

/** Where the cards of lots lead, and what only some may read. */
export type LotLinks = {
  /** The page of one lot. */
  lotHref(lotId: string): string;
  /** Where the purchase behind a lot is found. */
  origin?: (lot: LotStory) => { href: string; label: string } | undefined;
  /** Shows the money that was paid. */
  showCost: boolean;
};

type CardProps = {
  location: Location;
  now: Date;
  lot: LotStory;
  links: LotLinks;
  isNext: boolean;
  /** On a page of its own, whose title says where it came from. */
  isAlone?: boolean;
};

/** One lot: where it came from, what is left of it, and what it was used for. */
export function LotCard({ location, now, lot, links, isNext, isAlone }: CardProps) {
  const { locale } = location;
  const text = lotsMessages(locale);
  const title = originText(lot, locale);
  const origin = links.origin?.(lot);
  const state = <State lot={lot} isNext={isNext} locale={locale} now={now} />;
  return (
    <article class="card" id={`lot-${lot.id}`} aria-label={title}>
      {!isAlone && (
        <header class="card-head">
          <h3 class="card-title">{title}</h3>
          <div class="card-actions">{state}</div>
        </header>
      )}
      <div class="card-body">
        {isAlone && <p class="mb-2 empty:hidden">{state}</p>}
        <Left lot={lot} locale={locale} />
        <Facts items={factsOf(lot, location, now, links.showCost)} />
        {(origin || lot.replacesLotId) && (
          <p class="mt-3">
            {origin && <a href={origin.href}>{origin.label}</a>}{' '}
            {lot.replacesLotId && <a href={links.lotHref(lot.replacesLotId)}>{text.replaces}</a>}
          </p>
        )}
      </div>
      <Uses lot={lot} location={location} now={now} />
      {lot.usesGoOn && !isAlone && (
        <footer class="card-foot">
          <a href={links.lotHref(lot.id)} aria-label={text.allUsesOf({ lot: title })}>
            {text.allUses}
          </a>
        </footer>
      )}
    </article>
  );
}

/** Where a lot came from, in words. */
export function originText({ origin, replacesLotId, allocationMinor }: LotStory, locale: string): string {
  if (replacesLotId !== null) return lotsMessages(locale).cameBack;
  return entryText({ ...origin, changeMinor: allocationMinor }, locale);
}

function State({ lot, isNext, locale, now }: { lot: LotStory; isNext: boolean; locale: string; now: Date }) {
  const text = lotsMessages(locale);
  if (lot.isOpen) return isNext ? <Badge tone="accent">{text.usedNext}</Badge> : null;
  if (isExpired(lot, now)) return <Badge tone="warn">{text.expired}</Badge>;
  return <Badge>{lot.uses[0]?.type === 'take_back' ? text.takenBack : text.usedUp}</Badge>;
}

/** Ended by its expiry rather than by its last use. */
function isExpired({ remainingMinor, expiresAt, uses }: LotStory, now: Date): boolean {
  const type = uses[0]?.type;
  const isOver = expiresAt !== null && expiresAt <= now;
  return (remainingMinor > 0n && isOver) || type === 'expiration' || type === 'plan_expiration';
}

/** How much came, and how much of it is left: as text, and as a bar while something is. */
function Left({ lot, locale }: { lot: LotStory; locale: string }) {
  const text = lotsMessages(locale);
  const percent = (minor: bigint) => String((minor * 100n) / lot.allocationMinor);
  const it = { left: formatCredits(lot.remainingMinor, locale), all: formatCredits(lot.allocationMinor, locale) };
  const isUnused = !lot.isOpen && lot.remainingMinor > 0n;
  const all = creditsText(lot.allocationMinor, locale);
  return (
    <div class="mb-4">
      <p class="figures text-xl font-semibold">
        {lot.isOpen ? text.left(it) : isUnused ? text.expiredUnused(it) : all}
      </p>
      {lot.isOpen && (
        <svg
          class="mt-2 block h-2 w-full overflow-hidden rounded-full"
          viewBox="0 0 100 1"
          preserveAspectRatio="none"
          aria-hidden="true"
          focusable="false"
        >
          <rect class="fill-sunken" width="100" height="1" />
          <rect class="fill-brand" width={percent(lot.remainingMinor)} height="1" />
          <rect class="fill-yolk" width={percent(lot.heldMinor)} height="1" />
        </svg>
      )}
    </div>
  );
}

function factsOf(lot: LotStory, location: Location, now: Date, showCost: boolean): FactsProps['items'] {
  const { locale, currency } = location;
  const text = lotsMessages(locale);
  const time = localTime(location);
  const { actorName, memo } = lot.origin;
  const day = time.day(lot.createdAt, now);
  const facts: FactsProps['items'] = [
    { term: text.came, value: actorName ? text.cameBy({ day, actor: actorName }) : day },
  ];
  if (memo) facts.push({ term: text.reason, value: memo });
  if (lot.expiresAt) {
    const term = lot.expiresAt <= now ? text.expiredOn : text.expires;
    facts.push({ term, value: text.endOf({ day: time.day(lastDayOf(lot.expiresAt), now) }) });
  } else if (lot.isOpen) facts.push({ term: text.expires, value: text.never });
  if (lot.heldMinor > 0n) facts.push({ term: text.held, value: formatCredits(lot.heldMinor, locale) });
  if (showCost && lot.isOpen) {
    const money = formatMoney({ minor: lot.costLeftMinor, currency }, locale);
    facts.push({ term: text.cost, value: lot.costMinor === 0n ? text.free : money });
  }
  return facts;
}

function Uses({ lot, location, now }: { lot: LotStory; location: Location; now: Date }) {
  const text = lotsMessages(location.locale);
  if (lot.uses.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets.
    <ol class="border-t border-line" role="list" aria-label={text.uses}>
      {lot.uses.map((use) => (
        <UseRow use={use} location={location} now={now} />
      ))}
    </ol>
  );
}

function UseRow({ use, location, now }: { use: LotUse; location: Location; now: Date }) {
  const { locale } = location;
  const { memo } = use;
  return (
    <LedgerRow
      what={entryText(use, locale)}
      date={localTime(location).day(use.at, now)}
      datetime={use.at.toISOString()}
      amount={formatSignedCredits(use.changeMinor, locale)}
      direction={use.changeMinor > 0n ? 'in' : 'out'}
      balanceAfter={lotsMessages(locale).leftAfter({ left: formatCredits(use.leftAfterMinor, locale) })}
      {...(memo !== '' && { detail: memo })}
    />
  );
}
