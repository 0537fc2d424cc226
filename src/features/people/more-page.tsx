import type { Ctx } from '../../platform/http/routes.ts';
import { APPEARANCE_ACTION } from '../../web/navigation.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { RadioCards } from '../../web/ui/radio-cards.tsx';
import type { Location } from '../organizations/organizations.ts';
import { ownPage, shellOf } from '../sign-in/frame.tsx';
import { type AtLocation, isActiveMember } from '../sign-in/visit.ts';
import { InvitationsNotice } from './invitation-pages.tsx';
import type { Invitation } from './inviting.ts';
import { peopleMessages } from './messages.ts';
import { Rename } from './renaming-pages.tsx';

/** One's own account: who is signed in, how pages look, other locations, and the way out. */
export function morePage(
  c: Ctx,
  visit: AtLocation,
  { locations, invitations }: { locations: Location[]; invitations: Invitation[] },
): Response {
  const text = peopleMessages(visit.location.locale);
  const others = locations.filter(({ id }) => id !== visit.location.id);
  const children = (
    <>
      <PageHead title={text.more} />
      <InvitationsNotice visit={visit} invitations={invitations} />
      <Account visit={visit} />
      {others.length > 0 && (
        <Card title={text.locations}>
          <ul>
            {others.map((location) => (
              <li>
                <a href={`/l/${location.slug}/home`}>{location.name}</a>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title={text.signInAndDevices}>
        <p class="mb-3">{text.signInAndDevicesLead}</p>
        <ButtonLink href={`/l/${visit.location.slug}/account`} id="sign-in-and-devices">
          {text.signInAndDevices}
        </ButtonLink>
      </Card>
      {isActiveMember(visit.membership) && (
        <Card title={text.savedCards}>
          <p class="mb-3">{text.savedCardsLead}</p>
          <ButtonLink href={`/l/${visit.location.slug}/membership/cards`} id="saved-cards">
            {text.savedCards}
          </ButtonLink>
        </Card>
      )}
      <WhoMayPay visit={visit} />
      {isActiveMember(visit.membership) && (
        <Card title={text.invoices}>
          <p class="mb-3">{text.invoicesLead}</p>
          <ButtonLink href={`/l/${visit.location.slug}/membership/invoices`} id="invoices">
            {text.invoices}
          </ButtonLink>
        </Card>
      )}
      {isActiveMember(visit.membership) && (
        <Card title={text.billing}>
          <p class="mb-3">{text.billingLead}</p>
          <ButtonLink href={`/l/${visit.location.slug}/membership/billing`} id="billing-details">
            {text.billing}
          </ButtonLink>
        </Card>
      )}
      <Card title={text.data}>
        <p class="mb-3">{text.dataLead}</p>
        <ButtonLink href={`/l/${visit.location.slug}/more/data`} id="personal-data">
          {text.data}
        </ButtonLink>
      </Card>
      <Appearance c={c} visit={visit} />
      <Form action="/sign-out">
        <FormActions>
          <Button icon="signOut">{text.signOut}</Button>
        </FormActions>
      </Form>
    </>
  );
  return ownPage(c, visit, { title: text.more, width: 'narrow', children });
}

function Account({ visit }: { visit: AtLocation }) {
  const text = peopleMessages(visit.location.locale);
  // Whoever was removed keeps the place in a company for later, but has no part in it now.
  const company = visit.membership?.status === 'active' ? visit.membership.company : undefined;
  const role = company && (company.role === 'manager' ? text.roleManager : text.roleMember);
  return (
    <Card title={text.account}>
      <Facts
        items={[
          { term: text.name, value: visit.user.name },
          { term: text.email, value: visit.user.email },
          ...(company && role
            ? [
                {
                  term: text.company,
                  value: <a href={`/l/${visit.location.slug}/membership/company`}>{role({ company: company.name })}</a>,
                },
              ]
            : []),
        ]}
      />
      <Rename action={`/l/${visit.location.slug}/more/name`} name={visit.user.name} locale={visit.location.locale} />
    </Card>
  );
}

/** For the managers of a company. */
function WhoMayPay({ visit: { location, membership } }: { visit: AtLocation }) {
  if (!isActiveMember(membership) || membership.company?.role !== 'manager') return null;
  const text = peopleMessages(location.locale);
  return (
    <Card title={text.whoMayPay}>
      <p class="mb-3">{text.whoMayPayLead({ company: membership.company.name })}</p>
      <ButtonLink href={`/l/${location.slug}/membership/payment-permissions`} id="who-may-pay">
        {text.whoMayPay}
      </ButtonLink>
    </Card>
  );
}

/** A full page load: a visit inside the page would leave the document's theme as it was. */
function Appearance({ c, visit }: { c: Ctx; visit: AtLocation }) {
  const text = peopleMessages(visit.location.locale);
  const { theme, path } = shellOf(c);
  return (
    <Card title={text.appearance}>
      <Form action={APPEARANCE_ACTION} fields={{ returnTo: path }} turbo={false}>
        <RadioCards
          name="theme"
          legend={text.appearance}
          hideLegend
          value={theme}
          choices={[
            { value: 'system', label: text.appearanceSystem, icon: 'device' },
            { value: 'light', label: text.appearanceLight, icon: 'sun' },
            { value: 'dark', label: text.appearanceDark, icon: 'moon' },
          ]}
          submitLabel={text.appearanceSave}
        />
      </Form>
    </Card>
  );
}
