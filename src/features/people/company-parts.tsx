import { Badge } from '../../web/ui/badge.tsx';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Card, Section } from '../../web/ui/card.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Select } from '../../web/ui/select.tsx';
import { Table } from '../../web/ui/table.tsx';
import type { AtMembership } from '../sign-in/visit.ts';
import { MAX_NAME_LENGTH } from './adding-form.ts';
import { addingMessages } from './adding-messages.ts';
import { companyMessages } from './company-messages.ts';
import { MAX_EMAIL_LENGTH } from './email-address.ts';
import type { Invitation } from './inviting.ts';
import type { Person } from './profile-queries.ts';

type Shown = { typed: Record<string, string>; errors: Record<string, string> };
type Of = { visit: AtMembership; people: Person[] };

/** What a manager sees and does. */
export function ForManager(it: Of & Shown & { invitations: Invitation[] }) {
  const text = companyMessages(it.visit.location.locale);
  return (
    <>
      <Section title={text.people}>
        <People {...it} />
      </Section>
      {it.invitations.length > 0 && <Invited {...it} />}
      <InviteForm {...it} />
    </>
  );
}

/** What everybody else of the company sees: whom to ask, and the way out. */
export function ForMember({ visit, people }: Of) {
  const text = companyMessages(visit.location.locale);
  const managers = people.filter(({ company }) => company?.role === 'manager');
  return (
    <Card title={text.managers}>
      {managers.length === 0 ? (
        <p>{text.noManager}</p>
      ) : (
        <ul class="grid list-disc gap-2 pl-5">
          {managers.map(({ name, email }) => (
            <li>
              {name} <a href={`mailto:${email}`}>{email}</a>
            </li>
          ))}
        </ul>
      )}
      <p class="mt-4">
        <ButtonLink href={`${at(visit)}/people/${visit.membership.customerId}/remove`} id="leave-company">
          {text.leave}
        </ButtonLink>
      </p>
    </Card>
  );
}

function People({ visit, people }: Of) {
  const text = companyMessages(visit.location.locale);
  return (
    <Table
      caption={text.people}
      hideCaption
      rows={people}
      rowId={(person) => `person-${person.customerId}`}
      columns={[
        {
          key: 'name',
          header: text.name,
          primary: true,
          cell: (person) => (
            <>
              {person.name} {person.userId === visit.user.id && <Badge>{text.you}</Badge>}
            </>
          ),
        },
        { key: 'email', header: text.email, cell: (person) => person.email },
        {
          key: 'role',
          header: text.role,
          cell: (person) => (person.company!.role === 'manager' ? text.roleManager : text.roleMember),
        },
        {
          key: 'actions',
          header: text.actions,
          hideHeader: true,
          cell: (person) => <Actions visit={visit} person={person} />,
        },
      ]}
    />
  );
}

function Actions({ visit, person }: { visit: AtMembership; person: Person }) {
  const text = companyMessages(visit.location.locale);
  const here = `${at(visit)}/people/${person.customerId}`;
  const isManager = person.company!.role === 'manager';
  const isOwn = person.userId === visit.user.id;
  return (
    <div class="flex flex-wrap gap-2">
      {/* Whoever wants to be a member only makes somebody else a manager, who changes it, or leaves. */}
      {!isOwn && (
        <Form action={`${here}/role`} fields={{ role: isManager ? 'member' : 'manager' }} layout="plain">
          <Button size="small" label={(isManager ? text.makeMemberOf : text.makeManagerOf)(person)}>
            {isManager ? text.makeMember : text.makeManager}
          </Button>
        </Form>
      )}
      <ButtonLink
        href={`${here}/remove`}
        size="small"
        tone="quiet"
        {...(isOwn ? { id: 'leave-company' } : { label: text.removeOf(person) })}
      >
        {isOwn ? text.leave : text.remove}
      </ButtonLink>
    </div>
  );
}

function Invited({ visit, invitations }: { visit: AtMembership; invitations: Invitation[] }) {
  const { locale } = visit.location;
  const text = companyMessages(locale);
  return (
    <Section title={text.invited} lead={text.invitedLead}>
      <Table
        caption={text.invited}
        hideCaption
        rows={invitations}
        rowId={({ id }) => `invitation-${id}`}
        columns={[
          { key: 'name', header: text.name, primary: true, cell: ({ to }) => to.name },
          { key: 'email', header: text.email, cell: ({ to }) => to.email },
          {
            key: 'role',
            header: text.role,
            cell: (it) => (it.role === 'manager' ? text.roleManager : text.roleMember),
          },
          {
            key: 'actions',
            header: text.actions,
            hideHeader: true,
            cell: ({ id, to }) => (
              <Form action={`${at(visit)}/withdraw`} fields={{ id }} layout="plain">
                <Button size="small" tone="quiet" label={text.withdrawOf(to)}>
                  {text.withdraw}
                </Button>
              </Form>
            ),
          },
        ]}
      />
    </Section>
  );
}

function InviteForm({ visit, typed, errors }: Shown & { visit: AtMembership }) {
  const { locale } = visit.location;
  const text = companyMessages(locale);
  return (
    <Card title={text.invite}>
      <Form action={`${at(visit)}/invite`}>
        <Field
          name="name"
          label={text.name}
          value={typed.name}
          error={errors.name}
          autocomplete="off"
          maxlength={MAX_NAME_LENGTH}
          required
        />
        <Field
          name="email"
          type="email"
          label={text.email}
          hint={text.emailHint}
          value={typed.email}
          error={errors.email}
          invalidText={addingMessages(locale).errorEmail}
          inputmode="email"
          autocomplete="off"
          maxlength={MAX_EMAIL_LENGTH}
          spellcheck={false}
          required
        />
        <Select
          name="role"
          label={text.role}
          hint={text.roleHint}
          value={typed.role ?? 'member'}
          error={errors.role}
          options={[
            { value: 'member', label: text.roleMember },
            { value: 'manager', label: text.roleManager },
          ]}
        />
        <FormActions>
          <Button tone="primary" pendingLabel={text.inviting}>
            {text.inviteAction}
          </Button>
        </FormActions>
      </Form>
    </Card>
  );
}

/** Says what it means that somebody leaves, and asks. */
export function LeavePage(it: { visit: AtMembership; person: Person; isLastManager: boolean }) {
  const { visit, person } = it;
  const { locale, name: location } = visit.location;
  const text = companyMessages(locale);
  const company = person.company!.name;
  const isOwn = person.userId === visit.user.id;
  return (
    <>
      <PageHead
        back={{ href: at(visit), label: company }}
        title={isOwn ? text.leaveTitle({ company }) : text.removeTitle({ name: person.name, company })}
      />
      <Card>
        <ul class="mb-4 grid list-disc gap-2 pl-5">
          <li>{isOwn ? text.youStayMember({ location }) : text.staysMember({ name: person.name, location })}</li>
          <li>{text.companyKeeps({ company })}</li>
          {it.isLastManager && <li>{text.lastManager({ company })}</li>}
        </ul>
        <Form action={`${at(visit)}/people/${person.customerId}/remove`}>
          <FormActions>
            <Button tone="danger" id="confirm-leave">
              {isOwn ? text.leaveConfirm({ company }) : text.removeConfirm(person)}
            </Button>
            <ButtonLink href={at(visit)} tone="quiet">
              {text.cancel}
            </ButtonLink>
          </FormActions>
        </Form>
      </Card>
    </>
  );
}

function at(visit: AtMembership): string {
  return `/l/${visit.location.slug}/membership/company`;
}
