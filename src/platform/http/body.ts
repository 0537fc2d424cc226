import { Refusal } from '../errors.ts';
import type { Ctx } from './routes.ts';

/** The body is larger than anything we read here. */
export class TooLarge extends Refusal {
  constructor() {
    super('too-large', 413);
  }
}

/** Reads a body as text and stops at `mostBytes`, whatever its head says of its length. Refuses larger ones (413). */
export async function readText(c: Ctx, mostBytes: number): Promise<string> {
  return (await readBytes(c, mostBytes)).toString('utf8');
}

/** The same as bytes. */
export async function readBytes(c: Ctx, mostBytes: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(c.req.header('content-length') ?? 0) > mostBytes) throw new TooLarge();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of c.req.raw.body ?? []) {
    bytes += part.byteLength;
    if (bytes > mostBytes) throw new TooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}
