import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReceiptText } from './receipt-text.ts';

const LEFT = 56;
const RIGHT = 539;
const WIDTH = RIGHT - LEFT;

/** A receipt on one page of A4, with the font of the pages; `locale` is the document's language. */
export async function receiptPdf(it: ReceiptText, locale: string, issuedAt: Date): Promise<Buffer> {
  // Only whoever wants paper waits for it to load.
  const { default: PDFDocument } = await import('pdfkit');
  const pdf = new PDFDocument({
    size: 'A4',
    margin: LEFT,
    font: fontFile(),
    lang: locale,
    tagged: true,
    displayTitle: true,
    info: { Title: it.title, CreationDate: issuedAt, ModDate: issuedAt, Producer: 'Roost', Creator: 'Roost' },
  });
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve) => pdf.on('end', resolve));
  pdf.fontSize(22).text(it.title, LEFT, 72);
  if (it.against) pdf.fontSize(11).fillColor('#555').text(it.against);
  if (it.test) pdf.moveDown(0.5).fontSize(11).fillColor('#9a3412').text(it.test);
  pdf.moveDown(1.5).fontSize(10.5);
  for (const { term, value } of it.facts) row(pdf, term, value, false);
  rule(pdf);
  for (const { what, detail, amount } of it.lines) {
    row(pdf, what, amount, true);
    if (detail) pdf.fillColor('#555').fontSize(9.5).text(detail, LEFT).fontSize(10.5);
  }
  rule(pdf);
  for (const { term, value, strong } of it.sums) {
    pdf.fontSize(strong ? 13 : 10.5);
    row(pdf, term, value, true);
  }
  pdf.end();
  await ended;
  return Buffer.concat(parts);
}

type Pdf = PDFKit.PDFDocument;

/** Two texts on one line: a name and what it is; amounts stand at the end. */
function row(pdf: Pdf, term: string, value: string, atTheEnd: boolean): void {
  const { y } = pdf;
  const split = atTheEnd ? WIDTH * 0.68 : WIDTH * 0.3;
  pdf.fillColor(atTheEnd ? '#111' : '#555').text(term, LEFT, y, { width: split - 12 });
  const below = pdf.y;
  pdf.fillColor('#111').text(value, LEFT + split, y, { width: WIDTH - split, align: atTheEnd ? 'right' : 'left' });
  pdf.x = LEFT;
  pdf.y = Math.max(below, pdf.y) + 6;
}

function rule(pdf: Pdf): void {
  pdf.moveDown(0.5);
  pdf.moveTo(LEFT, pdf.y).lineTo(RIGHT, pdf.y).lineWidth(0.75).strokeColor('#ccc').stroke();
  pdf.moveDown(0.8);
}

/** The font of the pages in the form that PDF takes, beside the bundle or beside the source. */
function fontFile(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'src/web/fonts/inter-print.ttf');
    if (existsSync(file) || folder === dirname(folder)) return file;
  }
}
