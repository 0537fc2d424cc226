import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId, newId } from '../../platform/ids.ts';
import { connectionAt } from '../payments/payments.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { PackageEditor } from './editor.tsx';
import { fieldErrors, fieldsOf, type PackageFields, packageForm, refusalErrors, termsOf } from './form.ts';
import { PackageList } from './list.tsx';
import { packageMessages, packageTitle } from './messages.ts';
import {
  type AmountRules,
  type CreditPackage,
  createPackage,
  movePackage,
  type PackageTerms,
  packageAt,
  packagesOf,
  removePackage,
  restorePackage,
  updatePackage,
} from './packages.ts';

const LIST = '/l/:location/community/credit-packages';

/** Community > Credit packages: the list, the editor with its preview, and what can be done to a package. */
export function packagesPages(core: Core, guards: Guards, rules: AmountRules): Route[] {
  const billing = guards.administrator('billing');
  const act = (name: string, run: (visit: AtLocation, c: Ctx) => Promise<Response>) => [
    post(`${LIST}/:id/${name}`, billing, run),
    // Whoever had to sign in again before an action comes back to the address of the action: to the list from there.
    get(`${LIST}/:id/${name}`, billing, (visit, c) => c.redirect(listOf(visit), 303)),
  ];
  return [
    get(LIST, billing, (visit, c) => showList(core, visit, c)),
    get(`${LIST}/new`, billing, (visit, c) => {
      const fields = { id: newId(visit.now), validity: 'never', onSale: 'on' };
      return showEditor(core, visit, c, { pkg: undefined, fields, errors: {} });
    }),
    post(`${LIST}/new`, billing, (visit, c) => save({ core, rules, visit, c }, undefined)),
    get(`${LIST}/:id/edit`, billing, async (visit, c) => {
      const pkg = await packageToEdit(core, visit, c);
      return showEditor(core, visit, c, { pkg, fields: fieldsOf(pkg, visit.location.currency), errors: {} });
    }),
    post(`${LIST}/:id/edit`, billing, async (visit, c) =>
      save({ core, rules, visit, c }, await packageToEdit(core, visit, c)),
    ),
    ...act('remove', (visit, c) => remove(core, visit, c)),
    ...act('restore', (visit, c) => restore(core, visit, c)),
    ...act('move', (visit, c) => move(core, visit, c)),
  ];
}

async function showList(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location } = visit;
  const { packages, gateway } = await core.database.read(visit.organizationId, async (db) => ({
    packages: await packagesOf(db, location.id),
    gateway: await connectionAt(db, location.id),
  }));
  const mayConnect = !gateway && visit.areas.includes('settings');
  return administratorPage(c, visit, {
    title: packageMessages(location.locale).title,
    current: 'packages',
    children: (
      <PackageList
        location={location}
        at={listOf(visit)}
        packages={packages}
        connectHref={mayConnect ? `/l/${location.slug}/settings/payment-gateways` : undefined}
      />
    ),
  });
}

type Editing = { pkg: CreditPackage | undefined; fields: PackageFields; errors: Record<string, string> };

async function showEditor(core: Core, visit: AtLocation, c: Ctx, it: Editing): Promise<Response> {
  const { location } = visit;
  const text = packageMessages(location.locale);
  const packages = await core.database.read(visit.organizationId, (db) => packagesOf(db, location.id));
  const at = listOf(visit);
  return administratorPage(c, visit, {
    title: it.pkg ? text.editPackage : text.newPackage,
    current: 'packages',
    status: Object.keys(it.errors).length > 0 ? 422 : 200,
    children: (
      <PackageEditor
        location={location}
        at={at}
        action={it.pkg ? `${at}/${it.pkg.id}/edit` : `${at}/new`}
        isNew={!it.pkg}
        fields={it.fields}
        errors={it.errors}
        others={packages.filter((other) => other.onSale && other.id !== it.pkg?.id)}
      />
    ),
  });
}

type Saving = { core: Core; rules: AmountRules; visit: AtLocation; c: Ctx };

async function save(at: Saving, pkg: CreditPackage | undefined): Promise<Response> {
  const { core, visit, c } = at;
  const { location, now } = visit;
  const form = await readForm(c, packageForm(location.currency));
  const again = (errors: Record<string, string>, id = form.typed.id) =>
    showEditor(core, visit, c, { pkg, fields: { ...form.typed, ...(id !== undefined && { id }) }, errors });
  if (!form.ok) return again(fieldErrors(form.errors, location));
  const terms = termsOf(form.values);
  if ('errors' in terms) return again(fieldErrors(terms.errors, location));
  try {
    if (pkg) await change(at, pkg, terms);
    else await make(at, form.values.id, terms);
  } catch (error) {
    const errors = refusalErrors(error, location);
    if (!errors) throw error;
    return again(errors, '' in errors ? newId(now) : form.typed.id);
  }
  return c.redirect(listOf(visit), 303);
}

async function make({ core, rules, visit, c }: Saving, id: string | undefined, terms: PackageTerms): Promise<void> {
  const { organizationId, location, now } = visit;
  const made = await core.database.write(organizationId, (tx) =>
    createPackage(tx, rules, { ...terms, organizationId, location, id: isId(id) ? id : newId(now), now }),
  );
  const text = packageMessages(location.locale);
  const title = packageTitle(made, location.locale);
  setFlash(c, { tone: 'good', text: made.onSale ? text.createdOnSale({ title }) : text.created({ title }) });
}

async function change({ core, rules, visit, c }: Saving, pkg: CreditPackage, terms: PackageTerms): Promise<void> {
  const { location } = visit;
  const { before } = await core.database.write(visit.organizationId, (tx) =>
    updatePackage(tx, rules, { ...terms, location, id: pkg.id }),
  );
  const text = packageMessages(location.locale);
  setFlash(c, {
    tone: 'good',
    text: text.updated({ title: packageTitle({ ...before, ...terms }, location.locale) }),
    undo: {
      action: `${listOf(visit)}/${pkg.id}/edit`,
      fields: fieldsOf(before, location.currency),
      label: text.undo,
    },
  });
}

async function remove(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  await readForm(c, z.object({}));
  const { location, now } = visit;
  const pkg = await core.database.write(visit.organizationId, (tx) =>
    removePackage(tx, { locationId: location.id, id: idOf(c), now }),
  );
  const text = packageMessages(location.locale);
  setFlash(c, {
    tone: 'good',
    text: text.removed({ title: packageTitle(pkg, location.locale) }),
    undo: { action: `${listOf(visit)}/${pkg.id}/restore`, fields: {}, label: text.undo },
  });
  return c.redirect(listOf(visit), 303);
}

async function restore(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  await readForm(c, z.object({}));
  const { location } = visit;
  const pkg = await core.database.write(visit.organizationId, (tx) =>
    restorePackage(tx, { locationId: location.id, id: idOf(c) }),
  );
  const title = packageTitle(pkg, location.locale);
  setFlash(c, { tone: 'good', text: packageMessages(location.locale).restored({ title }) });
  return c.redirect(listOf(visit), 303);
}

async function move(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const form = await readForm(c, z.object({ to: z.string().regex(/^\d{1,4}$/) }));
  // The buttons always name a place; anything else is nobody's honest wish.
  if (!form.ok) throw new NotFound();
  const { location } = visit;
  const { pkg, from } = await core.database.write(visit.organizationId, (tx) =>
    movePackage(tx, { locationId: location.id, id: idOf(c), to: Number(form.values.to) }),
  );
  const text = packageMessages(location.locale);
  setFlash(c, {
    tone: 'good',
    text: text.moved({ title: packageTitle(pkg, location.locale) }),
    undo: { action: `${listOf(visit)}/${pkg.id}/move`, fields: { to: String(from) }, label: text.undo },
  });
  return c.redirect(listOf(visit), 303);
}

async function packageToEdit(core: Core, visit: AtLocation, c: Ctx): Promise<CreditPackage> {
  const pkg = await core.database.read(visit.organizationId, (db) => packageAt(db, visit.location.id, idOf(c)));
  if (!pkg || pkg.removed) throw new NotFound();
  return pkg;
}

function idOf(c: Ctx): string {
  const id = c.req.param('id');
  if (!isId(id)) throw new NotFound();
  return id;
}

function listOf(visit: AtLocation): string {
  return `/l/${visit.location.slug}/community/credit-packages`;
}
