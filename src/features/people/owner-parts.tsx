import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { Select } from '../../web/ui/select.tsx';
import type { Location } from '../organizations/organizations.ts';
import { administratorsMessages } from './administrators-messages.ts';
import { OFFER_DAYS, type OwnerOffer } from './owner-offer.ts';
import type { User } from './people.ts';

type Typed = { typed: Record<string, string>; errors: Record<string, string> };
type At = { location: Location; organization: string };

/** Who owns the organization, below the list of administrators; leads on whoever can do something about it. */
export function OwnerCard(it: { location: Location; owner: User; offer: OwnerOffer | undefined; userId: string }) {
  const { locale, slug } = it.location;
  const text = administratorsMessages(locale);
  const isOwner = it.userId === it.owner.id;
  const isAsked = it.userId === it.offer?.to.id;
  return (
    <Card title={text.ownership}>
      <p>{text.ownerNow(it.owner)}</p>
      {(isOwner || isAsked) && (
        <p class="mt-4">
          <ButtonLink href={`/l/${slug}/settings/ownership`} id="ownership">
            {isAsked ? text.toOffer : text.handOver}
          </ButtonLink>
        </p>
      )}
    </Card>
  );
}

/** What the owner chooses and types to offer the organization. */
export function OfferForm({ location, organization, followers, typed, errors }: At & Typed & { followers: User[] }) {
  const text = administratorsMessages(location.locale);
  if (followers.length === 0) return <Notice tone="info">{text.handOverNobody}</Notice>;
  return (
    <Card title={text.handOver}>
      <p class="mb-3">{text.handOverLead({ days: String(OFFER_DAYS) })}</p>
      <Form action={`/l/${location.slug}/settings/ownership/offer`}>
        <Select
          name="userId"
          label={text.toWhom}
          value={typed.userId}
          error={errors.userId}
          options={followers.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` }))}
        />
        <Confirmed location={location} organization={organization} typed={typed} errors={errors} />
        <FormActions>
          <Button tone="danger">{text.offer}</Button>
        </FormActions>
      </Form>
    </Card>
  );
}

/** What stands, for the owner who made it. */
export function Offered({ location, offer }: { location: Location; offer: OwnerOffer }) {
  const text = administratorsMessages(location.locale);
  const until = untilText(offer, location);
  return (
    <Notice
      tone="info"
      actions={
        <Form action={`/l/${location.slug}/settings/ownership/end`} layout="plain">
          <Button size="small">{text.withdraw}</Button>
        </Form>
      }
    >
      {text.offerTo({ name: offer.to.name, until })}
    </Notice>
  );
}

/** The same, for whoever is asked. */
export function TakeForm({ location, organization, offer, typed, errors }: At & Typed & { offer: OwnerOffer }) {
  const text = administratorsMessages(location.locale);
  return (
    <Card title={text.offered({ name: offer.from.name, organization })}>
      <p class="mb-3">{text.offeredLead({ organization, until: untilText(offer, location) })}</p>
      <Form action={`/l/${location.slug}/settings/ownership/take`}>
        <Confirmed location={location} organization={organization} typed={typed} errors={errors} />
        <FormActions>
          <Button tone="primary">{text.take}</Button>
        </FormActions>
      </Form>
      <Form action={`/l/${location.slug}/settings/ownership/end`}>
        <FormActions>
          <Button tone="quiet">{text.decline}</Button>
        </FormActions>
      </Form>
    </Card>
  );
}

/** Nobody hands over or takes an organization by one wrong tap. */
function Confirmed({ location, organization, typed, errors }: At & Typed) {
  const text = administratorsMessages(location.locale);
  return (
    <Field
      name="organization"
      label={text.typeName}
      hint={text.typeNameHint({ organization })}
      value={typed.organization}
      error={errors.organization}
      autocomplete="off"
      spellcheck={false}
      maxlength={200}
      required
    />
  );
}

function untilText({ expiresAt }: OwnerOffer, { locale, timeZone }: Location): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'long' }).format(expiresAt);
}
