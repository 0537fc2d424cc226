import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { Button } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Select } from '../../web/ui/select.tsx';
import { type Location, setTax } from '../organizations/organizations.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { billingOfLocation, saveLocationBilling } from './billing.ts';
import { BillingFields, filledWith, type Shown } from './fields.tsx';
import { detailsOf, fieldErrors, locationBillingForm, rateText, taxOf } from './form.ts';
import { billingMessages } from './messages.ts';

const PAGE = '/l/:location/settings/tax-and-billing';

/** Locations > Settings > Tax and billing: the location's tax, and who it is on documents. */
export function billingSettingsPages(core: Core, guards: Guards): Route[] {
  const settings = guards.administrator('settings');
  return [
    get(PAGE, settings, (visit, c) => showSettings(core, visit, c)),
    post(PAGE, settings, (visit, c) => saveSettings(core, visit, c)),
  ];
}

async function showSettings(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { tax, id } = visit.location;
  const details = await core.database.read(visit.organizationId, (db) => billingOfLocation(db, id));
  const typed = {
    ...filledWith(details),
    ...{ taxMode: tax.mode, taxRate: tax.ratePpm === 0 ? '' : rateText(tax.ratePpm), taxLabel: tax.label },
  };
  return settingsPage(visit, c, { typed, errors: {} });
}

async function saveSettings(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, organizationId, now } = visit;
  const form = await readForm(c, locationBillingForm);
  if (!form.ok) return settingsPage(visit, c, { typed: form.typed, errors: fieldErrors(form.errors, location.locale) });
  const read = taxOf(form.values);
  if ('errors' in read)
    return settingsPage(visit, c, { typed: form.typed, errors: fieldErrors(read.errors, location.locale) });
  await core.database.write(organizationId, async (tx) => {
    await setTax(tx, location.id, read.tax);
    await saveLocationBilling(tx, { organizationId, locationId: location.id, details: detailsOf(form.values), now });
  });
  setFlash(c, { tone: 'good', text: billingMessages(location.locale).saved });
  return c.redirect(`/l/${location.slug}/settings/tax-and-billing`, 303);
}

function settingsPage(visit: AtLocation, c: Ctx, shown: Shown): Response {
  const { location } = visit;
  const text = billingMessages(location.locale);
  const errors = Object.entries(shown.errors).map(([name, it]) => ({ fieldId: `field-${name}`, text: it }));
  return administratorPage(c, visit, {
    title: text.settingsTitle,
    current: 'billing',
    width: 'narrow',
    ...(errors.length > 0 && { status: 422 }),
    children: (
      <>
        <PageHead title={text.settingsTitle} lead={text.settingsLead({ location: location.name })} />
        <ErrorSummary locale={location.locale} errors={errors} />
        <Form action={`/l/${location.slug}/settings/tax-and-billing`}>
          <Section title={text.tax} lead={text.taxLead}>
            <TaxFields location={location} {...shown} />
          </Section>
          <Section title={text.billing} lead={text.billingLead}>
            <div class="form-stack">
              <BillingFields locale={location.locale} name={location.name} {...shown} />
            </div>
          </Section>
          <FormActions>
            <Button tone="primary" id="save-billing" pendingLabel={text.saving}>
              {text.save}
            </Button>
          </FormActions>
        </Form>
      </>
    ),
  });
}

function TaxFields({ location, typed, errors }: Shown & { location: Location }) {
  const text = billingMessages(location.locale);
  return (
    <div class="form-stack">
      <Select
        name="taxMode"
        label={text.taxMode}
        value={typed.taxMode}
        error={errors.taxMode}
        options={[
          { value: 'none', label: text.taxModeNone },
          { value: 'inclusive', label: text.taxModeInclusive },
          { value: 'exclusive', label: text.taxModeExclusive },
        ]}
      />
      <Field
        name="taxRate"
        label={text.taxRate}
        value={typed.taxRate}
        error={errors.taxRate}
        inputmode="decimal"
        autocomplete="off"
        width="short"
        suffix="%"
        maxlength={9}
      />
      <Field
        name="taxLabel"
        label={text.taxLabel}
        hint={text.taxLabelHint}
        value={typed.taxLabel}
        error={errors.taxLabel}
        autocomplete="off"
        maxlength={40}
      />
    </div>
  );
}
