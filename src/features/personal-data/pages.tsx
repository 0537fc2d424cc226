import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { notify } from '../notifications/notifications.ts';
import { customerOf } from '../people/customer-frame.tsx';
import { type Elsewhere, lookingAfter, ownerOf } from '../people/people.ts';
import { setFlash } from '../sign-in/flash.ts';
import { ownPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { anonymise, NotYet, obstacleTo } from './anonymising.ts';
import { exportOf } from './export.ts';
import { personalDataMessages } from './messages.ts';
import { personPage } from './person-page.tsx';
import { type Subject, subjectOf } from './personal-data.ts';

const OWN = '/l/:location/more/data';
const OF_CUSTOMER = '/l/:location/community/customers/:customerId/data';

const noFields = z.object({});
const anonymiseForm = z.object({ email: z.string().max(300) });

type At = { core: Core; visit: AtLocation; c: Ctx; elsewhere: Elsewhere };

/** What somebody may ask about themselves, and what is done for those who ask (E23). */
export function personalDataPages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const customers = guards.administrator('customers');
  const at = (visit: AtLocation, c: Ctx): At => ({ core, visit, c, elsewhere });
  return [
    get(OWN, guards.atLocation, (visit, c) => ownDataPage(visit, c)),
    get(`${OWN}/file`, guards.atLocation, (visit, c) => ownFile(at(visit, c))),
    post(`${OWN}/ask`, guards.atLocation, (visit, c) => ask(at(visit, c))),
    get(`${OWN}/ask`, guards.atLocation, (visit, c) => c.redirect(ownHref(visit), 303)),
    get(OF_CUSTOMER, customers, (visit, c) => showPerson(at(visit, c))),
    get(`${OF_CUSTOMER}/file`, customers, (visit, c) => fileOfPerson(at(visit, c))),
    post(`${OF_CUSTOMER}/anonymise`, customers, (visit, c) => forget(at(visit, c))),
    // Whoever had to sign in again on the way comes back to the address of the form.
    get(`${OF_CUSTOMER}/anonymise`, customers, (visit, c) => c.redirect(`${personHref(visit, c)}/data`, 303)),
  ];
}

function ownDataPage(visit: AtLocation, c: Ctx): Response {
  const { locale, name: location } = visit.location;
  const text = personalDataMessages(locale);
  return ownPage(c, visit, {
    title: text.title,
    width: 'narrow',
    children: (
      <>
        <PageHead
          title={text.title}
          lead={text.lead}
          back={{ href: `/l/${visit.location.slug}/more`, label: text.back }}
        />
        <Card title={text.file}>
          <p class="mb-3">{text.fileLead}</p>
          <ButtonLink href={`${ownHref(visit)}/file`} icon="download" download>
            {text.download}
          </ButtonLink>
        </Card>
        {visit.membership && (
          <Card title={text.forgetting}>
            <p class="mb-3">{text.forgettingLead({ location })}</p>
            <Form action={`${ownHref(visit)}/ask`}>
              <FormActions>
                <Button>{text.ask}</Button>
              </FormActions>
            </Form>
          </Card>
        )}
      </>
    ),
  });
}

async function ownFile({ core, visit, c }: At): Promise<Response> {
  const { user, now } = visit;
  const json = await core.database.read(visit.organizationId, async (db) =>
    exportOf(db, (await subjectOf(db, user.id))!, { now }),
  );
  return file(c, json);
}

/** Tells those who can do it that somebody wants to be forgotten. */
async function ask({ core, visit, c }: At): Promise<Response> {
  await readForm(c, noFields);
  const { organizationId, user, membership, location, now } = visit;
  if (!membership) throw new NotFound();
  const href = `/l/${location.slug}/community/customers/${membership.customerId}/data`;
  const isNew = await core.database.write(organizationId, async (tx) => {
    const news = { organizationId, kind: 'erasure-asked', details: { name: user.name }, href, now } as const;
    const told = [];
    for (const userId of await lookingAfter(tx, location.id, 'customers')) {
      told.push(await notify(tx, { ...news, userId, subjectId: user.id }));
    }
    return told.includes(true);
  });
  const text = personalDataMessages(location.locale);
  setFlash(c, { tone: 'good', text: isNew ? text.asked : text.askedBefore });
  return c.redirect(ownHref(visit), 303);
}

async function showPerson(at: At, error?: string): Promise<Response> {
  const { core, visit, c } = at;
  const shown = await core.database.read(visit.organizationId, async (db) => {
    const subject = await subjectAt(db, visit, c, 'everywhere');
    const obstacle = subject && (await obstacleTo(db, subject, visit.user.id));
    return { subject, obstacle, isOwner: await isOwner(db, visit) };
  });
  if (!shown.subject) {
    setFlash(c, { tone: 'plain', text: personalDataMessages(visit.location.locale).gone });
    return c.redirect(personHref(visit, c), 303);
  }
  return personPage(c, visit, { ...shown, subject: shown.subject, at: personHref(visit, c), error });
}

async function fileOfPerson({ core, visit, c }: At): Promise<Response> {
  const { now, location } = visit;
  const json = await core.database.read(visit.organizationId, async (db) => {
    const all = await isOwner(db, visit);
    const subject = await subjectAt(db, visit, c, all ? 'everywhere' : 'here');
    if (!subject) throw new NotFound();
    return await exportOf(db, subject, all ? { now } : { now, locationId: location.id });
  });
  return file(c, json);
}

async function forget(at: At): Promise<Response> {
  const { core, visit, c, elsewhere } = at;
  const { organizationId, location, user, now } = visit;
  const form = await readForm(c, anonymiseForm);
  const text = personalDataMessages(location.locale);
  const subject = await core.database.read(organizationId, (db) => subjectAt(db, visit, c, 'everywhere'));
  if (!subject) return showPerson(at);
  if ((form.typed.email ?? '').trim().toLowerCase() !== subject.email) {
    return showPerson(at, text.errorEmail(subject));
  }
  try {
    const { standingChanged, tell } = elsewhere;
    const it = { organizationId, userId: subject.userId, actorUserId: user.id, now, standingChanged, tell };
    await core.database.write(organizationId, (tx) => anonymise(tx, it));
  } catch (error) {
    // The page says what stands in the way.
    if (error instanceof NotYet) return showPerson(at);
    throw error;
  }
  setFlash(c, { tone: 'good', text: text.done });
  return c.redirect(personHref(visit, c), 303);
}

/** The person behind the individual customer that the address names; `undefined` when they were forgotten. */
async function subjectAt(
  db: Tx,
  visit: AtLocation,
  c: Ctx,
  scope: 'here' | 'everywhere',
): Promise<Subject | undefined> {
  const customer = await customerOf(db, visit, c);
  const membership = await db
    .selectFrom('memberships')
    .select('user_id')
    .where('customer_id', '=', customer.id)
    .executeTakeFirst();
  if (!membership) throw new NotFound();
  return await subjectOf(db, membership.user_id, scope === 'here' ? visit.location.id : undefined);
}

async function isOwner(db: Tx, visit: AtLocation): Promise<boolean> {
  return (await ownerOf(db))?.id === visit.user.id;
}

function file(c: Ctx, json: string): Response {
  c.header('Content-Type', 'application/json; charset=utf-8');
  c.header('Content-Disposition', 'attachment; filename="personal-data.json"');
  c.header('Cache-Control', 'no-store');
  return c.body(json);
}

function ownHref(visit: AtLocation): string {
  return `/l/${visit.location.slug}/more/data`;
}

function personHref(visit: AtLocation, c: Ctx): string {
  return `/l/${visit.location.slug}/community/customers/${c.req.param('customerId')}`;
}
