import { ButtonLink } from '../../web/ui/button.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import { addresses } from './addresses.ts';
import { purchaseMessages } from './messages.ts';
import type { Unfinished } from './records.ts';

/** For whoever left while paying and came back: what is being asked, and the way to it. */
export function UnfinishedNotice({ location, unfinished }: { location: Location; unfinished: Unfinished | undefined }) {
  if (!unfinished) return null;
  const text = purchaseMessages(location.locale);
  const { title, waitsForPayer } = unfinished;
  return (
    <Notice
      tone={waitsForPayer ? 'warn' : 'info'}
      role="status"
      id="unfinished"
      title={waitsForPayer ? text.unfinishedTitle({ title }) : text.waitingTitle}
      actions={<ButtonLink href={addresses.purchase(location, unfinished.id)}>{text.seeHowItStands}</ButtonLink>}
    >
      {waitsForPayer ? text.unfinished : text.waiting}
    </Notice>
  );
}
