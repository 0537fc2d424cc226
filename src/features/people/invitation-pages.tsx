import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { setFlash } from '../sign-in/flash.ts';
import { ownPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { companyMessages } from './company-messages.ts';
import type { Elsewhere } from './elsewhere.ts';
import {
  acceptInvitation,
  endInvitation,
  type Invitation,
  InvitationGone,
  invitationsOf,
  TeamDecides,
} from './inviting.ts';

const PAGE = '/l/:location/invitations';
const answerForm = z.object({ id: z.string().refine(isId) });

type At = { core: Core; visit: AtLocation; c: Ctx; elsewhere: Elsewhere };

/** What somebody is invited to, member or not, and their answer. */
export function invitationPages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const { atLocation } = guards;
  return [
    get(PAGE, atLocation, (visit, c) => show(core, visit, c)),
    post(`${PAGE}/accept`, atLocation, (visit, c) => answer({ core, visit, c, elsewhere }, accept)),
    post(`${PAGE}/decline`, atLocation, (visit, c) => answer({ core, visit, c, elsewhere }, decline)),
    // Whoever had to sign in again on the way comes back to the address of the form.
    get(`${PAGE}/:answer`, atLocation, (visit, c) => c.redirect(`/l/${visit.location.slug}/invitations`, 303)),
  ];
}

async function show(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { location } = visit;
  const text = companyMessages(location.locale);
  const invitations = await core.database.read(visit.organizationId, (db) => openInvitations(db, visit));
  return ownPage(c, visit, {
    title: text.invitations,
    width: 'narrow',
    children: (
      <>
        <PageHead title={text.invitations} />
        {invitations.length === 0 && <p>{text.noInvitations}</p>}
        {invitations.map((invitation) => (
          <Asked visit={visit} invitation={invitation} />
        ))}
      </>
    ),
  });
}

/** What waits for an answer of whoever is visiting. */
export async function openInvitations(db: Tx, visit: AtLocation): Promise<Invitation[]> {
  return await invitationsOf(db, visit.location.id, { userId: visit.user.id });
}

/** Leads to the invitations, from pages where one may not expect them. */
export function InvitationsNotice({ visit, invitations }: { visit: AtLocation; invitations: Invitation[] }) {
  const text = companyMessages(visit.location.locale);
  return (
    <>
      {invitations.map(({ company, by }) => (
        <Notice
          tone="info"
          title={text.invitesYou({ company: company.name })}
          actions={
            <ButtonLink href={`/l/${visit.location.slug}/invitations`} size="small">
              {text.look}
            </ButtonLink>
          }
        >
          {text.invitesWhat({ by, location: visit.location.name })}
        </Notice>
      ))}
    </>
  );
}

function Asked({ visit, invitation }: { visit: AtLocation; invitation: Invitation }) {
  const { slug, locale, name: location } = visit.location;
  const text = companyMessages(locale);
  const { id, by, role } = invitation;
  const company = invitation.company.name;
  const present = visit.membership?.status === 'active' ? visit.membership.company : undefined;
  return (
    <Notice
      tone="info"
      id={`invitation-${id}`}
      title={text.invitesYou({ company })}
      actions={
        <>
          <Form action={`/l/${slug}/invitations/accept`} fields={{ id }} layout="plain">
            <Button size="small" tone="primary" label={text.acceptOf({ company })}>
              {text.accept}
            </Button>
          </Form>
          <Form action={`/l/${slug}/invitations/decline`} fields={{ id }} layout="plain">
            <Button size="small" label={text.declineOf({ company })}>
              {text.decline}
            </Button>
          </Form>
        </>
      }
    >
      <p>{text.invitesWhat({ by, location })}</p>
      {role === 'manager' && <p>{text.asManager}</p>}
      {present && present.name !== company && <p>{text.movesYou({ company: present.name })}</p>}
    </Notice>
  );
}

/** Answers one invitation and tells what came of it; members are shown home, everybody else how it stands. */
async function answer(at: At, run: (tx: Tx, at: At, id: string) => Promise<string>): Promise<Response> {
  const { core, visit, c } = at;
  const { locale, name: location, slug } = visit.location;
  const form = await readForm(c, answerForm);
  if (!form.ok) throw new NotFound();
  const text = companyMessages(locale);
  try {
    const told = await core.database.write(visit.organizationId, (tx) => run(tx, at, form.values.id));
    setFlash(c, { tone: 'good', text: told });
  } catch (error) {
    if (error instanceof InvitationGone) setFlash(c, { tone: 'plain', text: text.invitationGone });
    else if (error instanceof TeamDecides) setFlash(c, { tone: 'bad', text: text.errorTeam({ location }) });
    else throw error;
  }
  // Who is a member by now has more to see there; everybody else is led on to joining.
  return c.redirect(`/l/${slug}/home`, 303);
}

async function accept(tx: Tx, { visit, elsewhere }: At, id: string): Promise<string> {
  const { organizationId, location, user, now } = visit;
  const it = { organizationId, locationId: location.id, userId: user.id, id, now, tell: elsewhere.tell };
  return companyMessages(location.locale).accepted(await acceptInvitation(tx, it));
}

async function decline(tx: Tx, { visit }: At, id: string): Promise<string> {
  const invitation = (await openInvitations(tx, visit)).find((one) => one.id === id);
  if (!invitation) throw new InvitationGone();
  await endInvitation(tx, { id, userId: visit.user.id });
  return companyMessages(visit.location.locale).declined({ company: invitation.company.name });
}
