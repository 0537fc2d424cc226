import { formatCredits } from '../../shared/credits.ts';
import { Notice } from '../../web/ui/notice.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import { administrationMessages } from './administration-messages.ts';
import type { InvoiceItem } from './records.ts';

type Props = {
  items: readonly InvoiceItem[];
  unspentMinor: bigint;
  locale: string;
  /** Only of those among the items that are chosen; each says itself how much that is. */
  ofChosen?: boolean;
  /** Shown again, because it is not as it was. */
  hasChanged?: boolean;
};

/** Asks what becomes of the credits that are unspent, with the figures; they are taken back unless somebody says no. */
export function TakeBack({ items, unspentMinor, locale, ofChosen = false, hasChanged = false }: Props) {
  const text = administrationMessages(locale);
  if (unspentMinor === 0n) {
    const broughtCredits = items.some(({ kind }) => kind === 'credit_package');
    return broughtCredits ? <p id="nothing-unspent">{text.nothingUnspent}</p> : null;
  }
  const counted = countedCredits(unspentMinor, locale);
  return (
    <>
      {hasChanged && (
        <Notice tone="warn" role="alert" takeFocus>
          {text.unspentChanged}
        </Notice>
      )}
      <RadioCards
        name="takeBack"
        legend={text.takeBack}
        hint={ofChosen ? text.takeBackAskAll(counted) : text.takeBackAsk(counted)}
        value="yes"
        required
        choices={[
          {
            value: 'yes',
            label: ofChosen ? text.takeBackYesChosen : text.takeBackYes(counted),
            detail: text.takeBackYesDetail,
          },
          { value: 'no', label: text.takeBackNo, detail: text.takeBackNoDetail },
        ]}
      />
    </>
  );
}

/** A number of credits as sentences take it. */
export function countedCredits(minor: bigint, locale: string): { one: boolean; credits: string } {
  return { one: minor === 100n, credits: formatCredits(minor, locale) };
}
