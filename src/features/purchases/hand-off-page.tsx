import { ButtonLink } from '../../web/ui/button.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import type { Location } from '../organizations/organizations.ts';
import { purchaseMessages } from './messages.ts';

/** Between our form and the gateway's page; the link is there for browsers that do not follow by themselves. */
export function HandOffPage({ location, to }: { location: Location; to: string }) {
  const text = purchaseMessages(location.locale);
  return (
    <>
      <PageHead title={text.handOffTitle} lead={text.handOff} />
      <ButtonLink href={to} tone="primary" turbo={false}>
        {text.goOn}
      </ButtonLink>
    </>
  );
}
