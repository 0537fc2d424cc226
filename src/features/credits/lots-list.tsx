import { formatCredits } from '../../shared/credits.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import type { Location } from '../organizations/organizations.ts';
import { LotCard, type LotLinks } from './lot-card.tsx';
import type { LotStory, LotsPlace } from './lots.ts';
import { lotsMessages } from './lots-messages.ts';
import { counted } from './messages.ts';
import type { Balance } from './queries.ts';

type ListProps = {
  location: Location;
  now: Date;
  /** Address of the first page; may carry a query. */
  at: string;
  links: LotLinks;
  balance: Balance;
  open: LotStory[];
  closed: LotStory[];
  next: LotsPlace | undefined;
  isFirst: boolean;
};

/** A page of lots: those to be used in their order, then those that are used up or expired. */
export function LotList({ location, now, at, links, balance, open, closed, next, isFirst }: ListProps) {
  const text = lotsMessages(location.locale);
  if (isFirst && open.length + closed.length === 0)
    return <EmptyState title={text.emptyTitle}>{text.empty}</EmptyState>;
  const cards = (lots: LotStory[]) => (
    <div class="grid gap-4">
      {lots.map((lot) => (
        <LotCard
          location={location}
          now={now}
          lot={lot}
          links={links}
          isNext={isFirst && !balance.frozen && lot === open.find((it) => it.remainingMinor > it.heldMinor)}
        />
      ))}
    </div>
  );
  return (
    <>
      {open.length > 0 && (
        <Section title={text.open} id="open" lead={balanceText(balance, location.locale)}>
          {cards(open)}
        </Section>
      )}
      {closed.length > 0 && (
        <Section title={text.closed} id="closed">
          {cards(closed)}
        </Section>
      )}
      <FormActions>
        {next && (
          <ButtonLink href={withQuery(at, next)} id="load-more">
            {text.older}
          </ButtonLink>
        )}
        {!isFirst && (
          <ButtonLink href={at} tone="quiet">
            {text.first}
          </ButtonLink>
        )}
      </FormActions>
    </>
  );
}

type OneProps = {
  location: Location;
  now: Date;
  links: LotLinks;
  lot: LotStory;
  next: bigint | undefined;
  isFirst: boolean;
};

/** One lot with all its uses, page by page. */
export function OneLot({ location, now, links, lot, next, isFirst }: OneProps) {
  const text = lotsMessages(location.locale);
  const at = links.lotHref(lot.id);
  return (
    <>
      <LotCard location={location} now={now} lot={lot} links={links} isNext={false} isAlone />
      <FormActions>
        {next !== undefined && (
          <ButtonLink href={withQuery(at, { before: String(next) })} id="load-more">
            {text.older}
          </ButtonLink>
        )}
        {!isFirst && (
          <ButtonLink href={at} tone="quiet">
            {text.newest}
          </ButtonLink>
        )}
      </FormActions>
    </>
  );
}

/** What the lots to be used come to. */
function balanceText({ spendableMinor, heldMinor }: Balance, locale: string): string {
  const text = lotsMessages(locale);
  const all = counted(spendableMinor + heldMinor, locale);
  return heldMinor > 0n ? text.openLeadHeld({ ...all, held: formatCredits(heldMinor, locale) }) : text.openLead(all);
}

function withQuery(at: string, query: Record<string, string>): string {
  return `${at}${at.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`;
}
