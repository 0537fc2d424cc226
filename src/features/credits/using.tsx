import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { formatCredits } from '../../shared/credits.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Location } from '../organizations/organizations.ts';
import { customerOf } from '../people/customer-frame.tsx';
import type { Customer } from '../people/people.ts';
import { setFlash } from '../sign-in/flash.ts';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { CreditKeyReused, CreditsFrozen, InsufficientCredits } from './credits.ts';
import { CREDITS_OF_CUSTOMER, creditsHref, pageBelowCredits, Wrong } from './customer-place.tsx';
import { counted, creditMessages } from './messages.ts';
import { Actions, AmountField, availableFacts, NoteField } from './move-fields.tsx';
import {
  amount,
  type Filled,
  fieldErrors,
  insufficientText,
  MAX_PRODUCT_LENGTH,
  memo,
  product,
  requestKey,
} from './moving-form.ts';
import { movingMessages } from './moving-messages.ts';
import { type Balance, balanceOf } from './queries.ts';
import type { Spending } from './spending.ts';

const useForm = z.object({ requestKey, amount, product, memo });

type At = { core: Core; spending: Spending; visit: AtLocation; c: Ctx };

/** An administrator uses credits of a customer: Community > member or company > Credits > Use credits. */
export function usingPages(core: Core, guards: Guards, spending: Spending): Route[] {
  const customers = guards.administrator('customers');
  return [
    get(`${CREDITS_OF_CUSTOMER}/use`, customers, (visit, c) =>
      showForm({ core, spending, visit, c }, { fields: { requestKey: newRequestKey() }, errors: {} }),
    ),
    post(`${CREDITS_OF_CUSTOMER}/use`, customers, (visit, c) => use({ core, spending, visit, c })),
  ];
}

async function use(at: At): Promise<Response> {
  const { core, visit, c } = at;
  const { organizationId, location, now } = visit;
  const { locale } = location;
  const customer = await core.database.read(organizationId, (db) => customerOf(db, visit, c));
  const form = await readForm(c, useForm);
  // The page always has a key; anything else is nobody's honest wish.
  if (!form.ok && 'requestKey' in form.errors) throw new NotFound();
  if (!form.ok) return showForm(at, { fields: form.typed, errors: fieldErrors(form.errors, locale) });
  const { requestKey, amount: creditsMinor, product, memo } = form.values;
  try {
    const { balanceAfterMinor } = await at.spending.spend({
      organizationId,
      customerId: customer.id,
      key: `use:${requestKey}`,
      actorUserId: visit.user.id,
      creditsMinor,
      product,
      memo,
      now,
      tell: true,
    });
    const balance = formatCredits(balanceAfterMinor, locale);
    const text = movingMessages(locale).used({ ...counted(creditsMinor, locale), product, balance });
    setFlash(c, { tone: 'good', text });
    return c.redirect(creditsHref(location, customer.id), 303);
  } catch (refused) {
    return await showForm(at, { fields: form.typed, errors: {}, refused });
  }
}

async function showForm({ core, visit, c }: At, it: Filled & { refused?: unknown }): Promise<Response> {
  const { location, now } = visit;
  const { locale } = location;
  const { customer, balance } = await core.database.read(visit.organizationId, async (db) => {
    const customer = await customerOf(db, visit, c);
    return { customer, balance: await balanceOf(db, customer.id, now) };
  });
  const filled = it.refused === undefined ? it : refusedForm(it, balance, locale);
  return pageBelowCredits(c, visit, customer, {
    title: movingMessages(locale).useTitle({ name: customer.name }),
    status: it.refused !== undefined || Object.keys(it.errors).length > 0 ? 422 : 200,
    children: <UseForm location={location} customer={customer} balance={balance} {...filled} />,
  });
}

/** What a refused form shows. What was sent before with something else goes on as a new wish. */
function refusedForm(it: Filled & { refused?: unknown }, balance: Balance, locale: string): Filled {
  const { refused, fields } = it;
  if (refused instanceof InsufficientCredits) return { fields, errors: { amount: insufficientText(balance, locale) } };
  if (refused instanceof CreditKeyReused) {
    const again = { ...fields, requestKey: newRequestKey() };
    return { fields: again, errors: { '': movingMessages(locale).errorReused } };
  }
  // The page says so itself, in place of the form.
  if (refused instanceof CreditsFrozen) return { fields, errors: {} };
  throw refused;
}

type FormProps = Filled & { location: Location; customer: Customer; balance: Balance };

function UseForm({ location, customer, balance, fields, errors }: FormProps) {
  const { locale } = location;
  const text = movingMessages(locale);
  const back = creditsHref(location, customer.id);
  const isFresh = Object.keys(errors).length === 0;
  if (balance.frozen) return <Frozen location={location} customer={customer} />;
  if (balance.spendableMinor === 0n && isFresh)
    return <Nothing location={location} customer={customer} balance={balance} />;
  const filled = { locale, fields, errors };
  return (
    <>
      <Wrong locale={locale} errors={errors} />
      <Card>
        <Facts items={availableFacts(balance, locale)} />
      </Card>
      <Form action={`${back}/use`} fields={{ requestKey: fields.requestKey ?? '' }}>
        <AmountField {...filled} autofocus={isFresh} />
        <Field
          name="product"
          label={text.product}
          hint={text.productHint}
          value={fields.product}
          error={errors.product}
          invalidText={text.errorProductRequired}
          autocomplete="off"
          maxlength={MAX_PRODUCT_LENGTH}
          required
        />
        <NoteField {...filled} hint={text.memoHint} />
        <Actions locale={locale} id="use-credits" label={text.use} pendingLabel={text.using} back={back} />
      </Form>
    </>
  );
}

function Frozen({ location, customer }: { location: Location; customer: Customer }) {
  const { frozenTitle, frozen } = creditMessages(location.locale);
  const back = (
    <ButtonLink href={creditsHref(location, customer.id)} size="small">
      {movingMessages(location.locale).back}
    </ButtonLink>
  );
  return (
    <Notice tone="warn" role="status" id="frozen" title={frozenTitle} actions={back}>
      {frozen({ name: customer.name })}
    </Notice>
  );
}

function Nothing({ location, customer, balance }: Pick<FormProps, 'location' | 'customer' | 'balance'>) {
  const { locale } = location;
  const text = movingMessages(locale);
  const add = (
    <ButtonLink href={`${creditsHref(location, customer.id)}/adjust`} tone="primary">
      {text.add}
    </ButtonLink>
  );
  return (
    <EmptyState title={text.nothingTitle({ name: customer.name })} actions={add}>
      {balance.heldMinor > 0n ? text.nothingHeld(counted(balance.heldMinor, locale)) : text.nothing}
    </EmptyState>
  );
}
