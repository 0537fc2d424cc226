import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, type Element, get, post, type Route } from '../../platform/http/routes.ts';
import { isId, newId } from '../../platform/ids.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { ButtonLink } from '../../web/ui/button.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Table } from '../../web/ui/table.tsx';
import {
  changeLocation,
  createLocation,
  type Location,
  locationsOf,
  organizationName,
  SlugTaken,
} from '../organizations/organizations.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { Wrong } from './adding-fields.tsx';
import { LocationForm } from './locations-fields.tsx';
import { addForm, changeForm, locationErrors } from './locations-form.ts';
import { locationsMessages } from './locations-messages.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { ownerOf } from './owner-offer.ts';

const LIST = '/l/:location/settings/locations';
const CHANGE = '/l/:location/settings/location';

type At = { core: Core; visit: AtLocation; c: Ctx };
type Shown = { typed: Record<string, string>; errors: Record<string, string> };

/** Locations: the spaces of the organization. The owner adds them, those who look after settings change theirs. */
export function locationsPages(core: Core, guards: Guards): Route[] {
  const settings = guards.administrator('settings');
  return [
    get(LIST, settings, (visit, c) => showList({ core, visit, c })),
    get(`${LIST}/new`, settings, (visit, c) => {
      const { timeZone, locale, currency } = visit.location;
      const typed = { id: newId(visit.now), currency, timeZone, locale };
      return showAdd({ core, visit, c }, { typed, errors: {} });
    }),
    post(`${LIST}/new`, settings, (visit, c) => add({ core, visit, c })),
    get(CHANGE, settings, (visit, c) => {
      const { name, slug, timeZone, locale } = visit.location;
      return showChange({ core, visit, c }, { typed: { name, slug, timeZone, locale }, errors: {} });
    }),
    post(CHANGE, settings, (visit, c) => change({ core, visit, c })),
  ];
}

async function showList(at: At): Promise<Response> {
  const { core, visit } = at;
  const { locale } = visit.location;
  const text = locationsMessages(locale);
  const it = await core.database.read(visit.organizationId, async (db) => ({
    locations: await locationsOf(db),
    organization: await organizationName(db, visit.organizationId),
    isOwner: (await ownerOf(db))?.id === visit.user.id,
  }));
  const add = (
    <ButtonLink href={`${listOf(visit)}/new`} tone="primary" icon="plus">
      {text.add}
    </ButtonLink>
  );
  const lead = it.isOwner ? text.lead(it) : `${text.lead(it)} ${text.ownerAdds}`;
  const children = <Locations visit={visit} locations={it.locations} />;
  return page(at, { title: text.title, lead, children, ...(it.isOwner && { actions: add }) });
}

function Locations({ visit, locations }: { visit: AtLocation; locations: Location[] }) {
  const text = locationsMessages(visit.location.locale);
  const mayChange = ({ slug }: Location) =>
    visit.places.some((place) => place.slug === slug && place.areas.includes('settings'));
  return (
    <Table
      caption={text.title}
      hideCaption
      rows={locations}
      rowId={({ id }) => `location-${id}`}
      columns={[
        {
          key: 'name',
          header: text.name,
          primary: true,
          cell: ({ id, name }) => (
            <>
              {name} {id === visit.location.id && <Badge tone="accent">{text.here}</Badge>}
            </>
          ),
        },
        { key: 'address', header: text.address, cell: ({ slug }) => `/l/${slug}` },
        { key: 'currency', header: text.currency, cell: ({ currency }) => currency },
        { key: 'timeZone', header: text.timeZone, cell: ({ timeZone }) => timeZone.replaceAll('_', ' ') },
        {
          key: 'actions',
          header: text.actions,
          hideHeader: true,
          cell: (location) =>
            mayChange(location) && (
              <ButtonLink href={`/l/${location.slug}/settings/location`} size="small" label={text.changeOf(location)}>
                {text.change}
              </ButtonLink>
            ),
        },
      ]}
    />
  );
}

async function showAdd(at: At, shown: Shown): Promise<Response> {
  await ownerOnly(at);
  const { visit } = at;
  const text = locationsMessages(visit.location.locale);
  return page(at, {
    title: text.add,
    lead: text.addLead,
    errors: shown.errors,
    children: <LocationForm {...shown} visit={visit} action={`${listOf(visit)}/new`} back={listOf(visit)} isNew />,
  });
}

async function add(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const form = await readForm(c, addForm);
  await ownerOnly(at);
  if (!form.ok) return showAdd(at, { typed: form.typed, errors: locationErrors(form.errors, location.locale) });
  const { id = newId(now), slug, ...values } = form.values;
  if (!isId(id)) throw new NotFound();
  try {
    const made = await core.database.write(organizationId, async (tx) => {
      await oneAtATime(tx, `locations ${organizationId}`);
      // Pressed twice it is there already.
      const before = (await locationsOf(tx)).find((other) => other.id === id);
      return before ?? (await createLocation(tx, { ...values, ...(slug && { slug }), id, organizationId, now }));
    });
    setFlash(c, { tone: 'good', text: locationsMessages(location.locale).added(made) });
    return c.redirect(`/l/${made.slug}/settings/locations`, 303);
  } catch (error) {
    if (!(error instanceof SlugTaken)) throw error;
    return showAdd(at, { typed: form.typed, errors: locationErrors({ slug: 'slug-taken' }, location.locale) });
  }
}

function showChange(at: At, shown: Shown): Response {
  const { visit } = at;
  const text = locationsMessages(visit.location.locale);
  return page(at, {
    title: text.changeTitle(visit.location),
    errors: shown.errors,
    children: (
      <LocationForm
        {...shown}
        visit={visit}
        action={`/l/${visit.location.slug}/settings/location`}
        back={listOf(visit)}
      />
    ),
  });
}

async function change(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location } = visit;
  const text = locationsMessages(location.locale);
  const form = await readForm(c, changeForm);
  const errors = form.ok ? {} : locationErrors(form.errors, location.locale);
  const { currency = location.currency } = form.typed;
  if (currency !== location.currency) errors.currency = text.errorCurrencyFixed(location);
  if (!form.ok || Object.keys(errors).length > 0) return showChange(at, { typed: form.typed, errors });
  const { name, slug, timeZone, locale } = form.values;
  try {
    await core.database.write(organizationId, async (tx) => {
      await oneAtATime(tx, `locations ${organizationId}`);
      await changeLocation(tx, { organizationId, id: location.id, name, slug, timeZone, locale });
    });
  } catch (error) {
    if (!(error instanceof SlugTaken)) throw error;
    return showChange(at, { typed: form.typed, errors: locationErrors({ slug: 'slug-taken' }, location.locale) });
  }
  setFlash(c, { tone: 'good', text: locationsMessages(locale).changed({ name }) });
  return c.redirect(`/l/${slug}/settings/locations`, 303);
}

/** Another location is another business: only the owner opens one. For everybody else there is no such page. */
async function ownerOnly({ core, visit }: At): Promise<void> {
  const owner = await core.database.read(visit.organizationId, ownerOf);
  if (owner?.id !== visit.user.id) throw new NotFound();
}

type Head = { title: string; lead?: string; actions?: Element; errors?: Record<string, string>; children: Element };

function page({ visit, c }: At, { title, lead, actions, errors, children }: Head): Response {
  const { locale } = visit.location;
  return administratorPage(c, visit, {
    title,
    current: 'locations',
    ...(errors && { width: 'narrow' }),
    ...(errors && Object.keys(errors).length > 0 && { status: 422 }),
    children: (
      <>
        <PageHead
          title={title}
          {...(lead && { lead })}
          {...(actions !== undefined && { actions })}
          {...(errors && { back: { href: listOf(visit), label: locationsMessages(locale).title } })}
        />
        <Wrong locale={locale} fields={{}} errors={errors ?? {}} />
        {children}
      </>
    ),
  });
}

function listOf(visit: AtLocation): string {
  return `/l/${visit.location.slug}/settings/locations`;
}
