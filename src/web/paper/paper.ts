import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DocumentText } from './document-text.ts';
import { drawEnd } from './paper-end.ts';
import { drawFacts, drawHead, drawParties } from './paper-head.ts';
import { drawLines } from './paper-lines.ts';
import { decorate, INK, type Paper, type Pdf, SHEET } from './sheet.ts';

/** The document on A4, with the font of the pages; `locale` is its language, `logo` a file that was checked. */
export async function paperOf(
  text: DocumentText,
  it: { locale: string; issuedAt: Date; logo?: Buffer },
): Promise<Buffer> {
  // Only whoever wants paper waits for it to load.
  const { default: PDFDocument } = await import('pdfkit');
  const pdf = new PDFDocument({
    size: 'A4',
    // Nothing flows over a margin by itself: sheets end where we say.
    margin: 0,
    font: fontFile(),
    lang: it.locale,
    tagged: true,
    displayTitle: true,
    bufferPages: true,
    info: { Title: text.title, CreationDate: it.issuedAt, ModDate: it.issuedAt, Producer: 'Roost', Creator: 'Roost' },
  });
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve) => pdf.on('end', resolve));
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  const paper: Paper = { pdf, y: SHEET.top, text, root };
  drawHead(paper, it.logo);
  drawParties(paper);
  drawFacts(paper);
  drawLines(paper);
  drawEnd(paper);
  root.end();
  drawFeet(paper);
  pdf.end();
  await ended;
  return Buffer.concat(parts);
}

/** Who issued it, and which sheet of how many this is. */
function drawFeet({ pdf, text }: Paper): void {
  const { count } = pdf.bufferedPageRange();
  for (let sheet = 0; sheet < count; sheet++) {
    pdf.switchToPage(sheet);
    const style = { size: 8, colour: INK.muted };
    decorate(pdf, clipped(pdf, text.foot, 400), { x: SHEET.left, y: SHEET.foot, width: 410 }, style);
    const number = `${sheet + 1} / ${count}`;
    decorate(pdf, number, { x: SHEET.right - 60, y: SHEET.foot, width: 60 }, { ...style, align: 'right' });
  }
}

/** As much of a line as there is room for. */
function clipped(pdf: Pdf, words: string, width: number): string {
  pdf.fontSize(8);
  if (pdf.widthOfString(words) <= width) return words;
  let end = words.length;
  while (end > 0 && pdf.widthOfString(`${words.slice(0, end)}…`) > width) end -= 1;
  return `${words.slice(0, end)}…`;
}

/** The font of the pages in the form that PDF takes, beside the bundle or beside the source. */
function fontFile(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'src/web/fonts/inter-print.ttf');
    if (existsSync(file) || folder === dirname(folder)) return file;
  }
}
