import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId, newId } from '../../platform/ids.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { PlanEditor } from './editor.tsx';
import { fieldErrors, fieldsOf, type PlanFields, planForm, refusalErrors, termsOf } from './form.ts';
import { PlanList } from './list.tsx';
import { planMessages } from './messages.ts';
import {
  archivePlan,
  createPlan,
  type Plan,
  type PlanTerms,
  planAt,
  plansOf,
  restorePlan,
  updatePlan,
} from './plans.ts';

const LIST = '/l/:location/community/plans';

/** Community > Plans: the list, the editor, and archiving. */
export function plansPages(core: Core, guards: Guards): Route[] {
  const billing = guards.administrator('billing');
  const act = (name: string, run: (at: At) => Promise<Response>) => [
    post(`${LIST}/:id/${name}`, billing, (visit, c) => run({ core, visit, c })),
    // Whoever had to sign in again before an action comes back to the address of the action: to the list from there.
    get(`${LIST}/:id/${name}`, billing, (visit, c) => c.redirect(listOf(visit), 303)),
  ];
  return [
    get(LIST, billing, (visit, c) => showList({ core, visit, c })),
    get(`${LIST}/new`, billing, (visit, c) => {
      const fields = { id: newId(visit.now), cycle: 'month', discount: '0', freePackages: '1' };
      return showEditor({ core, visit, c }, { plan: undefined, fields, errors: {} });
    }),
    post(`${LIST}/new`, billing, (visit, c) => save({ core, visit, c }, undefined)),
    get(`${LIST}/:id/edit`, billing, async (visit, c) => {
      const plan = await planToEdit({ core, visit, c });
      const fields = fieldsOf(plan, visit.location.currency);
      return showEditor({ core, visit, c }, { plan, fields, errors: {} });
    }),
    post(`${LIST}/:id/edit`, billing, async (visit, c) => {
      const at = { core, visit, c };
      return save(at, await planToEdit(at));
    }),
    ...act('archive', archive),
    ...act('restore', restore),
  ];
}

type At = { core: Core; visit: AtLocation; c: Ctx };

async function showList({ core, visit, c }: At): Promise<Response> {
  const { location } = visit;
  const plans = await core.database.read(visit.organizationId, (db) => plansOf(db, location.id));
  return administratorPage(c, visit, {
    title: planMessages(location.locale).title,
    current: 'plans',
    children: <PlanList location={location} at={listOf(visit)} plans={plans} />,
  });
}

type Editing = { plan: Plan | undefined; fields: PlanFields; errors: Record<string, string> };

function showEditor({ visit, c }: At, it: Editing): Response {
  const { location } = visit;
  const text = planMessages(location.locale);
  const at = listOf(visit);
  return administratorPage(c, visit, {
    title: it.plan ? text.editPlan : text.newPlan,
    current: 'plans',
    status: Object.keys(it.errors).length > 0 ? 422 : 200,
    children: (
      <PlanEditor
        location={location}
        at={at}
        action={it.plan ? `${at}/${it.plan.id}/edit` : `${at}/new`}
        isNew={!it.plan}
        fields={it.fields}
        errors={it.errors}
      />
    ),
  });
}

async function save(at: At, plan: Plan | undefined): Promise<Response> {
  const { visit, c } = at;
  const { location, now } = visit;
  const form = await readForm(c, planForm(location.currency));
  const again = (errors: Record<string, string>, id = form.typed.id) =>
    showEditor(at, { plan, fields: { ...form.typed, ...(id !== undefined && { id }) }, errors });
  if (!form.ok) return again(fieldErrors(form.errors, location));
  try {
    if (plan) await change(at, plan, termsOf(form.values));
    else await make(at, form.values.id, termsOf(form.values));
  } catch (error) {
    const errors = refusalErrors(error, location);
    if (!errors) throw error;
    return again(errors, newId(now));
  }
  return c.redirect(listOf(visit), 303);
}

async function make({ core, visit, c }: At, id: string | undefined, terms: PlanTerms): Promise<void> {
  const { organizationId, location, now } = visit;
  const made = await core.database.write(organizationId, (tx) =>
    createPlan(tx, { ...terms, organizationId, location, id: isId(id) ? id : newId(now), now }),
  );
  setFlash(c, { tone: 'good', text: planMessages(location.locale).created(made) });
}

async function change({ core, visit, c }: At, plan: Plan, terms: PlanTerms): Promise<void> {
  const { location } = visit;
  const { before } = await core.database.write(visit.organizationId, (tx) =>
    updatePlan(tx, { ...terms, location, id: plan.id }),
  );
  const text = planMessages(location.locale);
  setFlash(c, {
    tone: 'good',
    text: text.updated(terms),
    undo: {
      action: `${listOf(visit)}/${plan.id}/edit`,
      fields: fieldsOf(before, location.currency),
      label: text.undo,
    },
  });
}

async function archive({ core, visit, c }: At): Promise<Response> {
  await readForm(c, z.object({}));
  const { location, now } = visit;
  const plan = await core.database.write(visit.organizationId, (tx) =>
    archivePlan(tx, { locationId: location.id, id: idOf(c), now }),
  );
  const text = planMessages(location.locale);
  setFlash(c, {
    tone: 'good',
    text: text.archived(plan),
    undo: { action: `${listOf(visit)}/${plan.id}/restore`, fields: {}, label: text.undo },
  });
  return c.redirect(listOf(visit), 303);
}

async function restore({ core, visit, c }: At): Promise<Response> {
  await readForm(c, z.object({}));
  const { location } = visit;
  const plan = await core.database.write(visit.organizationId, (tx) =>
    restorePlan(tx, { locationId: location.id, id: idOf(c) }),
  );
  setFlash(c, { tone: 'good', text: planMessages(location.locale).restored(plan) });
  return c.redirect(listOf(visit), 303);
}

async function planToEdit({ core, visit, c }: At): Promise<Plan> {
  const plan = await core.database.read(visit.organizationId, (db) => planAt(db, visit.location.id, idOf(c)));
  if (!plan || plan.archived) throw new NotFound();
  return plan;
}

function idOf(c: Ctx): string {
  const id = c.req.param('id');
  if (!isId(id)) throw new NotFound();
  return id;
}

function listOf(visit: AtLocation): string {
  return `/l/${visit.location.slug}/community/plans`;
}
