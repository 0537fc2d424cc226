import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { walletsOf } from '../people/people.ts';
import { administratorPage, memberPage } from '../sign-in/frame.tsx';
import { type AtLocation, type Guards, isActiveMember, looksAfter } from '../sign-in/visit.ts';
import { receiptMessages } from './receipt-messages.ts';
import { receiptPdf } from './receipt-pdf.ts';
import { type ReceiptText, receiptNumber, receiptText } from './receipt-text.ts';
import { type Receipt, receiptNumbered } from './receipts.ts';

/** A receipt as a page and as a PDF (UX-34): for those who paid, and for administrators who look after money. */
export function receiptPages(core: Core, guards: Guards): Route[] {
  return [
    get('/l/:location/receipts/:number', guards.atLocation, (visit, c) => showReceipt(core, visit, c)),
    get('/l/:location/receipts/:number/pdf', guards.atLocation, (visit, c) => downloadReceipt(core, visit, c)),
  ];
}

async function showReceipt(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const receipt = await receiptOf(core, visit, c);
  const { locale, slug } = visit.location;
  const text = receiptMessages(locale);
  const it = receiptText(receipt, visit.location);
  const { membership } = visit;
  const isOwn = isActiveMember(membership) && owns({ ...visit, membership }, receipt);
  const children = (
    <>
      <PageHead title={it.title} {...(it.against !== undefined && { lead: it.against })} />
      <ReceiptCard it={it} />
      <FormActions>
        <ButtonLink href={`/l/${slug}/receipts/${receipt.number}/pdf`} id="download-pdf" turbo={false}>
          {text.download}
        </ButtonLink>
      </FormActions>
    </>
  );
  if (isOwn) return memberPage(c, { ...visit, membership }, { title: it.title, current: 'history', children });
  return administratorPage(c, visit, { title: it.title, width: 'normal', children });
}

function ReceiptCard({ it }: { it: ReceiptText }) {
  return (
    <>
      {it.test && <Notice tone="warn" title={it.test} />}
      <Card id="receipt">
        <Facts items={it.facts.map(({ term, value }) => ({ term, value: <Lines text={value} /> }))} />
        <hr class="my-4" />
        <Facts
          items={[
            ...it.lines.map(({ what, detail, amount }) => ({
              term: detail === undefined ? what : `${what} (${detail})`,
              value: amount,
            })),
            ...it.sums,
          ]}
        />
      </Card>
    </>
  );
}

/** An address keeps its lines. */
function Lines({ text }: { text: string }) {
  return <span class="whitespace-pre-line">{text}</span>;
}

async function downloadReceipt(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const receipt = await receiptOf(core, visit, c);
  const { locale } = visit.location;
  const pdf = await receiptPdf(receiptText(receipt, visit.location), locale, receipt.issuedAt);
  c.header('Cache-Control', 'no-store');
  c.header('Content-Type', 'application/pdf');
  c.header('Content-Disposition', `attachment; filename="receipt-${receiptNumber(receipt.number)}.pdf"`);
  return c.body(new Uint8Array(pdf));
}

/** A receipt that is not for this person is not there. */
async function receiptOf(core: Core, visit: AtLocation, c: Ctx): Promise<Receipt> {
  const number = c.req.param('number') ?? '';
  if (!/^[1-9]\d{0,15}$/.test(number)) throw new NotFound();
  const receipt = await core.database.read(visit.organizationId, (db) =>
    receiptNumbered(db, visit.location.id, BigInt(number)),
  );
  if (!receipt) throw new NotFound();
  const { membership } = visit;
  // Whoever was removed keeps the receipts of what they paid.
  if (membership && owns({ ...visit, membership }, receipt)) return receipt;
  if (looksAfter(visit, 'billing', 'customers')) return receipt;
  throw new NotFound();
}

function owns(holder: Parameters<typeof walletsOf>[0], receipt: Receipt): boolean {
  return walletsOf(holder).some(({ customerId }) => customerId === receipt.customerId);
}
