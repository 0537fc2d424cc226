import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { addingMessages } from './adding-messages.ts';
import type { Person } from './profile-queries.ts';
import { removingMessages } from './removing-messages.ts';
import { AnswerButtons } from './requests.tsx';

type Standee = { visit: AtLocation; person: Person };

/** Why somebody is no active member, and the buttons that change it. Shows nothing for members. */
export function Standing({ visit, person }: Standee) {
  const { customerId, name, type, status } = person;
  const { locale, name: location } = visit.location;
  const text = addingMessages(locale);
  if (person.isForgotten) return <Notice tone="info">{text.forgotten}</Notice>;
  if (status === 'active' && type === 'member') return null;
  if (status === 'requested') {
    return (
      <Notice
        tone="warn"
        title={text.requestedTitle({ name })}
        actions={<AnswerButtons visit={visit} customerId={customerId} name={name} from="customer" />}
      >
        {text.requested}
      </Notice>
    );
  }
  const wasMember = status === 'removed' && type === 'member';
  const { wasRemoved, restore, restoreNonmember } = removingMessages(locale);
  const why = { active: text.nonmember, invited: text.invited, removed: wasMember ? wasRemoved : text.removed };
  return (
    <Notice
      tone="info"
      actions={
        <>
          {!wasMember && <Act visit={visit} person={person} action="approve" label={text.makeMember} />}
          {status === 'removed' && (
            <Act visit={visit} person={person} action="restore" label={wasMember ? restore : restoreNonmember} />
          )}
        </>
      }
    >
      {why[status]({ name, location })}
    </Notice>
  );
}

function Act({ visit, person, action, label }: Standee & { action: string; label: string }) {
  return (
    <Form action={`/l/${visit.location.slug}/community/customers/${person.customerId}/${action}`} layout="plain">
      <Button size="small">{label}</Button>
    </Form>
  );
}

/** The way to removing somebody who is active; it begins on a page of its own. */
export function Leaving({ visit, person }: Standee) {
  if (person.status !== 'active') return null;
  const { slug, locale, name: location } = visit.location;
  const text = removingMessages(locale);
  return (
    <Card title={text.membership}>
      <p>{(person.type === 'member' ? text.leavingMember : text.leavingNonmember)(person)}</p>
      <p class="mt-4">
        <ButtonLink href={`/l/${slug}/community/customers/${person.customerId}/remove`} id="remove">
          {text.remove({ location })}
        </ButtonLink>
      </p>
    </Card>
  );
}
