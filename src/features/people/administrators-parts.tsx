import { Badge } from '../../web/ui/badge.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Checkbox } from '../../web/ui/checkbox.tsx';
import { describedBy, Field, FieldError } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { Location } from '../organizations/organizations.ts';
import type { AtLocation } from '../sign-in/visit.ts';
import { MAX_NAME_LENGTH } from './adding-form.ts';
import { addingMessages } from './adding-messages.ts';
import type { Administrator } from './administrators.ts';
import { administratorsMessages } from './administrators-messages.ts';
import type { Shown } from './administrators-pages.tsx';
import { MAX_EMAIL_LENGTH } from './email-address.ts';
import { ALL_AREAS, type Area } from './people.ts';

/** Areas as words, in a list of the language. */
export function areaNames(areas: readonly Area[], locale: string): string {
  const text = administratorsMessages(locale);
  return new Intl.ListFormat(locale).format(areas.map((area) => text[`area-${area}`]));
}

export function AdministratorsTable({ visit, administrators }: { visit: AtLocation; administrators: Administrator[] }) {
  const { slug, locale } = visit.location;
  const text = administratorsMessages(locale);
  const hrefOf = ({ id }: Administrator) => `/l/${slug}/settings/administrators/${id}`;
  return (
    <Table
      caption={text.title}
      hideCaption
      rows={administrators}
      rowId={(row) => `administrator-${row.id}`}
      columns={[
        {
          key: 'name',
          header: text.name,
          primary: true,
          cell: (row) => (
            <>
              {row.name} {row.isOwner && <Badge tone="accent">{text.owner}</Badge>}{' '}
              {row.id === visit.user.id && <Badge>{text.you}</Badge>}
            </>
          ),
        },
        { key: 'email', header: text.email, cell: (row) => row.email },
        {
          key: 'areas',
          header: text.areas,
          cell: (row) => (row.isOwner ? text.ownerAll : areaNames(row.areas, locale)),
        },
        {
          key: 'actions',
          header: text.actions,
          hideHeader: true,
          cell: (row) =>
            !row.isOwner && (
              <ButtonLink href={hrefOf(row)} size="small" label={text.editOf(row)}>
                {text.edit}
              </ButtonLink>
            ),
        },
      ]}
    />
  );
}

type FormAt = Shown & { visit: AtLocation; action: string; back: string };

export function AddForm(it: FormAt) {
  const { locale } = it.visit.location;
  const text = administratorsMessages(locale);
  return (
    <Form action={it.action}>
      <Field
        name="name"
        label={text.name}
        value={it.typed.name}
        error={it.errors.name}
        autocomplete="off"
        maxlength={MAX_NAME_LENGTH}
        required
        autofocus={Object.keys(it.errors).length === 0}
      />
      <Field
        name="email"
        type="email"
        label={text.email}
        hint={text.emailHint}
        value={it.typed.email}
        error={it.errors.email}
        invalidText={addingMessages(locale).errorEmail}
        inputmode="email"
        autocomplete="off"
        maxlength={MAX_EMAIL_LENGTH}
        spellcheck={false}
        required
      />
      <Areas {...it} mayGive={it.visit.areas} has={[]} />
      <Actions {...it} />
    </Form>
  );
}

export function EditForm(it: FormAt & { them: Administrator }) {
  const isOwn = it.them.id === it.visit.user.id;
  return (
    <Form action={it.action}>
      <Areas {...it} mayGive={isOwn ? [] : it.visit.areas} has={it.them.areas} />
      <Actions {...it} />
    </Form>
  );
}

/** The areas as boxes; those that cannot be given by whoever looks at them are there only while they are had. */
function Areas(it: FormAt & { mayGive: readonly Area[]; has: readonly Area[] }) {
  const text = administratorsMessages(it.visit.location.locale);
  return (
    <fieldset id="field-areas" aria-describedby={describedBy('field-areas', { error: it.errors.areas ?? '' })}>
      <legend class="field-label">{text.areas}</legend>
      <div class="stack">
        {ALL_AREAS.map((area) => (
          <Checkbox
            id={`field-areas-${area}`}
            name="areas[]"
            value={area}
            label={text[`area-${area}`]}
            hint={text[`about-${area}`]}
            checked={it.areas.includes(area)}
            disabled={!it.mayGive.includes(area) && !it.has.includes(area)}
          />
        ))}
      </div>
      {it.errors.areas !== undefined && <FieldError id="field-areas" error={it.errors.areas} />}
    </fieldset>
  );
}

function Actions({ visit, back }: FormAt) {
  const text = administratorsMessages(visit.location.locale);
  return (
    <FormActions>
      <Button tone="primary" pendingLabel={text.saving}>
        {text.save}
      </Button>
      <ButtonLink href={back} tone="quiet">
        {text.cancel}
      </ButtonLink>
    </FormActions>
  );
}

/** Ends what somebody looks after here. */
export function RemoveCard(it: { location: Location; them: Administrator; action: string }) {
  const text = administratorsMessages(it.location.locale);
  return (
    <Card title={text.removeTitle}>
      <p class="mb-3">{text.removeLead({ name: it.them.name, location: it.location.name })}</p>
      <Form action={it.action}>
        <FormActions>
          <Button tone="danger" id="remove-administrator">
            {text.remove(it.them)}
          </Button>
        </FormActions>
      </Form>
    </Card>
  );
}
