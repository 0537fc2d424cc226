import type { Child } from 'hono/jsx';
import { shellMessages } from '../messages.ts';
import { Badge } from './badge.tsx';
import { classes } from './classes.ts';

export type PackageCardProps = {
  locale: string;
  name: string;
  /** The number alone, formatted: `50`. */
  credits: string;
  /** The word after it: `credits`. */
  creditsLabel: string;
  /** Formatted price, or the word for free. */
  price: string;
  /** Formatted price before the discount; shown struck. */
  oldPrice?: string;
  /** `€0.98 per credit`. */
  perCredit: string;
  /** `Save 12 %`; leave out when there is nothing to say. */
  saving?: string;
  /** `Most popular`; leave out for the others. */
  popular?: string;
  /** A short line: validity, what it is good for. */
  detail?: Child;
  /** The buy link. */
  action?: Child;
  /** Anchor for focus and deep links: `package-<id>`. */
  id?: string;
  headingLevel?: 2 | 3;
};

/** A package on sale: as members see it, and as the editor's live preview. */
export function PackageCard(props: PackageCardProps) {
  const text = shellMessages(props.locale);
  const Heading = `h${props.headingLevel ?? 3}` as 'h3';
  return (
    <article class={classes('package', props.popular && 'package-popular')} id={props.id}>
      <header class="package-head">
        <Heading class="package-name" data-preview-part="name">
          {props.name}
        </Heading>
        {props.popular && (
          <Badge tone="accent" icon="star">
            {props.popular}
          </Badge>
        )}
      </header>
      <div class="package-what">
        <p class="package-credits">
          <span class="package-number" data-preview-part="credits">
            {props.credits}
          </span>{' '}
          <span class="package-unit">{props.creditsLabel}</span>
        </p>
        {props.detail && <p class="package-detail">{props.detail}</p>}
      </div>
      <div class="package-foot">
        <p class="package-price">
          {props.oldPrice && (
            <>
              <span class="sr-only">{text.oldPrice} </span>
              <s class="package-old">{props.oldPrice}</s>{' '}
            </>
          )}
          <span class="package-now" data-preview-part="price">
            {props.price}
          </span>{' '}
          <span class="package-line">
            <span class="package-per" data-preview-part="perCredit">
              {props.perCredit}
            </span>{' '}
            <span class="badge badge-good" data-preview-part="saving" hidden={!props.saving}>
              {props.saving}
            </span>
          </span>
        </p>
        {props.action && <div class="package-action">{props.action}</div>}
      </div>
    </article>
  );
}

export type PackagePreviewProps = {
  card: PackageCardProps;
  currency: string;
  /** Ids of the inputs the preview follows. */
  inputs: { name: string; credits: string; price: string };
  /** The other packages on sale, to compare with: exact integers as text. */
  others: { priceMinor: bigint; creditsMinor: bigint }[];
  /** Texts with a place for the value: `{price} per credit`, `Save {percent} %`. */
  perCreditText: string;
  savingText: string;
  /** What stands for the name when there is none: `{credits} credits`. */
  untitledText: string;
  /** What stands for a price of 0. */
  freeText: string;
};

/** The member's card while an administrator types; without scripts it shows the saved values. */
export function PackagePreview(props: PackagePreviewProps) {
  return (
    <div
      class="package-preview"
      data-preview
      data-locale={props.card.locale}
      data-currency={props.currency}
      data-name-input={props.inputs.name}
      data-credits-input={props.inputs.credits}
      data-price-input={props.inputs.price}
      data-others={props.others.map((other) => `${other.priceMinor}/${other.creditsMinor}`).join(' ')}
      data-per-credit-text={props.perCreditText}
      data-saving-text={props.savingText}
      data-untitled-text={props.untitledText}
      data-free-text={props.freeText}
    >
      <PackageCard {...props.card} />
    </div>
  );
}

/** Packages beside each other when there is room, below each other on a phone. */
export function PackageGrid(props: { children?: Child }) {
  return <div class="package-grid">{props.children}</div>;
}
