import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Checkbox } from '../../web/ui/checkbox.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { localTime } from '../credits/local-time.ts';
import type { Location } from '../organizations/organizations.ts';
import { permissionMessages } from './messages.ts';
import type { Listed, ListedMethod } from './methods.ts';

type Props = {
  location: Location;
  company: { name: string };
  list: Listed;
  action: string;
  /** Where the company's cards are; not for administrators. */
  cardsHref?: string;
  /** Shown again: the methods are not the ones that somebody ticked. */
  hasChanged: boolean;
};

/** The ways in which a company pays, each to be opened to its members or kept for its managers. */
export function PermissionForm({ location, company, list, action, cardsHref, hasChanged }: Props) {
  const text = permissionMessages(location.locale);
  const named = { company: company.name };
  const { methods } = list;
  const toCards = cardsHref && <ButtonLink href={cardsHref}>{text.toCards}</ButtonLink>;
  return (
    <>
      {hasChanged && (
        <Notice tone="warn" role="alert" title={text.changedTitle} takeFocus>
          {text.changed}
        </Notice>
      )}
      <Asking location={location} list={list} />
      <Card title={company.name}>
        <p class="mb-3">{text.lead(named)}</p>
        {methods.length === 0 ? (
          <EmptyState title={text.nothingTitle} actions={toCards} headingLevel={3}>
            {list.takesCards ? text.nothing(named) : text.noGateway}
          </EmptyState>
        ) : (
          <Form action={action} fields={{ shown: methods.map(({ value }) => value).join(',') }}>
            <fieldset id="methods">
              <legend class="field-label">{text.legend}</legend>
              <div class="stack">
                {methods.map((it) => (
                  <Checkbox
                    id={`open-${it.value}`}
                    name="open[]"
                    value={it.value}
                    label={nameOf(it, location)}
                    hint={hintOf(it, location, company.name)}
                    checked={it.isOpen}
                  />
                ))}
              </div>
            </fieldset>
            <p class="text-sm text-muted" id="effects">
              {text.effects(named)}
            </p>
            <FormActions>
              <Button tone="primary" pendingLabel={text.saving} describedBy="effects">
                {text.save}
              </Button>
              {toCards}
            </FormActions>
          </Form>
        )}
      </Card>
    </>
  );
}

/** Who asks to be let, for whoever followed the news here. */
function Asking({ location, list }: Pick<Props, 'location' | 'list'>) {
  if (list.waiting.length === 0 || list.methods.length === 0) return null;
  const text = permissionMessages(location.locale);
  const people = new Intl.ListFormat(location.locale).format(list.waiting.map(({ person }) => person));
  return (
    <Notice tone="info" id="asking" title={text.waitingTitle({ people, one: list.waiting.length === 1 })}>
      {text.waitingText}
    </Notice>
  );
}

function nameOf({ card }: ListedMethod, { locale }: Location): string {
  const text = permissionMessages(locale);
  if (!card) return text.invoice;
  const { brand, last4 } = card;
  return text.card({ brand: `${brand.slice(0, 1).toUpperCase()}${brand.slice(1)}`, last4 });
}

function hintOf({ card, change }: ListedMethod, location: Location, company: string): string {
  const text = permissionMessages(location.locale);
  const parts: string[] = [];
  if (card) {
    const month = `${String(card.expiresMonth).padStart(2, '0')}/${String(card.expiresYear % 100).padStart(2, '0')}`;
    parts.push((card.expired ? text.cardExpired : text.cardUntil)({ month }));
  } else parts.push(text.invoiceDetail({ company }));
  if (change) {
    const it = { by: change.by, time: localTime(location).dayAndTime(change.at) };
    parts.push((change.isOpen ? text.openedBy : text.closedBy)(it));
  }
  return parts.join(' ');
}
