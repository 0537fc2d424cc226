import { isJpeg, readJpeg } from './jpeg.ts';
import { isPng, pngHead, readPng, writePng } from './png.ts';

/** A picture that pages and paper can show: its file says nothing but the picture. */
export type LogoImage = { contentType: 'image/png' | 'image/jpeg'; bytes: Buffer; width: number; height: number };

/** Why a file is no logo; codes of the catalog. */
export type LogoProblem = 'missing' | 'too-large' | 'not-a-picture' | 'broken' | 'too-small' | 'too-many-pixels';

export const MAX_LOGO_BYTES = 1024 * 1024;
export const MAX_LOGO_SIDE = 3000;
export const MAX_LOGO_PIXELS = 2_000_000;
export const MIN_LOGO_SIDE = 16;
/** What the database takes: a picture of many colours can need more room written plainly. */
const MAX_STORED_BYTES = 4 * 1024 * 1024;

/**
 * A PNG or JPEG, known by its bytes alone. It is written anew or freed of everything else in it, so that nothing is kept
 * or handed out that we have not understood. Its size is looked at before anything is unpacked.
 */
export function readLogo(file: Buffer): { image: LogoImage } | { problem: LogoProblem } {
  if (file.length === 0) return { problem: 'missing' };
  if (file.length > MAX_LOGO_BYTES) return { problem: 'too-large' };
  if (isPng(file)) return fromPng(file);
  return isJpeg(file) ? fromJpeg(file) : { problem: 'not-a-picture' };
}

function fromPng(file: Buffer): { image: LogoImage } | { problem: LogoProblem } {
  const head = pngHead(file);
  if (!head) return { problem: 'broken' };
  const problem = sizeProblem(head);
  if (problem) return { problem };
  const pixels = readPng(file, head);
  if (!pixels) return { problem: 'broken' };
  const bytes = writePng(pixels);
  if (bytes.length > MAX_STORED_BYTES) return { problem: 'too-large' };
  return { image: { contentType: 'image/png', bytes, width: head.width, height: head.height } };
}

function fromJpeg(file: Buffer): { image: LogoImage } | { problem: LogoProblem } {
  const jpeg = readJpeg(file);
  if (!jpeg) return { problem: 'broken' };
  const problem = sizeProblem(jpeg);
  return problem ? { problem } : { image: { contentType: 'image/jpeg', ...jpeg } };
}

function sizeProblem({ width, height }: { width: number; height: number }): LogoProblem | undefined {
  if (width < MIN_LOGO_SIDE || height < MIN_LOGO_SIDE) return 'too-small';
  if (width > MAX_LOGO_SIDE || height > MAX_LOGO_SIDE || width * height > MAX_LOGO_PIXELS) return 'too-many-pixels';
  return undefined;
}
