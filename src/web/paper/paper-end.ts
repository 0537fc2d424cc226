import { heightOf, INK, makeRoom, type Paper, rule, SHEET, write } from './sheet.ts';

const SUMS_WIDTH = 260;
const AMOUNT_WIDTH = 110;
const NOTE_GAP = 8;

/** The sums, which stay together, and below them what else is to be said. */
export function drawEnd(paper: Paper): void {
  const { pdf, text } = paper;
  const left = SHEET.right - SUMS_WIDTH;
  const termWidth = SUMS_WIDTH - AMOUNT_WIDTH - 8;
  const heights = text.sums.map(
    ({ term, strong }) => heightOf(pdf, term, termWidth, strong ? 12 : 9.5) + (strong ? 12 : 5),
  );
  makeRoom(
    paper,
    heights.reduce((sum, height) => sum + height, 0),
  );
  for (const [index, { term, value, strong }] of text.sums.entries()) {
    if (strong) rule(pdf, paper.y + 1, left, INK.text);
    const [y, size] = [paper.y + (strong ? 7 : 0), strong ? 12 : 9.5];
    write(paper, term, { x: left, y, width: termWidth }, { size, strong, colour: strong ? INK.text : INK.muted });
    const x = SHEET.right - AMOUNT_WIDTH;
    write(paper, value, { x, y, width: AMOUNT_WIDTH }, { size, strong, align: 'right' });
    paper.y += heights[index]!;
  }
  paper.y += 18;
  for (const note of text.notes) {
    makeRoom(paper, heightOf(pdf, note, SHEET.width) + NOTE_GAP);
    paper.y = write(paper, note, { x: SHEET.left, y: paper.y, width: SHEET.width }, {}) + NOTE_GAP;
  }
}
