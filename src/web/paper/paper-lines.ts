import type { DocumentLine } from './document-text.ts';
import { decorate, heightOf, INK, makeRoom, type Paper, rule, SHEET, widthOfFigures, write } from './sheet.ts';

type Column = { name: string; x: number; width: number; shownOf: (line: DocumentLine) => string };

const GAP = 12;
const ROW_GAP = 7;
const HEAD_HEIGHT = 22;

/** What was sold, line by line. Each sheet begins with the names of the columns; no line is torn apart. */
export function drawLines(paper: Paper): void {
  const { pdf, text } = paper;
  const columns = columnsOf(paper);
  const table = pdf.struct('Table');
  paper.root.add(table);
  const heightOfLine = (line: DocumentLine) =>
    Math.max(
      ...columns.map((column) => heightOf(pdf, column.shownOf(line), column.width)),
      heightOf(pdf, line.what, columns[0]!.width) + detailHeight(paper, line, columns[0]!.width),
    );
  const first = text.lines[0];
  makeRoom(paper, HEAD_HEIGHT + (first ? heightOfLine(first) + ROW_GAP * 2 : 0));
  const head = pdf.struct('TR');
  table.add(head);
  for (const [index, { name, x, width }] of columns.entries())
    write(paper, name, { x, y: paper.y, width }, { ...HEAD_STYLE, ...endOf(index), as: 'TH', within: head });
  head.end();
  underHead(paper);
  for (const line of text.lines) {
    const height = heightOfLine(line);
    if (makeRoom(paper, height + ROW_GAP * 2)) {
      for (const [index, { name, x, width }] of columns.entries())
        decorate(pdf, name, { x, y: paper.y, width }, { ...HEAD_STYLE, ...endOf(index) });
      underHead(paper);
    }
    const row = pdf.struct('TR');
    table.add(row);
    for (const [index, { x, width, shownOf }] of columns.entries()) {
      const at = { x, y: paper.y + ROW_GAP, width };
      const below = write(paper, shownOf(line), at, { ...endOf(index), as: 'TD', within: row });
      if (index === 0 && line.detail)
        write(paper, line.detail, { ...at, y: below }, { ...DETAIL_STYLE, as: 'TD', within: row });
    }
    row.end();
    paper.y += height + ROW_GAP * 2;
    rule(pdf, paper.y);
  }
  table.end();
  paper.y += 14;
}

const HEAD_STYLE = { size: 8.5, colour: INK.muted };
const DETAIL_STYLE = { size: 8.5, colour: INK.muted };

/** Amounts stand at the end of their columns. */
function endOf(index: number): { align?: 'right' } {
  return index === 0 ? {} : { align: 'right' };
}

function underHead(paper: Paper): void {
  paper.y += HEAD_HEIGHT - 6;
  rule(paper.pdf, paper.y, SHEET.left, INK.text);
}

function detailHeight({ pdf }: Paper, line: DocumentLine, width: number): number {
  return line.detail ? heightOf(pdf, line.detail, width, DETAIL_STYLE.size) : 0;
}

/** As wide as their widest amount; what was sold has the rest. A column that no line has anything in is left out. */
function columnsOf({ pdf, text }: Paper): Column[] {
  const { columns: names, lines } = text;
  const ends = [
    { name: names.list, shownOf: ({ list }: DocumentLine) => list ?? '' },
    { name: names.discount, shownOf: ({ discount }: DocumentLine) => discount ?? '' },
    { name: names.amount, shownOf: ({ amount }: DocumentLine) => amount },
  ].filter(({ shownOf }) => lines.some((line) => shownOf(line) !== ''));
  const placed: Column[] = [];
  let right = SHEET.right;
  for (const it of ends.reverse()) {
    const widest = lines.map((line) => widthOfFigures(pdf, it.shownOf(line)));
    const width = Math.min(Math.ceil(Math.max(widthOfFigures(pdf, it.name, HEAD_STYLE.size), ...widest)) + 2, 140);
    placed.unshift({ ...it, x: right - width, width });
    right -= width + GAP;
  }
  return [{ name: names.what, x: SHEET.left, width: right - SHEET.left, shownOf: ({ what }) => what }, ...placed];
}
