import type { DocumentText } from './document-text.ts';

export type Pdf = PDFKit.PDFDocument;
type Element = PDFKit.PDFStructureElement;

/** The sheet: A4 in points, with its margins. */
export const SHEET = { left: 56, right: 539, width: 483, top: 60, bottom: 770, foot: 792 };

export const INK = {
  text: '#14181f',
  muted: '#5a6270',
  line: '#cfd4dc',
  good: '#146c43',
  bad: '#b42318',
  warn: '#9a3412',
};

/** A document that is being drawn: what is drawn goes on at `y`, and is named for those who hear it. */
export type Paper = {
  pdf: Pdf;
  y: number;
  text: DocumentText;
  root: Element;
};

type Style = {
  size?: number;
  colour?: string;
  strong?: boolean;
  align?: 'left' | 'right';
  /** What it is, to those who hear the document. */
  as?: 'H1' | 'H2' | 'P' | 'TH' | 'TD';
  within?: Element;
};

const LINE_GAP = 2;
/** Figures of the same width stand below each other. */
const FIGURES: PDFKit.Mixins.OpenTypeFeatures[] = ['kern', 'tnum'];

/** Writes at a place and answers where it ends. */
export function write(paper: Paper, text: string, at: { x: number; y: number; width: number }, style: Style): number {
  const { pdf } = paper;
  const words = printable(text);
  const element = pdf.struct(style.as ?? 'P');
  (style.within ?? paper.root).add(element);
  element.add(pdf.markStructureContent(style.as ?? 'P'));
  ink(pdf, words, at, style);
  pdf.endMarkedContent();
  element.end();
  return at.y + heightOf(pdf, words, at.width, style.size);
}

/** The same for what only looks like something: page numbers, heads that are repeated. */
export function decorate(pdf: Pdf, words: string, at: { x: number; y: number; width: number }, style: Style): void {
  pdf.markContent('Artifact', { type: 'Pagination' });
  ink(pdf, printable(words), at, style);
  pdf.endMarkedContent();
}

/** A thin line across. */
export function rule(pdf: Pdf, y: number, from = SHEET.left, colour = INK.line): void {
  pdf.markContent('Artifact', { type: 'Layout' });
  pdf.moveTo(from, y).lineTo(SHEET.right, y).lineWidth(0.75).strokeColor(colour).stroke();
  pdf.endMarkedContent();
}

export function heightOf(pdf: Pdf, words: string, width: number, size = 9.5): number {
  return pdf.fontSize(size).heightOfString(printable(words), { width, lineGap: LINE_GAP });
}

/** How wide an amount is. */
export function widthOfFigures(pdf: Pdf, words: string, size = 9.5): number {
  return pdf.fontSize(size).widthOfString(printable(words), { features: FIGURES });
}

/** What the font has: the letters of Latin, Greek and Cyrillic. Others show that there is something. */
const WITHOUT_GLYPH =
  /(?!\p{Mn})[^\n\x20-\x7e\u00a0-\u017f\u018f\u0192\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u01fc-\u021b\u0259\u02bb\u02bc\u02c6\u02c7\u0370-\u052f\u1e00-\u1fff\u2000-\u206f\u20a0-\u20c0\u2116\u2122\u2190-\u2193\u2212]/gu;

function printable(words: string): string {
  return words.normalize('NFC').replace(WITHOUT_GLYPH, '\u25a1');
}

/** Goes on to another sheet when `height` has no room on this one; answers whether it did. */
export function makeRoom(paper: Paper, height: number): boolean {
  if (paper.y + height <= SHEET.bottom) return false;
  paper.pdf.addPage();
  decorate(paper.pdf, paper.text.title, { x: SHEET.left, y: 36, width: SHEET.width }, { size: 8.5, colour: INK.muted });
  paper.y = SHEET.top;
  return true;
}

/** The font has one weight: what is strong is drawn with an outline of its own colour. */
function ink(pdf: Pdf, words: string, { x, y, width }: { x: number; y: number; width: number }, style: Style): void {
  const colour = style.colour ?? INK.text;
  pdf.fontSize(style.size ?? 9.5).fillColor(colour);
  if (style.strong) pdf.strokeColor(colour).lineWidth((style.size ?? 9.5) * 0.035);
  pdf.text(words, x, y, {
    width,
    align: style.align ?? 'left',
    lineGap: LINE_GAP,
    ...(style.align === 'right' && { features: FIGURES }),
    ...(style.strong && { stroke: true, fill: true }),
  });
}
