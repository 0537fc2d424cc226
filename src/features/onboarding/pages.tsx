import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { Button } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { Checkbox } from '../../web/ui/checkbox.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Select } from '../../web/ui/select.tsx';
import { currencyChoices, likelyChoices, localeChoices, timeZoneChoices } from '../organizations/choices.ts';
import { setFlash } from '../sign-in/flash.ts';
import { plainPage } from '../sign-in/frame.tsx';
import { startSession } from '../sign-in/sessions.ts';
import type { Guards } from '../sign-in/visit.ts';
import { onboardingMessages } from './messages.ts';
import { type ConnectTestGateway, isSetUp, isSetUpToken, setUp, setUpForm } from './set-up.ts';

const text = onboardingMessages('en');

type Shown = { typed: Record<string, string>; errors: Record<string, string> };

/** The first-run set-up, which is there until there is an organization. */
export function onboardingPages(core: Core, guards: Guards, connectTestGateway: ConnectTestGateway): Route[] {
  return [
    get('/set-up', guards.anyone, async (_, c) => {
      if (await isSetUp(core)) throw new NotFound();
      const token = c.req.query('token');
      if (!isSetUpToken(core, token)) return noTokenPage(c);
      const likely = likelyChoices(c.req.header('accept-language') ?? '');
      return setUpPage(c, { typed: { ...likely, token: token!, testGateway: 'on' }, errors: {} });
    }),
    post('/set-up', guards.anyone, async (_, c) => {
      if (await isSetUp(core)) throw new NotFound();
      const form = await readForm(c, setUpForm);
      if (!isSetUpToken(core, form.typed.token)) return noTokenPage(c);
      if (!form.ok) return setUpPage(c, form);
      const { location } = await setUp(core, form.values, connectTestGateway, (tx, made) =>
        // Whoever has the printed address runs this installation: there is nothing to show to anybody yet.
        startSession(tx, core, c, { ...made, secondFactor: true }),
      );
      setFlash(c, { tone: 'good', text: text.done({ location: location.name }) });
      return c.redirect(`/l/${location.slug}/community/credit-packages`, 303);
    }),
  ];
}

function noTokenPage(c: Ctx): Response {
  return plainPage(c, {
    title: text.noTokenTitle,
    status: 403,
    children: <PageHead title={text.noTokenTitle} lead={text.noToken} />,
  });
}

function setUpPage(c: Ctx, shown: Shown): Response {
  const errors = Object.entries(shown.errors).map(([name, code]) => ({
    fieldId: `field-${name}`,
    text: sentence(code),
  }));
  return plainPage(c, {
    title: text.title,
    status: errors.length > 0 ? 422 : 200,
    children: (
      <>
        <PageHead title={text.title} lead={text.lead} />
        <ErrorSummary locale="en" errors={errors} />
        <Form action="/set-up" fields={{ token: shown.typed.token ?? '' }}>
          <Section title={text.aboutSpace}>
            <SpaceFields {...shown} />
          </Section>
          <Section title={text.aboutYou} lead={text.aboutYouLead}>
            <OwnerFields {...shown} />
          </Section>
          <Checkbox
            name="testGateway"
            label={text.testGateway}
            hint={text.testGatewayHint}
            checked={shown.typed.testGateway !== undefined}
          />
          <FormActions>
            <Button tone="primary">{text.save}</Button>
          </FormActions>
        </Form>
      </>
    ),
  });
}

function SpaceFields(shown: Shown) {
  return (
    <div class="form-stack">
      <Field
        {...field('organization', shown)}
        hint={text.organizationHint}
        autocomplete="organization"
        maxlength={120}
        required
      />
      <Field {...field('location', shown)} hint={text.locationHint} maxlength={120} required />
      <Select {...field('currency', shown)} hint={text.currencyHint} options={currencyChoices()} required />
      <Select {...field('timeZone', shown)} hint={text.timeZoneHint} options={timeZoneChoices()} required />
      <Select {...field('locale', shown)} hint={text.localeHint} options={localeChoices()} required />
    </div>
  );
}

function OwnerFields(shown: Shown) {
  return (
    <div class="form-stack">
      <Field {...field('name', shown)} autocomplete="name" maxlength={120} required />
      <Field
        {...field('email', shown)}
        type="email"
        autocomplete="email"
        inputmode="email"
        invalidText={text['email-invalid']}
        maxlength={254}
        required
      />
    </div>
  );
}

type FieldName = 'organization' | 'location' | 'currency' | 'timeZone' | 'locale' | 'name' | 'email';

/** What every field of this form has: its label, what was typed, and what is wrong with it. */
function field(name: FieldName, { typed, errors }: Shown) {
  const error = errors[name];
  return { name, label: text[name], value: typed[name], ...(error !== undefined && { error: sentence(error) }) };
}

/** A field that did not arrive at all has no code of ours: it is simply to be filled in. */
function sentence(code: string): string {
  const known = (text as Record<string, unknown>)[code];
  return typeof known === 'string' ? known : text.required;
}
