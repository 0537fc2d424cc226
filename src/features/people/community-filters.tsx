import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Select } from '../../web/ui/select.tsx';
import { addressOf, type Filter, isNarrowed, wholeList } from './community-filter.ts';
import { peopleMessages } from './messages.ts';

type Shown = {
  action: string;
  locale: string;
  filter: Filter;
  list: 'members' | 'companies';
  /** To choose from; none when the list is one of companies. */
  companies: { customerId: string; name: string }[];
  /** Whether anybody here knows of plans. */
  knowsPlans: boolean;
};

/** What a list is narrowed by: a form whose answer is an address. */
export function FilterForm({ action, locale, filter, list, companies, knowsPlans }: Shown) {
  const text = peopleMessages(locale);
  return (
    <Form
      action={action}
      method="get"
      layout="filters"
      replace
      {...(filter.removed && { fields: { show: 'removed' } })}
    >
      <Field
        name="search"
        type="search"
        label={text.search}
        hint={list === 'members' ? text.searchMembers : text.searchCompanies}
        value={filter.search}
        maxlength={100}
      />
      <Button icon="search">{text.searchAction}</Button>
      {isNarrowed(filter) && (
        <ButtonLink href={addressOf(action, wholeList(filter))} tone="quiet">
          {text.clear}
        </ButtonLink>
      )}
      <Choices {...{ locale, filter, list, companies, knowsPlans }} />
    </Form>
  );
}

/** What can be chosen besides the search; open while something of it is. */
function Choices({ locale, filter, list, companies, knowsPlans }: Omit<Shown, 'action'>) {
  const text = peopleMessages(locale);
  const any = { value: '', label: text.any };
  if (list === 'companies' && !knowsPlans) return null;
  return (
    <details class="basis-full" open={isNarrowed({ ...filter, search: '' })}>
      <summary class="button button-secondary button-small">{text.filters}</summary>
      <div class="form-filters mt-4">
        {list === 'members' && !filter.removed && (
          <Select
            name="standing"
            label={text.status}
            value={filter.standing}
            options={[
              any,
              { value: 'member', label: text.statusActive },
              { value: 'nonmember', label: text.statusNonmember },
              { value: 'requested', label: text.statusRequested },
            ]}
          />
        )}
        {list === 'members' && companies.length > 0 && (
          <>
            <Select
              name="company"
              label={text.company}
              value={filter.company}
              options={[
                any,
                { value: 'none', label: text.noCompany },
                ...companies.map(({ customerId, name }) => ({ value: customerId, label: name })),
              ]}
            />
            <Select
              name="role"
              label={text.role}
              value={filter.role}
              options={[any, { value: 'manager', label: text.manager }, { value: 'member', label: text.member }]}
            />
          </>
        )}
        {knowsPlans && (
          <Select
            name="plan"
            label={text.plan}
            value={filter.plan}
            options={[any, { value: 'with', label: text.withPlan }, { value: 'without', label: text.withoutPlan }]}
          />
        )}
      </div>
    </details>
  );
}

/** The ways to the other pages of a long list. */
export function Pages({
  action,
  locale,
  filter,
  hasMore,
}: Omit<Shown, 'list' | 'companies' | 'knowsPlans'> & { hasMore: boolean }) {
  const { page } = filter;
  if (page === 1 && !hasMore) return null;
  const text = peopleMessages(locale);
  const to = (other: number) => addressOf(action, { ...filter, page: other });
  return (
    <nav aria-label={text.pages}>
      <FormActions>
        {page > 1 && <ButtonLink href={to(page - 1)}>{text.previousPage}</ButtonLink>}
        {hasMore && <ButtonLink href={to(page + 1)}>{text.nextPage}</ButtonLink>}
        <span class="self-center">{text.pageNumber({ page: String(page) })}</span>
      </FormActions>
    </nav>
  );
}
