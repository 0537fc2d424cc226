import { z } from 'zod';
import { NotFound, Refusal } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { Card } from '../../web/ui/card.tsx';
import { Form } from '../../web/ui/form.tsx';
import { dayAfter, dayAt } from '../subscriptions/subscriptions.ts';
import { invoiceNumber, seenMinor } from './addresses.ts';
import { administrationMessages } from './administration-messages.ts';
import {
  type AtInvoice,
  backTo,
  Confirm,
  invoiceHref,
  invoiceIn,
  pageBelow,
  readInvoice,
  unlessRefused,
  wordsOf,
} from './at-invoice.tsx';
import { calendarDay } from './invoice-text.ts';
import { NothingToIssue } from './issuing.ts';
import { NotADraft } from './locking.ts';
import { invoiceSettingsAt } from './settings.ts';
import { moneyOf } from './standing.tsx';
import { TakeBack } from './take-back.tsx';

const issueForm = z.object({ seenTotalMinor: seenMinor });
const removeForm = z.object({ seenUnspentMinor: seenMinor, takeBack: z.enum(['yes', 'no']).default('yes') });

/** Something is not as it was on the page whose button was pressed; nothing was done. */
class SeenOtherwise extends Refusal {
  constructor() {
    super('seen-otherwise', 409);
  }
}

/** What making an invoice ready means, before it is done. */
export async function showIssue(at: AtInvoice): Promise<Response> {
  const { core, visit } = at;
  const { location, now } = visit;
  const { invoice, dueDays } = await core.database.read(visit.organizationId, async (db) => ({
    invoice: await invoiceIn(db, at),
    dueDays: (await invoiceSettingsAt(db, location.id)).dueDays,
  }));
  return await unlessRefused(at, invoice, async () => {
    if (invoice.status !== 'draft') throw new NotADraft();
    if (invoice.items.length === 0) throw new NothingToIssue();
    const text = administrationMessages(location.locale);
    const words = wordsOf(invoice, location);
    const day = calendarDay(dayAfter(dayAt(now, location.timeZone), { days: dueDays }), location.locale);
    return pageBelow(at, invoice, {
      title: text.issueTitle(words),
      children: (
        <>
          <Card>
            <p id="meaning">{invoice.totalMinor === 0n ? text.issueFree(words) : text.issueWhat({ ...words, day })}</p>
          </Card>
          <Form
            action={invoiceHref(at, invoice, '/issue')}
            fields={{ seenTotalMinor: String(invoice.totalMinor) }}
            layout="plain"
          >
            <Confirm
              at={at}
              invoice={invoice}
              id="confirm-issue"
              tone="primary"
              pendingLabel={text.issuing}
              describedBy="meaning"
            >
              {text.confirmIssue(words)}
            </Confirm>
          </Form>
        </>
      ),
    });
  });
}

export async function issue(at: AtInvoice): Promise<Response> {
  const { core, invoices, visit, c } = at;
  const { location, now } = visit;
  const form = await readForm(c, issueForm);
  if (!form.ok) throw new NotFound();
  const invoice = await readInvoice(at);
  const text = administrationMessages(location.locale);
  return await unlessRefused(at, invoice, async () => {
    try {
      const issued = await core.database.write(visit.organizationId, async (tx) => {
        const it = { locationId: location.id, invoiceId: invoice.id, actorUserId: visit.user.id, now };
        const done = await invoices.issue(tx, it);
        if (done.totalMinor !== BigInt(form.values.seenTotalMinor)) throw new SeenOtherwise();
        return done;
      });
      const words = { number: invoiceNumber(issued.number!), name: issued.customer };
      return backTo(at, invoice, { tone: 'good', text: text.issued(words) });
    } catch (error) {
      if (error instanceof SeenOtherwise) return backTo(at, invoice, { tone: 'bad', text: text.issueChanged });
      throw error;
    }
  });
}

/** What removing an item means, before it is done: who need not pay what, and what of its credits is unspent. */
export async function showRemove(at: AtInvoice, hasChanged = false): Promise<Response> {
  const { core, invoices, visit, c } = at;
  const { locale } = visit.location;
  const { invoice, item, unspentMinor } = await core.database.read(visit.organizationId, async (db) => {
    const invoice = await invoiceIn(db, at);
    const item = invoice.items.find(({ id }) => id === c.req.param('itemId'));
    return { invoice, item, unspentMinor: item ? await invoices.unspentOf(db, [item], visit.now) : 0n };
  });
  const text = administrationMessages(locale);
  return await unlessRefused(at, invoice, async () => {
    if (invoice.status !== 'draft') throw new NotADraft();
    // Such as somebody who goes back to this page after pressing its button.
    if (!item) return c.redirect(invoiceHref(at, invoice), 303);
    const words = { amount: moneyOf(invoice, item.totalMinor, locale), name: invoice.customer };
    return pageBelow(at, invoice, {
      title: text.removeTitle({ title: item.title }),
      ...(hasChanged && { status: 409 }),
      children: (
        <Form
          action={invoiceHref(at, invoice, `/items/${item.id}/remove`)}
          fields={{ seenUnspentMinor: String(unspentMinor) }}
        >
          <Card>
            <p id="meaning">{text.removeWhat(words)}</p>
          </Card>
          <TakeBack items={[item]} unspentMinor={unspentMinor} locale={locale} hasChanged={hasChanged} />
          <Confirm
            at={at}
            invoice={invoice}
            id="confirm-remove"
            tone="danger"
            pendingLabel={text.removing}
            describedBy="meaning"
          >
            {text.confirmRemove(words)}
          </Confirm>
        </Form>
      ),
    });
  });
}

export async function remove(at: AtInvoice): Promise<Response> {
  const { core, invoices, visit, c } = at;
  const { location, now, user } = visit;
  const form = await readForm(c, removeForm);
  if (!form.ok) throw new NotFound();
  const invoice = await readInvoice(at);
  const itemId = c.req.param('itemId') ?? '';
  const { seenUnspentMinor, takeBack } = form.values;
  const text = administrationMessages(location.locale);
  const item = invoice.items.find(({ id }) => id === itemId);
  try {
    return await unlessRefused(at, invoice, async () => {
      await core.database.write(visit.organizationId, async (tx) => {
        const unspent = item && invoice.status === 'draft' ? await invoices.unspentOf(tx, [item], now) : undefined;
        if (unspent !== undefined && unspent !== BigInt(seenUnspentMinor)) throw new SeenOtherwise();
        const it = { locationId: location.id, invoiceId: invoice.id, itemId, takeBack: takeBack === 'yes' };
        await invoices.removeItem(tx, { ...it, actorUserId: user.id, now });
      });
      return backTo(at, invoice, { tone: 'good', text: text.removed({ title: item?.title ?? '' }) });
    });
  } catch (error) {
    if (error instanceof SeenOtherwise) return await showRemove(at, true);
    throw error;
  }
}
