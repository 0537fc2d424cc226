/** One cell: text that people wrote, or a figure of ours (digits, a point, a day), which needs no care. */
export type CsvCell = string | { figure: string };

/** Excel takes a file without it for one of an old encoding; other programs skip it. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** What makes a spreadsheet run a cell as a formula, in its full-width forms too. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * A line of a file for spreadsheets (RFC 4180). Text that would run as a formula begins with an apostrophe, so that it is
 * read and never run.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell.figure;
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
