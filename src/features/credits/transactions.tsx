import { NotFound } from '../../platform/errors.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import type { EmptyState } from '../../web/ui/empty-state.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { HistoryEntry } from './credits.ts';
import { CreditLedger, type Returnable } from './ledger.tsx';
import { localTime } from './local-time.ts';
import { creditMessages } from './messages.ts';

/** How many entries a page of the history has. */
export const PAGE_SIZE = 50;

export type History = { entries: HistoryEntry[]; next: bigint | undefined };

type TransactionsProps = {
  location: Location;
  history: History;
  /** Address of the newest page; may carry a query. */
  at: string;
  now: Date;
  isFirst: boolean;
  empty: ReturnType<typeof EmptyState>;
  /** The purchases that are owed still, by their id. */
  onAccount?: ReadonlySet<string>;
  hrefOf?: (entry: HistoryEntry) => string | undefined;
  returnOf?: (entry: HistoryEntry) => Returnable | undefined;
  showActor: boolean;
  /** Whose acts go without saying. */
  reader?: string;
  /** On a page that has this title already. */
  hideTitle?: boolean;
};

/** A page of a history, with the ways to the others. */
export function Transactions(props: TransactionsProps) {
  const { location, history, at, now, isFirst, empty, hideTitle, ...rows } = props;
  const text = creditMessages(location.locale);
  if (history.entries.length === 0 && isFirst) return empty;
  const zone = text.zone({ location: location.name, zone: localTime(location).zone(now) });
  return (
    <Section title={text.title} hideTitle={hideTitle} lead={zone}>
      <div class="stack">
        <CreditLedger location={location} entries={history.entries} {...rows} />
        <FormActions>
          {history.next !== undefined && (
            <ButtonLink href={`${at}${at.includes('?') ? '&' : '?'}before=${history.next}`} id="load-more">
              {text.older}
            </ButtonLink>
          )}
          {!isFirst && (
            <ButtonLink href={at} tone="quiet">
              {text.newest}
            </ButtonLink>
          )}
        </FormActions>
      </div>
    </Section>
  );
}

/** The version before which a page of a history begins; anything but a number leads nowhere. */
export function versionOf(text: string | undefined): { before?: bigint } {
  if (text === undefined) return {};
  if (!/^\d{1,18}$/.test(text)) throw new NotFound();
  return { before: BigInt(text) };
}
