import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { paperOf } from '../../web/paper/paper.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { DocumentCard } from '../../web/ui/document.tsx';
import { FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { documentLogo, logoFile } from '../billing/billing.ts';
import { walletsOf } from '../people/people.ts';
import { administratorPage, memberPage } from '../sign-in/frame.tsx';
import { type AtLocation, type Guards, isActiveMember, looksAfter } from '../sign-in/visit.ts';
import { receiptMessages } from './receipt-messages.ts';
import { receiptNumber, receiptText } from './receipt-text.ts';
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
  const { location, seller } = receipt.document;
  const logo = seller?.logo;
  const { membership } = visit;
  const isOwn = isActiveMember(membership) && owns({ ...visit, membership }, receipt);
  const children = (
    <>
      <PageHead title={it.title} {...(it.against !== undefined && { lead: it.against })} />
      {it.warning && <Notice tone="warn" title={it.warning} />}
      <DocumentCard id="receipt" it={it} {...(logo && { logo: documentLogo(visit.location, location, logo) })} />
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

async function downloadReceipt(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const receipt = await receiptOf(core, visit, c);
  const { locale } = visit.location;
  const { issuedAt, document } = receipt;
  const hash = document.seller?.logo?.hash;
  const logo = hash && (await core.database.read(visit.organizationId, (db) => logoFile(db, hash)));
  const paper = { locale, issuedAt, ...(logo && { logo: logo.bytes }) };
  const pdf = await paperOf(receiptText(receipt, visit.location), paper);
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
