import { Readable } from 'node:stream';
import { BYTE_ORDER_MARK, type CsvCell, csvLine } from '../../shared/csv.ts';
import type { Ctx } from './routes.ts';

/**
 * A file for spreadsheets, sent as its lines are made: however long it is, little of it is ever held. `name` is that of the
 * file, of plain letters. What fails in the middle breaks off the transfer, so nobody takes half a file for a whole one.
 */
export function csvFile(c: Ctx, name: string, lines: AsyncIterable<readonly CsvCell[]>): Response {
  c.header('Content-Type', 'text/csv; charset=utf-8');
  c.header('Content-Disposition', `attachment; filename="${name}"`);
  c.header('Cache-Control', 'no-store');
  return c.body(Readable.toWeb(Readable.from(written(lines))) as ReadableStream);
}

async function* written(lines: AsyncIterable<readonly CsvCell[]>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(BYTE_ORDER_MARK);
  for await (const line of lines) yield encoder.encode(csvLine(line));
}
