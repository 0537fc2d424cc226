import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { decimalText, exponentOf, parseMinor } from '../../shared/money.ts';
import { Button } from '../../web/ui/button.tsx';
import { Switch } from '../../web/ui/checkbox.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import {
  type InvoiceSettings,
  InvoiceSettingsOutOfRange,
  invoiceSettingsAt,
  MAX_DUE_DAYS,
  saveInvoiceSettings,
} from './settings.ts';
import { settingsMessages } from './settings-messages.ts';

const PAGE = '/l/:location/settings/invoices';

const settingsForm = z.object({
  dueDays: z
    .string()
    .regex(/^\s*\d{1,4}\s*$/, 'dueDays')
    .transform(Number),
  reminders: z.enum(['on']).optional(),
  packageCap: z.string().default(''),
});

type Shown = { typed: Record<string, string>; errors: Record<string, string> };

/** Locations > Settings > Invoicing: days to pay, reminders, and how much may be owed for packages (E6). */
export function invoiceSettingsPages(core: Core, guards: Guards): Route[] {
  const settings = guards.administrator('settings');
  return [
    get(PAGE, settings, (visit, c) => show(core, visit, c)),
    post(PAGE, settings, (visit, c) => save(core, visit, c)),
  ];
}

async function show(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location } = visit;
  const settings = await core.database.read(visit.organizationId, (db) => invoiceSettingsAt(db, location.id));
  const { dueDays, reminders, packageCapMinor: cap } = settings;
  const typed = {
    dueDays: String(dueDays),
    packageCap: cap === null ? '' : decimalText(cap, exponentOf(location.currency)),
    ...(reminders && { reminders: 'on' }),
  };
  return settingsPage(visit, c, { typed, errors: {} });
}

async function save(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, organizationId, now } = visit;
  const text = settingsMessages(location.locale);
  const form = await readForm(c, settingsForm);
  const cap = capOf(form.typed.packageCap ?? '', location.currency);
  const wrong = { dueDays: text.errorDays({ most: String(MAX_DUE_DAYS) }), packageCap: text.errorCap };
  const again = (...fields: (keyof typeof wrong)[]) =>
    settingsPage(visit, c, { typed: form.typed, errors: Object.fromEntries(fields.map((it) => [it, wrong[it]])) });
  const isCap = cap !== undefined;
  if (!form.ok || !isCap)
    return again(...(form.ok ? [] : (['dueDays'] as const)), ...(isCap ? [] : (['packageCap'] as const)));
  const { dueDays, reminders } = form.values;
  const settings: InvoiceSettings = { dueDays, reminders: reminders === 'on', packageCapMinor: cap };
  try {
    await core.database.write(organizationId, (tx) =>
      saveInvoiceSettings(tx, { organizationId, locationId: location.id, settings, now }),
    );
  } catch (error) {
    if (!(error instanceof InvoiceSettingsOutOfRange)) throw error;
    return again(error.details.field as keyof typeof wrong);
  }
  setFlash(c, { tone: 'good', text: text.saved });
  return c.redirect(`/l/${location.slug}/settings/invoices`, 303);
}

/** The limit that was typed: none when empty, `undefined` when it is no amount. */
function capOf(typed: string, currency: string): bigint | null | undefined {
  return typed.trim() === '' ? null : parseMinor(typed, currency);
}

function settingsPage(visit: AtLocation, c: Ctx, { typed, errors }: Shown): Response {
  const { location } = visit;
  const text = settingsMessages(location.locale);
  const list = Object.entries(errors).map(([name, it]) => ({ fieldId: `field-${name}`, text: it }));
  return administratorPage(c, visit, {
    title: text.title,
    current: 'invoicing',
    width: 'narrow',
    ...(list.length > 0 && { status: 422 }),
    children: (
      <>
        <PageHead title={text.title} lead={text.lead({ location: location.name })} />
        <ErrorSummary locale={location.locale} errors={list} />
        <Form action={`/l/${location.slug}/settings/invoices`}>
          <Field
            name="dueDays"
            label={text.dueDays}
            hint={text.dueDaysHint}
            value={typed.dueDays}
            error={errors.dueDays}
            suffix={text.daysUnit}
            inputmode="numeric"
            autocomplete="off"
            width="short"
            maxlength={4}
            required
          />
          <Switch
            name="reminders"
            label={text.reminders}
            hint={text.remindersHint}
            checked={typed.reminders === 'on'}
          />
          <Field
            name="packageCap"
            label={text.cap}
            hint={text.capHint}
            mark={text.optional}
            value={typed.packageCap}
            error={errors.packageCap}
            prefix={location.currency}
            inputmode="decimal"
            autocomplete="off"
            width="short"
            maxlength={20}
          />
          <FormActions>
            <Button tone="primary" id="save-invoicing" pendingLabel={text.saving}>
              {text.save}
            </Button>
          </FormActions>
        </Form>
      </>
    ),
  });
}
