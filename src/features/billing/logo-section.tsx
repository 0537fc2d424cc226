import { Button } from '../../web/ui/button.tsx';
import { Section } from '../../web/ui/card.tsx';
import { DocumentLogo } from '../../web/ui/document-logo.tsx';
import { FileField } from '../../web/ui/file-field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import type { Location } from '../organizations/organizations.ts';
import { type LogoProblem, MAX_LOGO_PIXELS, MAX_LOGO_SIDE, MIN_LOGO_SIDE } from './logo-image.ts';
import { documentLogo, type Logo } from './logos.ts';
import { billingMessages } from './messages.ts';

type Props = { location: Location; logo: Logo | undefined; problem?: LogoProblem };

/** The logo that documents get from now on, another one in its place, and none. */
export function LogoSection({ location, logo, problem }: Props) {
  const text = billingMessages(location.locale);
  const action = `/l/${location.slug}/settings/tax-and-billing/logo`;
  return (
    <Section title={text.logo} id="logo" lead={text.logoLead}>
      <div class="form-stack">
        {logo && <DocumentLogo {...documentLogo(location, location.name, logo)} />}
        <Form action={action} sendsFile>
          <FileField
            name="logo"
            label={text.logoFile}
            hint={text.logoHint}
            accept="image/png,image/jpeg"
            {...(problem && { error: logoProblemText(problem, location.locale) })}
          />
          <FormActions>
            <Button id="save-logo" pendingLabel={text.logoSaving}>
              {logo ? text.logoReplace : text.logoSave}
            </Button>
          </FormActions>
        </Form>
        {logo && (
          <Form action={`${action}/remove`} layout="plain">
            <Button tone="quiet" id="remove-logo">
              {text.logoRemove}
            </Button>
          </Form>
        )}
      </div>
    </Section>
  );
}

/** Why a file is no logo, in words. */
export function logoProblemText(problem: LogoProblem, locale: string): string {
  const text = billingMessages(locale);
  const number = (it: number) => new Intl.NumberFormat(locale).format(it);
  if (problem === 'too-small') return text['logo-too-small']({ least: number(MIN_LOGO_SIDE) });
  if (problem === 'too-many-pixels')
    return text['logo-too-many-pixels']({ side: number(MAX_LOGO_SIDE), all: number(MAX_LOGO_PIXELS) });
  return text[`logo-${problem}`];
}
