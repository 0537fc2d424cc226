import type { Ctx } from '../../platform/http/routes.ts';
import { Button } from '../../web/ui/button.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtLocation } from '../sign-in/visit.ts';
import { InvitationsNotice } from './invitation-pages.tsx';
import type { Invitation } from './inviting.ts';
import { peopleMessages } from './messages.ts';

/** What whoever is no member finds in place of credits: why, and the one next step. */
export function joinPage(c: Ctx, visit: AtLocation, invitations: Invitation[]): Response {
  const text = peopleMessages(visit.location.locale);
  const title = text.joinTitle({ location: visit.location.name });
  return memberPage(c, visit, {
    title,
    current: 'join',
    width: 'narrow',
    children: (
      <>
        <PageHead title={title} lead={text.joinWhat({ location: visit.location.name })} />
        <InvitationsNotice visit={visit} invitations={invitations} />
        <NextStep visit={visit} />
      </>
    ),
  });
}

function NextStep({ visit }: { visit: AtLocation }) {
  const text = peopleMessages(visit.location.locale);
  const at = { location: visit.location.name };
  switch (visit.membership?.status) {
    case 'requested':
      return (
        <Notice tone="good" role="status" title={text.joinRequestedTitle}>
          {text.joinRequested(at)}
        </Notice>
      );
    case 'invited':
      return (
        <Notice tone="info" title={text.joinInvitedTitle}>
          {text.joinInvited(at)}
        </Notice>
      );
    case 'removed':
      return (
        <Ask
          visit={visit}
          why={visit.membership.type === 'member' ? text.joinRemoved(at) : text.joinDeclined(at)}
          label={text.joinAskAgain}
        />
      );
    case 'active':
      return <Ask visit={visit} why={text.joinNonmember(at)} label={text.joinAsk} />;
    default:
      return <Ask visit={visit} why={text.joinOnlyMembers} label={text.joinAsk} />;
  }
}

function Ask({ visit, why, label }: { visit: AtLocation; why: string; label: string }) {
  return (
    <>
      <p>{why}</p>
      <Form action={`/l/${visit.location.slug}/join`}>
        <FormActions>
          <Button tone="primary">{label}</Button>
        </FormActions>
      </Form>
    </>
  );
}
