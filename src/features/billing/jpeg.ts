/** The size of a JPEG, and the file with nothing in it but the picture. */
export type Jpeg = { width: number; height: number; bytes: Buffer };

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Ways to pack a picture that browsers and paper both know: baseline, extended, progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Tables, and how often the stream begins anew. */
const TABLES = [0xc4, 0xdb, 0xdd];
/** Which colours the three channels are; without it some pictures change theirs. */
const ADOBE = 0xee;

export function isJpeg(bytes: Buffer): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;
}

/**
 * Goes through a JPEG part by part to its end and keeps what makes the picture: no place, camera or comment goes along.
 * Answers `undefined` when the end is missing or a part is not what it should be.
 */
export function readJpeg(bytes: Buffer): Jpeg | undefined {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  let at = 2;
  while (at + 4 <= bytes.length || (at + 2 <= bytes.length && bytes[at + 1] === EOI)) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // Filled up.
      continue;
    }
    if (marker === EOI) {
      if (!size || scans === 0) return undefined;
      return { ...size, bytes: Buffer.concat([...kept, Buffer.from([0xff, EOI])]) };
    }
    let end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length || end < at + 4) return undefined;
    if (FRAMES.includes(marker)) {
      const found = frameOf(bytes.subarray(at + 4, end));
      if (!found || size) return undefined;
      size = found;
    } else if (marker === SOS) {
      if (!size) return undefined;
      end = endOfScan(bytes, end);
      scans += 1;
    } else if (!TABLES.includes(marker) && !isExtra(marker)) return undefined;
    if (!isExtra(marker) || marker === ADOBE) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return undefined;
}

/** Eight bits, and grey or three channels: four are for print, and browsers do not agree on them. */
function frameOf(frame: Buffer): { width: number; height: number } | undefined {
  const [bits, channels] = [frame[0], frame[5]];
  if (bits !== 8 || (channels !== 1 && channels !== 3) || frame.length !== 6 + 3 * channels) return undefined;
  const [height, width] = [frame.readUInt16BE(1), frame.readUInt16BE(3)];
  return width === 0 || height === 0 ? undefined : { width, height };
}

/** What programs write besides, and comments. */
function isExtra(marker: number): boolean {
  return (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
}

/** Where the next part begins after packed pixels: in them 0xff is followed by 0, or by a fresh start. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = from;
  while (at + 1 < bytes.length) {
    const next = bytes[at + 1]!;
    if (bytes[at] === 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += 1;
  }
  return bytes.length;
}
