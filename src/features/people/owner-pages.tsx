import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, Detour, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { oneLine } from '../../shared/one-line.ts';
import { PageHead } from '../../web/ui/page-head.tsx';
import { organizationName } from '../organizations/organizations.ts';
import { setFlash } from '../sign-in/flash.ts';
import { administratorPage } from '../sign-in/frame.tsx';
import { type AtLocation, type Guards, secondFactorHref } from '../sign-in/visit.ts';
import { Wrong } from './adding-fields.tsx';
import { administratorsMessages } from './administrators-messages.ts';
import {
  endOwnerOffer,
  mayFollow,
  OfferGone,
  type OwnerOffer,
  offerOwnership,
  ownerOf,
  ownerOffer,
  takeOwnership,
} from './owner-offer.ts';
import { Offered, OfferForm, TakeForm } from './owner-parts.tsx';
import type { User } from './people.ts';
import { queueWord } from './welcome.ts';

const PAGE = '/l/:location/settings/ownership';

const organization = z.string().default('');
const offerForm = z.object({ userId: z.string().refine(isId, 'choose'), organization });
const takeForm = z.object({ organization });
const noFields = z.object({});

type At = { core: Core; visit: AtLocation; c: Ctx };
type Again = { typed: Record<string, string>; errors: Record<string, string> };

/** Handing the organization over: the owner offers it, whoever is asked accepts. For everybody else there is no such page. */
export function ownerPages(core: Core, guards: Guards): Route[] {
  // An administrator of any area can be asked.
  const at = guards.atLocation;
  return [
    get(PAGE, at, (visit, c) => show({ core, visit, c })),
    post(`${PAGE}/offer`, at, (visit, c) => offer({ core, visit, c })),
    post(`${PAGE}/take`, at, (visit, c) => take({ core, visit, c })),
    post(`${PAGE}/end`, at, (visit, c) => end({ core, visit, c })),
    // Whoever had to sign in again on the way comes back to the address of the form.
    get(`${PAGE}/:action`, at, (visit, c) => c.redirect(pageOf(visit), 303)),
  ];
}

type Standing = { organization: string; owner: User; offer: OwnerOffer | undefined; followers: User[] };

async function show(at: At, again: Again = { typed: {}, errors: {} }): Promise<Response> {
  const { core, visit, c } = at;
  const { location } = visit;
  const it = await core.database.read(visit.organizationId, (db) => standingOf(db, visit));
  const text = administratorsMessages(location.locale);
  const isAsked = it.offer?.to.id === visit.user.id;
  return administratorPage(c, visit, {
    title: text.ownership,
    current: 'administrators',
    width: 'narrow',
    ...(Object.keys(again.errors).length > 0 && { status: 422 }),
    children: (
      <>
        <PageHead
          title={text.ownership}
          lead={text.ownershipLead(it)}
          {...(visit.areas.includes('settings') && {
            back: { href: `/l/${location.slug}/settings/administrators`, label: text.title },
          })}
        />
        <Wrong locale={location.locale} fields={{}} errors={again.errors} />
        {isAsked && it.offer ? (
          <TakeForm location={location} organization={it.organization} offer={it.offer} {...again} />
        ) : (
          <>
            {it.offer && <Offered location={location} offer={it.offer} />}
            <OfferForm location={location} organization={it.organization} followers={it.followers} {...again} />
          </>
        )}
      </>
    ),
  });
}

/** How it stands, for the owner and whoever is asked; both have shown a second factor. */
async function standingOf(db: Tx, visit: AtLocation): Promise<Standing> {
  const owner = await ownerOf(db);
  const offer = await ownerOffer(db, visit.now);
  if (!owner || ![owner.id, offer?.to.id].includes(visit.user.id)) throw new NotFound();
  if (!visit.secondFactorAt) throw new Detour(secondFactorHref(pageOf(visit)));
  const organization = await organizationName(db, visit.organizationId);
  return { organization, owner, offer, followers: await mayFollow(db, owner.id) };
}

async function offer(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, user, now, location } = visit;
  const form = await readForm(c, offerForm);
  const text = administratorsMessages(location.locale);
  const { organization } = await core.database.read(organizationId, (db) => standingOf(db, visit));
  const errors = {
    ...(!form.ok && { userId: text.errorChoose }),
    ...(!isTyped(form.typed.organization, organization) && { organization: text.errorTypeName({ organization }) }),
  };
  if (!form.ok || Object.keys(errors).length > 0) return show(at, { typed: form.typed, errors });
  const { userId: toUserId } = form.values;
  return await decide(at, async (tx) => {
    const { from, to } = await offerOwnership(tx, { organizationId, userId: user.id, toUserId, now });
    const word = { organization, owner: from.name, name: to.name, url: `${core.config.baseUrl}${pageOf(visit)}` };
    const mail = { subject: text.offerSubject(word), body: text.offerBody(word) };
    await queueWord(tx, core, { organizationId, to: to.email, ...mail });
    return text.offerSent(to);
  });
}

async function take(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, user, now, location } = visit;
  const form = await readForm(c, takeForm);
  const text = administratorsMessages(location.locale);
  const { organization } = await core.database.read(organizationId, (db) => standingOf(db, visit));
  if (!isTyped(form.typed.organization, organization)) {
    return show(at, { typed: form.typed, errors: { organization: text.errorTypeName({ organization }) } });
  }
  return await decide(at, async (tx) => {
    const { from, to } = await takeOwnership(tx, { organizationId, userId: user.id, now });
    const word = { organization, owner: to.name, name: from.name };
    const mail = { subject: text.takenSubject(word), body: text.takenBody(word) };
    await queueWord(tx, core, { organizationId, to: from.email, ...mail });
    return text.taken({ organization });
  });
}

async function end(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, user, now, location } = visit;
  await readForm(c, noFields);
  await core.database.read(organizationId, (db) => standingOf(db, visit));
  return await decide(at, async (tx) => {
    await endOwnerOffer(tx, { organizationId, userId: user.id, now });
    return administratorsMessages(location.locale).offerEnded;
  });
}

/** Does it and tells what came of it, on the owner's page for the owner, and at the start for everybody else. */
async function decide({ core, visit, c }: At, decision: (tx: Tx) => Promise<string>): Promise<Response> {
  const { organizationId, location, user } = visit;
  try {
    setFlash(c, { tone: 'good', text: await core.database.write(organizationId, decision) });
  } catch (error) {
    if (!(error instanceof OfferGone)) throw error;
    setFlash(c, { tone: 'plain', text: administratorsMessages(location.locale).errorOfferGone });
  }
  const owner = await core.database.read(organizationId, ownerOf);
  return c.redirect(owner?.id === user.id ? pageOf(visit) : '/', 303);
}

function isTyped(typed: string | undefined, organization: string): boolean {
  return oneLine(typed ?? '').toLowerCase() === oneLine(organization).toLowerCase();
}

function pageOf(visit: AtLocation): string {
  return `/l/${visit.location.slug}/settings/ownership`;
}
