import { z } from 'zod';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { isId, newId } from '../../platform/ids.ts';
import { Card } from '../../web/ui/card.tsx';
import { Checkbox } from '../../web/ui/checkbox.tsx';
import { ErrorSummary } from '../../web/ui/error-summary.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { invoiceNumber, seenMinor } from './addresses.ts';
import { administrationMessages } from './administration-messages.ts';
import {
  type AtInvoice,
  backTo,
  Confirm,
  invoiceHref,
  invoiceIn,
  pageBelow,
  unlessRefused,
  wordsOf,
} from './at-invoice.tsx';
import { NotOpen, PaymentUnderWay, paymentUnderWay } from './locking.ts';
import { type Invoice, type InvoiceItem, invoiceById } from './records.ts';
import { moneyOf } from './standing.tsx';
import { countedCredits, TakeBack } from './take-back.tsx';
import { AlreadyCredited, NothingToCredit } from './voiding.ts';

const takeBack = z.enum(['yes', 'no']).default('yes');
const voidForm = z.object({ seenUnspentMinor: seenMinor, takeBack });
const creditForm = z.object({
  id: z.string().refine(isId),
  seenUnspentMinor: seenMinor,
  takeBack,
  'item[]': z.string().max(100_000).default(''),
});

type Found = {
  invoice: Invoice;
  left: InvoiceItem[];
  /** By item, and in all. */
  unspent: ReadonlyMap<string, bigint>;
  unspentMinor: bigint;
  isBusy: boolean;
};

/** The invoice with what a credit note could still take off it. */
async function find(at: AtInvoice): Promise<Found> {
  const { core, invoices, visit } = at;
  return await core.database.read(visit.organizationId, async (db) => {
    const invoice = await invoiceIn(db, at);
    const left = invoice.items.filter(({ isCredited }) => !isCredited);
    const unspent = new Map<string, bigint>();
    for (const item of left) unspent.set(item.id, await invoices.unspentOf(db, [item], visit.now));
    return {
      invoice,
      left,
      unspent,
      unspentMinor: [...unspent.values()].reduce((sum, minor) => sum + minor, 0n),
      isBusy: (await paymentUnderWay(db, invoice.id)) !== undefined,
    };
  });
}

/** What voiding means, before it is done. */
export async function showVoid(at: AtInvoice, hasChanged = false): Promise<Response> {
  const { locale } = at.visit.location;
  const { invoice, left, unspentMinor, isBusy } = await find(at);
  const text = administrationMessages(locale);
  return await unlessRefused(at, invoice, async () => {
    if (invoice.kind !== 'invoice' || invoice.status !== 'issued') throw new NotOpen(invoice);
    if (isBusy) throw new PaymentUnderWay();
    if (left.length < invoice.items.length) throw new AlreadyCredited();
    const words = wordsOf(invoice, at.visit.location);
    return pageBelow(at, invoice, {
      title: text.voidTitle(words),
      ...(hasChanged && { status: 409 }),
      children: (
        <Form action={invoiceHref(at, invoice, '/void')} fields={{ seenUnspentMinor: String(unspentMinor) }}>
          <Card>
            <p id="meaning">{text.voidWhat(words)}</p>
          </Card>
          <TakeBack items={left} unspentMinor={unspentMinor} locale={locale} hasChanged={hasChanged} />
          <Confirm
            at={at}
            invoice={invoice}
            id="confirm-void"
            tone="danger"
            pendingLabel={text.voiding}
            describedBy="meaning"
          >
            {text.confirmVoid(words)}
          </Confirm>
        </Form>
      ),
    });
  });
}

export async function voidIt(at: AtInvoice): Promise<Response> {
  const { core, invoices, visit, c } = at;
  const { location, now, user } = visit;
  const form = await readForm(c, voidForm);
  if (!form.ok) throw new NotFound();
  const { invoice, left, unspentMinor } = await find(at);
  const isOpen = invoice.status === 'issued' && left.length > 0;
  if (isOpen && unspentMinor !== BigInt(form.values.seenUnspentMinor)) return await showVoid(at, true);
  const text = administrationMessages(location.locale);
  return await unlessRefused(at, invoice, async () => {
    const it = { locationId: location.id, invoiceId: invoice.id, takeBack: form.values.takeBack === 'yes' };
    const done = await core.database.write(visit.organizationId, (tx) =>
      invoices.void(tx, { ...it, actorUserId: user.id, now }),
    );
    return backTo(at, invoice, { tone: 'good', text: text.voidDone({ number: invoiceNumber(done.number!) }) });
  });
}

type Again = { chosen: ReadonlySet<string>; id: string; nothing?: boolean; hasChanged?: boolean };

/** What is to be credited: everything that is left, unless less is chosen. */
export async function showCredit(at: AtInvoice, again?: Again): Promise<Response> {
  const { location, now } = at.visit;
  const { invoice, left, unspent, unspentMinor, isBusy } = await find(at);
  const text = administrationMessages(location.locale);
  return await unlessRefused(at, invoice, async () => {
    if (invoice.kind !== 'invoice' || !['issued', 'paid'].includes(invoice.status)) throw new NotOpen(invoice);
    if (isBusy) throw new PaymentUnderWay();
    if (left.length === 0) throw new NothingToCredit();
    const error = again?.nothing ? text.chooseItems : undefined;
    return pageBelow(at, invoice, {
      title: text.creditTitle(wordsOf(invoice, location)),
      lead: text.creditLead,
      ...(again && { status: again.nothing ? 422 : 409 }),
      children: (
        <>
          <ErrorSummary
            locale={location.locale}
            errors={error ? [{ fieldId: `item-${left[0]!.id}`, text: error }] : []}
          />
          {invoice.status === 'paid' && <Notice tone="info">{text.creditPaid}</Notice>}
          <Form
            action={invoiceHref(at, invoice, '/credit')}
            fields={{ id: again?.id ?? newId(now), seenUnspentMinor: String(unspentMinor) }}
          >
            <ItemChoice
              invoice={invoice}
              items={left}
              unspent={unspent}
              chosen={again?.chosen}
              locale={location.locale}
              {...(error && { error })}
            />
            <TakeBack
              items={left}
              unspentMinor={unspentMinor}
              locale={location.locale}
              ofChosen
              hasChanged={again?.hasChanged === true}
            />
            <Confirm at={at} invoice={invoice} id="confirm-credit" tone="danger" pendingLabel={text.crediting}>
              {text.confirmCredit}
            </Confirm>
          </Form>
        </>
      ),
    });
  });
}

type ChoiceProps = {
  invoice: Invoice;
  items: readonly InvoiceItem[];
  unspent: ReadonlyMap<string, bigint>;
  chosen: ReadonlySet<string> | undefined;
  locale: string;
  error?: string;
};

function ItemChoice({ invoice, items, unspent, chosen, locale, error }: ChoiceProps) {
  const text = administrationMessages(locale);
  const hintOf = ({ id }: InvoiceItem) => {
    const minor = unspent.get(id) ?? 0n;
    return minor > 0n ? text.takeBackOfItem(countedCredits(minor, locale)) : undefined;
  };
  return (
    <fieldset class="form-stack">
      <legend class="field-label">{text.creditItems}</legend>
      {items.map((item, index) => (
        <Checkbox
          name="item[]"
          id={`item-${item.id}`}
          value={item.id}
          label={item.title}
          hint={hintOf(item)}
          mark={moneyOf(invoice, item.totalMinor, locale)}
          checked={chosen === undefined || chosen.has(item.id)}
          {...(error && index === 0 && { error })}
        />
      ))}
    </fieldset>
  );
}

export async function credit(at: AtInvoice): Promise<Response> {
  const { core, invoices, visit, c } = at;
  const { location, now, user } = visit;
  const form = await readForm(c, creditForm);
  if (!form.ok) throw new NotFound();
  const { id, takeBack: taken, seenUnspentMinor } = form.values;
  const chosen = new Set(form.values['item[]'].split(',').filter((item) => item !== ''));
  const { invoice, left, unspentMinor } = await find(at);
  const isMadeBefore = await core.database.read(visit.organizationId, (db) => invoiceById(db, id));
  if (!isMadeBefore && left.length > 0) {
    if (chosen.size === 0) return await showCredit(at, { chosen, id, nothing: true });
    if (unspentMinor !== BigInt(seenUnspentMinor)) return await showCredit(at, { chosen, id, hasChanged: true });
  }
  const text = administrationMessages(location.locale);
  return await unlessRefused(at, invoice, async () => {
    const it = { locationId: location.id, invoiceId: invoice.id, id, itemIds: [...chosen], takeBack: taken === 'yes' };
    const note = await core.database.write(visit.organizationId, (tx) =>
      invoices.credit(tx, { ...it, actorUserId: user.id, now }),
    );
    const amount = moneyOf(note, -note.totalMinor, location.locale);
    return backTo(at, invoice, {
      tone: 'good',
      text: text.creditDone({ number: invoiceNumber(note.number!), amount }),
    });
  });
}
