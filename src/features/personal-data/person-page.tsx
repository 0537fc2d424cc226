import type { Ctx } from '../../platform/http/routes.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import type { Obstacle } from './anonymising.ts';
import { personalDataMessages } from './messages.ts';
import type { Subject } from './personal-data.ts';

type Shown = {
  subject: Subject;
  obstacle: Obstacle | undefined;
  isOwner: boolean;
  /** The person's own page. */
  at: string;
  error: string | undefined;
};

/** The data of a person, for whoever looks after them: a file to hand out, and forgetting them. */
export function personPage(c: Ctx, visit: AtLocation, it: Shown): Response {
  const { locale, name: location } = visit.location;
  const { name } = it.subject;
  const text = personalDataMessages(locale);
  return administratorPage(c, visit, {
    title: text.titleOf({ name }),
    current: 'members',
    width: 'narrow',
    ...(it.error !== undefined && { status: 422 }),
    children: (
      <>
        <PageHead back={{ href: it.at, label: name }} title={text.titleOf({ name })} />
        <ErrorSummary
          locale={locale}
          errors={it.error === undefined ? [] : [{ fieldId: 'field-email', text: it.error }]}
        />
        <Card title={text.file}>
          <p class="mb-3">{it.isOwner ? text.fileOfOwnerLead({ name }) : text.fileOfLead({ name, location })}</p>
          <ButtonLink href={`${it.at}/data/file`} icon="download" download>
            {text.downloadOf({ name })}
          </ButtonLink>
        </Card>
        <Card title={text.anonymise}>
          {it.obstacle ? (
            <Notice tone="info">{whyNot(it.obstacle, name, locale)}</Notice>
          ) : (
            <AnonymiseForm {...it} locale={locale} />
          )}
        </Card>
      </>
    ),
  });
}

function AnonymiseForm({ subject, at, error, locale }: Shown & { locale: string }) {
  const text = personalDataMessages(locale);
  return (
    <>
      <ul class="mb-4 grid list-disc gap-2 pl-5">
        {[text.anonymiseLead(subject), text.frozen, text.stays, text.forGood].map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
      <Form action={`${at}/data/anonymise`}>
        <Field
          name="email"
          label={text.typeEmail}
          hint={text.typeEmailHint(subject)}
          {...(error !== undefined && { error })}
          autocomplete="off"
          spellcheck={false}
          maxlength={300}
          required
        />
        <FormActions>
          <Button tone="danger" pendingLabel={text.anonymising}>
            {text.anonymiseNow}
          </Button>
        </FormActions>
      </Form>
    </>
  );
}

function whyNot(obstacle: Obstacle, name: string, locale: string): string {
  const text = personalDataMessages(locale);
  const sentence = text[`not-${obstacle}`];
  return typeof sentence === 'string' ? sentence : sentence({ name });
}
