import type { Child } from 'hono/jsx';
import { DesignLists } from './design-lists.tsx';
import { designSamples } from './design-samples.ts';
import { Page, type Shell } from './layout.tsx';
import { Badge } from './ui/badge.tsx';
import { Button, ButtonLink } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { Checkbox, Switch } from './ui/checkbox.tsx';
import { ErrorSummary } from './ui/error-summary.tsx';
import { Field } from './ui/field.tsx';
import { FieldRow, Form, FormActions } from './ui/form.tsx';
import { ICON_NAMES, Icon } from './ui/icon.tsx';
import { Notice, type NoticeTone } from './ui/notice.tsx';
import { PageHead } from './ui/page-head.tsx';
import { RadioCards } from './ui/radio-cards.tsx';
import { Select } from './ui/select.tsx';

// Written out, so that the scanner for styles sees each name.
const SWATCHES = [
  'bg-paper',
  'bg-surface',
  'bg-sunken',
  'bg-line',
  'bg-ink',
  'bg-muted',
  'bg-brand',
  'bg-brand-soft',
  'bg-yolk',
  'bg-yolk-soft',
  'bg-good',
  'bg-good-soft',
  'bg-bad',
  'bg-bad-soft',
  'bg-warn',
  'bg-warn-soft',
  'bg-info',
  'bg-info-soft',
];
const SIZES = ['text-xs', 'text-sm', 'text-base', 'text-lg', 'text-xl', 'text-2xl', 'text-3xl'];
const TONES: NoticeTone[] = ['good', 'bad', 'warn', 'info', 'plain'];

/** The living page of the design: tokens, and every part in all its states. */
export function DesignPage({ shell }: { shell: Shell }) {
  const text = designSamples(shell.locale);
  return (
    <Page shell={shell} title={text.title} width="wide">
      <PageHead title={text.title} lead={text.lead} />
      <Tokens locale={shell.locale} />
      <Card title={text.buttons}>
        <ButtonSamples locale={shell.locale} />
      </Card>
      <div class="design-columns">
        <Card title={text.fields}>
          <FieldSamples locale={shell.locale} />
        </Card>
        <Card title={text.choices}>
          <ChoiceSamples locale={shell.locale} />
        </Card>
      </div>
      <Card title={text.messages}>
        <MessageSamples locale={shell.locale} />
      </Card>
      <DesignLists locale={shell.locale} />
    </Page>
  );
}

function Tokens({ locale }: { locale: string }) {
  const text = designSamples(locale);
  return (
    <>
      <Card title={text.colours}>
        <div class="swatches">
          {SWATCHES.map((swatch) => (
            <div class="swatch">
              <span class={`swatch-colour ${swatch}`} />
              <code>{swatch}</code>
            </div>
          ))}
        </div>
      </Card>
      <div class="design-columns">
        <Card title={text.type}>
          <div class="stack-tight">
            {SIZES.map((size) => (
              <p class={size}>{text.specimen}</p>
            ))}
          </div>
        </Card>
        <Card title={text.icons}>
          <div class="icon-samples">
            {ICON_NAMES.map((name) => (
              <span class="icon-sample">
                <Icon name={name} />
                {name}
              </span>
            ))}
          </div>
        </Card>
      </div>
    </>
  );
}

function ButtonSamples({ locale }: { locale: string }) {
  const text = designSamples(locale);
  const row = (children: Child) => <div class="design-row">{children}</div>;
  return (
    <Form action="/design" label={text.buttons}>
      {row(
        <>
          <Button tone="primary" pendingLabel={text.paying}>
            {text.pay}
          </Button>
          <Button>{text.cancel}</Button>
          <Button tone="quiet">{text.later}</Button>
          <Button tone="danger" icon="archive">
            {text.remove}
          </Button>
          <Button disabled>{text.unavailable}</Button>
        </>,
      )}
      {row(
        <>
          <ButtonLink href="/design" tone="primary" size="large" icon="plus">
            {text.buy}
          </ButtonLink>
          <ButtonLink href="/design" size="small" icon="download">
            {text.receipt}
          </ButtonLink>
        </>,
      )}
      {row(
        <>
          <Badge>{text.open}</Badge>
          <Badge tone="good" icon="check">
            {text.paid}
          </Badge>
          <Badge tone="bad">{text.overdue}</Badge>
          <Badge tone="warn">{text.expiredReason}</Badge>
          <Badge tone="info">{text.validity}</Badge>
          <Badge tone="accent" icon="star">
            {text.popular}
          </Badge>
        </>,
      )}
    </Form>
  );
}

function FieldSamples({ locale }: { locale: string }) {
  const text = designSamples(locale);
  return (
    <Form action="/design" label={text.fields}>
      <ErrorSummary locale={locale} errors={[{ fieldId: 'field-price', text: text.priceError }]} />
      <Field name="name" label={text.name} hint={text.nameHint} value={text.starter} autocomplete="off" required />
      <FieldRow>
        <Field
          name="price"
          label={text.price}
          prefix="EUR"
          inputmode="decimal"
          value="4x"
          error={text.priceError}
          autocomplete="off"
        />
        <Select
          name="currency"
          label={text.currency}
          value="EUR"
          options={['EUR', 'JPY', 'KWD'].map((code) => ({ value: code, label: code }))}
        />
      </FieldRow>
      <Field
        name="amount"
        label={text.amount}
        suffix={text.credits}
        inputmode="decimal"
        value="50"
        width="short"
        autocomplete="off"
      />
      <Field name="note" label={text.note} mark={text.optional} rows={3} />
      <Field name="locked" label={text.unavailable} value={text.unavailable} disabled />
      <FormActions>
        <Button tone="primary">{text.save}</Button>
        <ButtonLink href="/design">{text.cancel}</ButtonLink>
      </FormActions>
    </Form>
  );
}

function ChoiceSamples({ locale }: { locale: string }) {
  const text = designSamples(locale);
  return (
    <Form action="/design" label={text.choices}>
      <RadioCards
        name="method"
        legend={text.method}
        value="visa"
        choices={[
          { value: 'visa', label: text.cardMethod, detail: text.cardDetail, icon: 'card' },
          {
            value: 'old',
            label: text.expired,
            icon: 'card',
            disabled: true,
            reason: (
              <>
                {text.expiredReason} – <a href="/design">{text.update}</a>
              </>
            ),
          },
          { value: 'invoice', label: text.invoice, detail: text.invoiceDetail, icon: 'invoice', aside: text.perCredit },
        ]}
      />
      <Checkbox name="terms" label={text.terms} checked />
      <Checkbox name="terms2" label={text.terms} error={text.priceError} />
      <Switch name="onSale" label={text.onSale} hint={text.onSaleHint} checked />
      <Switch name="onSale2" label={text.onSale} />
    </Form>
  );
}

function MessageSamples({ locale }: { locale: string }) {
  const text = designSamples(locale);
  return (
    <div class="stack">
      <Notice
        tone="good"
        title={text.added}
        actions={
          <ButtonLink href="/design" size="small">
            {text.receipt}
          </ButtonLink>
        }
      />
      {TONES.slice(1).map((tone) => (
        <Notice tone={tone} title={tone === 'bad' ? text.declined : text.confirming}>
          {text.declinedText}
        </Notice>
      ))}
    </div>
  );
}
