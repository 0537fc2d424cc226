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
import { billingOfLocation, type SellerDetails, saveLocationBilling } from './billing.ts';
import { BillingFields, filledWith, type Shown } from './fields.tsx';
import { detailsOf, fieldErrors, locationBillingForm, rateText, taxOf } from './form.ts';
import type { LogoProblem } from './logo-image.ts';
import { logoPages } from './logo-pages.tsx';
import { LogoSection, logoProblemText } from './logo-section.tsx';
import type { Logo } from './logos.ts';
import { billingMessages } from './messages.ts';

const PAGE = '/l/:location/settings/tax-and-billing';

/** Locations > Settings > Tax and billing: the location's tax, and who it is on documents. */
export function billingSettingsPages(core: Core, guards: Guards): Route[] {
  const settings = guards.administrator('settings');
  return [
    get(PAGE, settings, (visit, c) => showSettings(core, visit, c)),
    post(PAGE, settings, (visit, c) => saveSettings(core, visit, c)),
    ...logoPages(core, guards, (visit, c, problem) => showSettings(core, visit, c, problem)),
  ];
}

async function showSettings(core: Core, visit: AtLocation, c: Ctx, problem?: LogoProblem): Promise<Response> {
  const { tax } = visit.location;
  const details = await detailsAt(core, visit);
  const typed = {
    ...filledWith(details),
    ...{ taxMode: tax.mode, taxRate: tax.ratePpm === 0 ? '' : rateText(tax.ratePpm), taxLabel: tax.label },
  };
  return settingsPage(visit, c, { typed, errors: {} }, { logo: details.logo, ...(problem && { problem }) });
}

async function saveSettings(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location, organizationId, now } = visit;
  const form = await readForm(c, locationBillingForm);
  const again = async (codes: Record<string, string>) => {
    const { logo } = await detailsAt(core, visit);
    return settingsPage(visit, c, { typed: form.typed, errors: fieldErrors(codes, location.locale) }, { logo });
  };
  if (!form.ok) return await again(form.errors);
  const read = taxOf(form.values);
  if ('errors' in read) return await again(read.errors);
  await core.database.write(organizationId, async (tx) => {
    await setTax(tx, location.id, read.tax);
    await saveLocationBilling(tx, { organizationId, locationId: location.id, details: detailsOf(form.values), now });
  });
  setFlash(c, { tone: 'good', text: billingMessages(location.locale).saved });
  return c.redirect(`/l/${location.slug}/settings/tax-and-billing`, 303);
}

function detailsAt(core: Core, { organizationId, location }: AtLocation): Promise<SellerDetails> {
  return core.database.read(organizationId, (db) => billingOfLocation(db, location.id));
}

type LogoShown = { logo: Logo | undefined; problem?: LogoProblem };

function settingsPage(visit: AtLocation, c: Ctx, shown: Shown, logo: LogoShown): Response {
  const { location } = visit;
  const text = billingMessages(location.locale);
  const wrong = { ...shown.errors, ...(logo.problem && { logo: logoProblemText(logo.problem, location.locale) }) };
  const errors = Object.entries(wrong).map(([name, it]) => ({ fieldId: `field-${name}`, text: it }));
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
        <LogoSection location={location} {...logo} />
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
