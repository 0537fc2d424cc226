import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, type Element, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { Wrong } from './adding-fields.tsx';
import { fieldErrors, personFields } from './adding-form.ts';
import {
  type Administrator,
  AreasNotYours,
  addAdministrator,
  administratorAt,
  administratorsAt,
  changeAreas,
  IsAdministrator,
  OwnerHasAll,
  SomebodyNeedsSettings,
} from './administrators.ts';
import { administratorsMessages } from './administrators-messages.ts';
import { AddForm, AdministratorsTable, areaNames, EditForm, RemoveCard } from './administrators-parts.tsx';
import { ownerOf, ownerOffer } from './owner-offer.ts';
import { OwnerCard } from './owner-parts.tsx';
import { ALL_AREAS, type Area } from './people.ts';
import { queueWord } from './welcome.ts';

const LIST = '/l/:location/settings/administrators';

const areas = z
  .string()
  .default('')
  .transform((typed) => typed.split(',').filter((it) => it !== ''))
  .pipe(z.array(z.enum(ALL_AREAS as readonly [Area, ...Area[]], 'areas')));
const addForm = z.object({ ...personFields, 'areas[]': areas });
const editForm = z.object({ 'areas[]': areas });
const noFields = z.object({});

type At = { core: Core; visit: AtLocation; c: Ctx };

/** A form as it is shown again: what was typed, the areas that were chosen, and what is wrong; `''` belongs to no field. */
export type Shown = { typed: Record<string, string>; areas: readonly string[]; errors: Record<string, string> };

/** Locations > Settings > Administrators: who looks after a location, and what. */
export function administratorsPages(core: Core, guards: Guards): Route[] {
  const settings = guards.administrator('settings');
  const fresh: Shown = { typed: {}, areas: [], errors: {} };
  return [
    get(LIST, settings, (visit, c) => showList({ core, visit, c })),
    get(`${LIST}/new`, settings, (visit, c) => showAdd({ core, visit, c }, fresh)),
    post(`${LIST}/new`, settings, (visit, c) => add({ core, visit, c })),
    get(`${LIST}/:userId`, settings, (visit, c) => showEdit({ core, visit, c })),
    post(`${LIST}/:userId`, settings, (visit, c) => edit({ core, visit, c })),
    post(`${LIST}/:userId/remove`, settings, (visit, c) => remove({ core, visit, c })),
    // Whoever had to sign in again before removing comes back to the address of the action.
    get(`${LIST}/:userId/remove`, settings, (visit, c) => c.redirect(hrefOf(visit, userIdOf(c)), 303)),
  ];
}

async function showList({ core, visit, c }: At): Promise<Response> {
  const { location, organizationId, now, user } = visit;
  const text = administratorsMessages(location.locale);
  const it = await core.database.read(organizationId, async (db) => ({
    administrators: await administratorsAt(db, location.id),
    owner: await ownerOf(db),
    offer: await ownerOffer(db, now),
  }));
  const head = { title: text.title, lead: text.lead({ location: location.name }), add: true };
  return page(
    { core, visit, c },
    head,
    <>
      <AdministratorsTable visit={visit} administrators={it.administrators} />
      {it.owner && <OwnerCard location={location} owner={it.owner} offer={it.offer} userId={user.id} />}
    </>,
  );
}

function showAdd(at: At, shown: Shown): Response {
  const { visit } = at;
  const { locale, name: location } = visit.location;
  const text = administratorsMessages(locale);
  return page(
    at,
    { title: text.add, lead: text.addLead({ location }), narrow: true, errors: shown.errors },
    <AddForm visit={visit} {...shown} action={`${listOf(visit)}/new`} back={listOf(visit)} />,
  );
}

async function add(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, user: actor, now } = visit;
  const text = administratorsMessages(location.locale);
  const form = await readForm(c, addForm);
  const shown = (errors: Record<string, string>): Shown => ({
    typed: form.typed,
    areas: (form.typed['areas[]'] ?? '').split(','),
    errors,
  });
  if (!form.ok) return showAdd(at, shown(sentencesOf(form.errors, location.locale)));
  const chosen = form.values['areas[]'];
  if (chosen.length === 0) return showAdd(at, shown({ areas: text.errorAreas }));
  const { name, email } = form.values;
  try {
    const { user } = await core.database.write(organizationId, async (tx) => {
      const it = { organizationId, locationId: location.id, actorUserId: actor.id, name, email, areas: chosen, now };
      const added = await addAdministrator(tx, it);
      if (added.isNew) {
        const word = {
          ...added.user,
          location: location.name,
          areas: areaNames(chosen, location.locale),
          url: `${core.config.baseUrl}/sign-in`,
        };
        await queueWord(tx, core, {
          organizationId,
          to: added.user.email,
          subject: text.mailSubject(word),
          body: text.mailBody(word),
        });
      }
      return added;
    });
    setFlash(c, { tone: 'good', text: text.added(user) });
    return c.redirect(listOf(visit), 303);
  } catch (error) {
    return showAdd(at, shown(refusedBy(error, location.locale)));
  }
}

async function showEdit(at: At, again?: Shown): Promise<Response> {
  const { core, visit, c } = at;
  const { location } = visit;
  const userId = userIdOf(c);
  const them = await core.database.read(visit.organizationId, (db) => administratorAt(db, location.id, userId));
  if (!them) throw new NotFound();
  if (them.isOwner) return c.redirect(`/l/${location.slug}/settings/ownership`, 303);
  const text = administratorsMessages(location.locale);
  const shown = again ?? { typed: {}, areas: them.areas, errors: {} };
  const lead = them.id === visit.user.id ? text.ownLead : text.onlyOwn;
  return page(
    at,
    { title: them.name, lead: `${them.email}. ${lead}`, narrow: true, errors: shown.errors },
    <>
      <EditForm visit={visit} {...shown} them={them} action={hrefOf(visit, them.id)} back={listOf(visit)} />
      <RemoveCard location={location} them={them} action={`${hrefOf(visit, them.id)}/remove`} />
    </>,
  );
}

async function edit(at: At): Promise<Response> {
  const { visit, c } = at;
  const { locale } = visit.location;
  const text = administratorsMessages(locale);
  const form = await readForm(c, editForm);
  const areas = form.ok ? form.values['areas[]'] : [];
  if (areas.length === 0) return showEdit(at, { typed: {}, areas, errors: { areas: text.errorAreas } });
  return await decide(at, areas, ({ user, isChanged }) => (isChanged ? text.changed(user) : text.unchanged(user)));
}

async function remove(at: At): Promise<Response> {
  await readForm(at.c, noFields);
  const text = administratorsMessages(at.visit.location.locale);
  return await decide(at, [], ({ user }) => text.removed(user));
}

type Told = (it: { user: { name: string }; isChanged: boolean }) => string;

async function decide(at: At, areas: readonly Area[], told: Told): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, user } = visit;
  const userId = userIdOf(c);
  try {
    const it = { organizationId, locationId: location.id, actorUserId: user.id, userId, areas };
    const decided = await core.database.write(organizationId, (tx) => changeAreas(tx, it));
    setFlash(c, { tone: 'good', text: told(decided) });
    // Whoever gave up the settings has no business on this page any more.
    return c.redirect(userId === user.id && !areas.includes('settings') ? '/' : listOf(visit), 303);
  } catch (error) {
    const errors = refusedBy(error, location.locale);
    return showEdit(at, areas.length > 0 ? { typed: {}, areas, errors } : { ...(await current(at)), errors });
  }
}

/** What the form says while nothing was chosen in it. */
async function current({ core, visit, c }: At): Promise<Omit<Shown, 'errors'>> {
  const them = await core.database.read(visit.organizationId, (db) =>
    administratorAt(db, visit.location.id, userIdOf(c)),
  );
  return { typed: {}, areas: them?.areas ?? [] };
}

function refusedBy(error: unknown, locale: string): Record<string, string> {
  const text = administratorsMessages(locale);
  if (error instanceof AreasNotYours) return { areas: text.errorNotYours({ areas: areaNames(error.areas, locale) }) };
  if (error instanceof OwnerHasAll) return { areas: text.errorOwner };
  if (error instanceof SomebodyNeedsSettings) return { areas: text.errorSettings };
  if (error instanceof IsAdministrator) return { email: text.errorIsAdministrator(error.person) };
  throw error;
}

function sentencesOf(codes: Record<string, string>, locale: string): Record<string, string> {
  const { 'areas[]': wrong, ...others } = codes;
  return {
    ...fieldErrors(others, locale),
    ...(wrong !== undefined && { areas: administratorsMessages(locale).errorAreas }),
  };
}

type Head = { title: string; lead: string; add?: boolean; narrow?: boolean; errors?: Record<string, string> };

function page({ visit, c }: At, head: Head, children: Element): Response {
  const text = administratorsMessages(visit.location.locale);
  const errors = head.errors ?? {};
  return administratorPage(c, visit, {
    title: head.title,
    current: 'administrators',
    ...(head.narrow && { width: 'narrow' }),
    ...(Object.keys(errors).length > 0 && { status: 422 }),
    children: (
      <>
        <PageHead
          title={head.title}
          lead={head.lead}
          {...(head.narrow && { back: { href: listOf(visit), label: text.title } })}
          {...(head.add && { actions: <AddLink visit={visit} /> })}
        />
        <Wrong locale={visit.location.locale} fields={{}} errors={errors} />
        {children}
      </>
    ),
  });
}

function AddLink({ visit }: { visit: AtLocation }) {
  return (
    <ButtonLink href={`${listOf(visit)}/new`} tone="primary" icon="plus">
      {administratorsMessages(visit.location.locale).add}
    </ButtonLink>
  );
}

function listOf(visit: AtLocation): string {
  return `/l/${visit.location.slug}/settings/administrators`;
}

function hrefOf(visit: AtLocation, userId: Administrator['id']): string {
  return `${listOf(visit)}/${userId}`;
}

function userIdOf(c: Ctx): string {
  const id = c.req.param('userId');
  if (!isId(id)) throw new NotFound();
  return id;
}
