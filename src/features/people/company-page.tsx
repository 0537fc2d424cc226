import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtMembership, Guards } from '../sign-in/visit.ts';
import { Wrong } from './adding-fields.tsx';
import { fieldErrors, personFields } from './adding-form.ts';
import { companyMessages } from './company-messages.ts';
import { ForManager, ForMember, LeavePage } from './company-parts.tsx';
import { placeInCompany } from './company-place.ts';
import type { Elsewhere } from './elsewhere.ts';
import { endInvitation, InCompanyAlready, invitationsOf, inviteToCompany, managedBy, TeamDecides } from './inviting.ts';
import { customerAt, membershipOf } from './people.ts';
import { type Person, peopleOf } from './profile-queries.ts';
import { managersLeft } from './unmanaged.ts';
import { queueWord } from './welcome.ts';

const PAGE = '/l/:location/membership/company';

const role = z.enum(['member', 'manager'], 'choose');
const inviteForm = z.object({ ...personFields, role });
const withdrawForm = z.object({ id: z.string().refine(isId) });
const roleForm = z.object({ role });
const noFields = z.object({});

type At = { core: Core; visit: AtMembership; c: Ctx; elsewhere: Elsewhere };
type Again = { typed: Record<string, string>; errors: Record<string, string> };

/** Membership > Company: who belongs to it, for all of them; who comes and goes, for its managers. */
export function companyPages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const { member } = guards;
  const at = (visit: AtMembership, c: Ctx): At => ({ core, visit, c, elsewhere });
  return [
    get(PAGE, member, (visit, c) => show(at(visit, c))),
    post(`${PAGE}/invite`, member, (visit, c) => invite(at(visit, c))),
    post(`${PAGE}/withdraw`, member, (visit, c) => withdraw(at(visit, c))),
    get(`${PAGE}/people/:customerId/remove`, member, (visit, c) => showRemove(at(visit, c))),
    post(`${PAGE}/people/:customerId/remove`, member, (visit, c) => remove(at(visit, c))),
    post(`${PAGE}/people/:customerId/role`, member, (visit, c) => changeRole(at(visit, c))),
    // Whoever had to sign in again on the way comes back to the address of the form.
    get(`${PAGE}/:action`, member, (visit, c) => c.redirect(pageOf(visit), 303)),
    get(`${PAGE}/people/:customerId/role`, member, (visit, c) => c.redirect(pageOf(visit), 303)),
  ];
}

async function show({ core, visit, c }: At, again: Again = { typed: {}, errors: {} }): Promise<Response> {
  const { location, membership } = visit;
  const { company } = membership;
  if (!company) return c.redirect(`/l/${location.slug}/more`, 303);
  const text = companyMessages(location.locale);
  const isManager = company.role === 'manager';
  const it = await core.database.read(visit.organizationId, async (db) => ({
    people: await peopleIn(db, visit, company.customerId),
    invitations: isManager ? await invitationsOf(db, location.id, { companyId: company.id }) : [],
  }));
  return memberPage(c, visit, {
    title: company.name,
    current: 'more',
    ...(Object.keys(again.errors).length > 0 && { status: 422 }),
    children: (
      <>
        <PageHead
          title={company.name}
          lead={isManager ? text.leadManager({ company: company.name }) : text.leadMember({ company: company.name })}
          eyebrow={text.title}
        />
        <Wrong locale={location.locale} fields={{}} errors={again.errors} />
        {isManager ? <ForManager visit={visit} {...it} {...again} /> : <ForMember visit={visit} people={it.people} />}
      </>
    ),
  });
}

async function invite(at: At): Promise<Response> {
  const { core, visit, c, elsewhere } = at;
  const { organizationId, location, user, now } = visit;
  const { locale } = location;
  const text = companyMessages(locale);
  const form = await readForm(c, inviteForm);
  managedBy(visit.membership);
  if (!form.ok) return show(at, { typed: form.typed, errors: fieldErrors(form.errors, locale) });
  try {
    const invited = await core.database.write(organizationId, async (tx) => {
      const company = managedBy(await membershipOf(tx, location.id, user.id));
      const it = { ...form.values, organizationId, locationId: location.id, company, by: user, now };
      const made = await inviteToCompany(tx, { ...it, tell: elsewhere.tell });
      if (made.isNew) {
        const url = `${core.config.baseUrl}/l/${location.slug}/invitations`;
        const word = { ...made.user, company: company.name, by: user.name, location: location.name, url };
        const mail = { subject: text.mailSubject(word), body: text.mailBody(word) };
        await queueWord(tx, core, { organizationId, to: made.user.email, ...mail });
      }
      return made;
    });
    const told = invited.isNew ? text.invitedNow(invited.user) : text.invitedBefore(invited.user);
    setFlash(c, { tone: invited.isNew ? 'good' : 'plain', text: told });
    return c.redirect(pageOf(visit), 303);
  } catch (error) {
    if (error instanceof InCompanyAlready) {
      return show(at, { typed: form.typed, errors: { email: text.errorInCompany({ name: error.person }) } });
    }
    if (!(error instanceof TeamDecides)) throw error;
    return show(at, { typed: form.typed, errors: { email: text.errorTeam({ location: location.name }) } });
  }
}

async function withdraw({ core, visit, c }: At): Promise<Response> {
  const form = await readForm(c, withdrawForm);
  if (!form.ok) throw new NotFound();
  await core.database.write(visit.organizationId, async (tx) => {
    const { id: companyId } = managedBy(await membershipOf(tx, visit.location.id, visit.user.id));
    await endInvitation(tx, { id: form.values.id, companyId });
  });
  setFlash(c, { tone: 'good', text: companyMessages(visit.location.locale).withdrawn });
  return c.redirect(pageOf(visit), 303);
}

/** Managers remove anybody of their company; everybody removes themselves. */
async function showRemove({ core, visit, c }: At): Promise<Response> {
  const { location } = visit;
  return await core.database.read(visit.organizationId, async (db) => {
    const person = await personNamed(db, visit, c);
    if (!person) return c.redirect(pageOf(visit), 303);
    const isLastManager = person.company!.role === 'manager' && (await managersLeft(db, companyIdOf(visit))) === 1;
    const text = companyMessages(location.locale);
    const company = person.company!.name;
    const isOwn = person.userId === visit.user.id;
    return memberPage(c, visit, {
      title: isOwn ? text.leaveTitle({ company }) : text.removeTitle({ name: person.name, company }),
      current: 'more',
      width: 'narrow',
      children: <LeavePage visit={visit} person={person} isLastManager={isLastManager} />,
    });
  });
}

async function remove({ core, visit, c, elsewhere }: At): Promise<Response> {
  await readForm(c, noFields);
  const { organizationId, location, now } = visit;
  const text = companyMessages(location.locale);
  const removed = await core.database.write(organizationId, async (tx) => {
    const person = await personNamed(tx, visit, c);
    if (!person) return undefined;
    const it = { organizationId, locationId: location.id, customerId: person.customerId, now, tell: elsewhere.tell };
    await placeInCompany(tx, { ...it, place: undefined });
    return person;
  });
  const company = removed?.company?.name ?? '';
  const isOwn = removed?.userId === visit.user.id;
  if (!removed) setFlash(c, { tone: 'plain', text: text.gone });
  else setFlash(c, { tone: 'good', text: isOwn ? text.left({ company }) : text.removed({ ...removed, company }) });
  return c.redirect(isOwn ? `/l/${location.slug}/more` : pageOf(visit), 303);
}

async function changeRole({ core, visit, c, elsewhere }: At): Promise<Response> {
  const form = await readForm(c, roleForm);
  if (!form.ok) throw new NotFound();
  const { role } = form.values;
  const { organizationId, location, now } = visit;
  const text = companyMessages(location.locale);
  const changed = await core.database.write(organizationId, async (tx) => {
    const company = managedBy(await membershipOf(tx, location.id, visit.user.id));
    const person = await personNamed(tx, visit, c);
    if (!person) return undefined;
    const it = { organizationId, locationId: location.id, customerId: person.customerId, now, tell: elsewhere.tell };
    await placeInCompany(tx, { ...it, place: { customerId: company.customerId, role } });
    return person;
  });
  if (!changed) setFlash(c, { tone: 'plain', text: text.gone });
  else setFlash(c, { tone: 'good', text: (role === 'manager' ? text.madeManager : text.madeMember)(changed) });
  return c.redirect(pageOf(visit), 303);
}

/** Whoever the address names, while they belong to the company of whoever asks, who may decide about them. */
async function personNamed(db: Tx, visit: AtMembership, c: Ctx): Promise<Person | undefined> {
  const membership = await membershipOf(db, visit.location.id, visit.user.id);
  const company = membership?.status === 'active' ? membership.company : undefined;
  if (!company) throw new NotFound();
  const id = c.req.param('customerId');
  if (id !== membership?.customerId && company.role !== 'manager') throw new NotFound();
  return (await peopleIn(db, visit, company.customerId)).find(({ customerId }) => customerId === id);
}

async function peopleIn(db: Tx, visit: AtMembership, companyCustomerId: string): Promise<Person[]> {
  const customer = await customerAt(db, visit.location.id, companyCustomerId);
  return customer ? (await peopleOf(db, customer)).filter(({ status }) => status === 'active') : [];
}

function companyIdOf(visit: AtMembership): string {
  return visit.membership.company!.id;
}

function pageOf(visit: AtMembership): string {
  return `/l/${visit.location.slug}/membership/company`;
}
