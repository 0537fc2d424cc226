import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { isId } from '../../platform/ids.ts';
import { Button } from '../../web/ui/button.tsx';
import { Form } from '../../web/ui/form.tsx';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { addingMessages } from './adding-messages.ts';
import type { Elsewhere } from './elsewhere.ts';
import { declineRequest, makeMember } from './join.ts';
import type { Decision } from './standing.ts';
import { queueWelcome } from './welcome.ts';

const CUSTOMER = '/l/:location/community/customers/:customerId';

/** Where an answer was given: that page is shown again. */
const answerForm = z.object({ from: z.enum(['members', 'customer']).default('customer') });

/** Answers to requests to join, and the way in for everybody else who is on the list. */
export function requestPages(core: Core, guards: Guards, elsewhere: Elsewhere): Route[] {
  const customers = guards.administrator('customers');
  const act = (name: string, run: (at: Answering) => Promise<void>) => [
    post(`${CUSTOMER}/${name}`, customers, async (visit, c) => {
      const form = await readForm(c, answerForm);
      await run({ core, visit, c, decision: decisionOf(visit, c, elsewhere) });
      const isFromList = form.ok && form.values.from === 'members';
      return c.redirect(isFromList ? `/l/${visit.location.slug}/community/members` : personHref(visit, c), 303);
    }),
    // Whoever had to sign in again before an action comes back to the address of the action.
    get(`${CUSTOMER}/${name}`, customers, (visit, c) => c.redirect(personHref(visit, c), 303)),
  ];
  return [...act('approve', approve), ...act('decline', decline)];
}

type Answering = { core: Core; visit: AtLocation; c: Ctx; decision: Decision };

async function approve({ core, visit, c, decision }: Answering): Promise<void> {
  const { organizationId, location } = visit;
  const { user, isChanged } = await core.database.write(organizationId, async (tx) => {
    const answered = await makeMember(tx, decision);
    if (answered.isChanged) {
      await queueWelcome(tx, core, { organizationId, location, user: answered.user, type: 'member' });
    }
    return answered;
  });
  const text = addingMessages(location.locale);
  setFlash(c, { tone: 'good', text: isChanged ? text.approved(user) : text.approvedBefore(user) });
}

async function decline({ core, visit, c, decision }: Answering): Promise<void> {
  const { user, isChanged } = await core.database.write(visit.organizationId, (tx) => declineRequest(tx, decision));
  const text = addingMessages(visit.location.locale);
  setFlash(c, {
    tone: isChanged ? 'good' : 'plain',
    text: isChanged ? text.declined(user) : text.declinedBefore(user),
  });
}

type Asking = { visit: AtLocation; customerId: string; name: string };

/** The two answers to a request to join. */
export function AnswerButtons({ visit, customerId, name, from }: Asking & { from: 'members' | 'customer' }) {
  const { slug, locale } = visit.location;
  const text = addingMessages(locale);
  const at = `/l/${slug}/community/customers/${customerId}`;
  const answers = [
    { action: `${at}/approve`, tone: 'primary', label: text.approveOf({ name }), children: text.approve },
    { action: `${at}/decline`, tone: 'secondary', label: text.declineOf({ name }), children: text.decline },
  ] as const;
  return (
    <div class="flex flex-wrap gap-2">
      {answers.map(({ action, ...button }) => (
        <Form action={action} fields={{ from }} layout="plain">
          <Button size="small" {...button} />
        </Form>
      ))}
    </div>
  );
}

/** What this administrator decides about the person whom the address names. */
export function decisionOf(visit: AtLocation, c: Ctx, { standingChanged, tell }: Elsewhere): Decision {
  const { organizationId, location, user, now } = visit;
  const it = { organizationId, locationId: location.id, actorUserId: user.id, now };
  return { ...it, customerId: customerIdOf(c), standingChanged, tell };
}

/** The page of the person whom the address names. */
export function personHref(visit: AtLocation, c: Ctx): string {
  return `/l/${visit.location.slug}/community/customers/${customerIdOf(c)}`;
}

function customerIdOf(c: Ctx): string {
  const id = c.req.param('customerId');
  if (!isId(id)) throw new NotFound();
  return id;
}
