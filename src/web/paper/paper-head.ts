import { heightOf, INK, type Paper, type Pdf, SHEET, write } from './sheet.ts';

const LOGO = { width: 170, height: 56 };
const HALF = SHEET.width / 2 - 12;
const STAMP_SIZE = 12;
const FACTS_A_ROW = 4;

/** The logo, the title with what it stands against, and how it stands. */
export function drawHead(paper: Paper, logo: Buffer | undefined): void {
  const { pdf, text } = paper;
  if (logo) {
    pdf.markContent('Artifact', { type: 'Layout' });
    pdf.image(logo, SHEET.left, paper.y, { fit: [LOGO.width, LOGO.height] });
    pdf.endMarkedContent();
    paper.y += LOGO.height + 22;
  }
  const stampWidth = text.stamp ? drawStamp(pdf, text.stamp.text, INK[text.stamp.tone], paper) : 0;
  const width = SHEET.width - (stampWidth > 0 ? stampWidth + 16 : 0);
  const at = { x: SHEET.left, width };
  paper.y = write(paper, text.title, { ...at, y: paper.y }, { size: 22, strong: true, as: 'H1' });
  const below = [
    { words: text.against, colour: INK.muted },
    { words: text.warning, colour: INK.warn },
  ];
  for (const { words, colour } of below)
    if (words) paper.y = write(paper, words, { ...at, y: paper.y + 2 }, { size: 10.5, colour });
  paper.y += 18;
}

/** In a frame at the right end of the title; answers how wide it is. */
function drawStamp(pdf: Pdf, words: string, colour: string, paper: Paper): number {
  const width = pdf.fontSize(STAMP_SIZE).widthOfString(words) + 24;
  const [x, y] = [SHEET.right - width, paper.y + 2];
  pdf.markContent('Artifact', { type: 'Layout' });
  pdf.roundedRect(x, y, width, 25, 5).lineWidth(1.5).strokeColor(colour).stroke();
  pdf.endMarkedContent();
  write(paper, words, { x: x + 12, y: y + 5.5, width: width - 10 }, { size: STAMP_SIZE, colour, strong: true });
  return width;
}

/** Who issued it and to whom, beside each other. */
export function drawParties(paper: Paper): void {
  const { text } = paper;
  let end = paper.y;
  for (const [index, { term, value }] of text.parties.entries()) {
    const x = SHEET.left + (index % 2) * (HALF + 24);
    const y = write(paper, term, { x, y: paper.y, width: HALF }, { size: 8.5, colour: INK.muted });
    const [name = '', ...rest] = value.split('\n');
    const named = write(paper, name, { x, y: y + 1, width: HALF }, { size: 10, strong: true });
    end = Math.max(end, rest.length > 0 ? write(paper, rest.join('\n'), { x, y: named, width: HALF }, {}) : named);
  }
  paper.y = end + 16;
}

/** Number, days and the like: names above what they are, some in a row. */
export function drawFacts(paper: Paper): void {
  const { pdf, text } = paper;
  const width = SHEET.width / FACTS_A_ROW - 12;
  for (let from = 0; from < text.facts.length; from += FACTS_A_ROW) {
    const row = text.facts.slice(from, from + FACTS_A_ROW);
    const height = Math.max(
      ...row.map(({ term, value }) => heightOf(pdf, term, width, 8.5) + heightOf(pdf, value, width)),
    );
    for (const [index, { term, value }] of row.entries()) {
      const at = { x: SHEET.left + index * (width + 16), width };
      const y = write(paper, term, { ...at, y: paper.y }, { size: 8.5, colour: INK.muted });
      write(paper, value, { ...at, y }, {});
    }
    paper.y += height + 10;
  }
  paper.y += 8;
}
