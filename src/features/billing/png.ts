import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture as it is painted: rows from the top, each pixel red, green, blue and how opaque it is. */
export type Pixels = { width: number; height: number; rgba: Uint8Array };

/** What the head of a PNG says, before anything of it is unpacked. */
export type PngHead = { width: number; height: number; bits: number; colour: number; interlaced: boolean };

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Samples of a pixel by kind of colour: grey, red-green-blue, a palette's index, grey or colours with opacity. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const BITS: Record<number, number[]> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };
const PALETTE = 3;
/** Where each pass of an interlaced picture begins, and its steps: x, y, right, down. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const ONE_PASS = [[0, 0, 1, 1]] as const;

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, 8).equals(SIGNATURE);
}

type Chunk = { type: string; data: Buffer };

/** Every part up to the end, whole and with its right checksum; `undefined` when anything is missing or wrong. */
function chunksOf(bytes: Buffer): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) return undefined;
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return undefined;
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) });
    if (chunks.at(-1)!.type === 'IEND') return chunks;
    at = end + 4;
  }
  return undefined;
}

/** The size and kind of a PNG; `undefined` when it says nothing that a PNG may say. */
export function pngHead(bytes: Buffer): PngHead | undefined {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  const [bits, colour, compression, filter, interlace] = bytes.subarray(24, 29) as unknown as number[];
  if (!BITS[colour!]?.includes(bits!) || compression !== 0 || filter !== 0 || interlace! > 1) return undefined;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width === 0 || height === 0) return undefined;
  return { width, height, bits: bits!, colour: colour!, interlaced: interlace === 1 };
}

/**
 * Unpacks a PNG whose size was found fit before; never more than its size says, however much is packed into it. Answers
 * `undefined` when anything is missing or wrong.
 */
export function readPng(bytes: Buffer, head: PngHead): Pixels | undefined {
  const chunks = chunksOf(bytes);
  if (!chunks || chunks.some(({ type }) => /^[A-Z]/.test(type) && !['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type)))
    return undefined;
  const dataOf = (type: string) => chunks.find((chunk) => chunk.type === type)?.data;
  const [palette, clear] = [dataOf('PLTE'), dataOf('tRNS')];
  if (head.colour === PALETTE && (!palette || palette.length === 0 || palette.length % 3 !== 0)) return undefined;
  const passes = (head.interlaced ? ADAM7 : ONE_PASS)
    .map(([x, y, right, down]) => {
      const [width, height] = [Math.ceil((head.width - x) / right), Math.ceil((head.height - y) / down)];
      return {
        x,
        y,
        right,
        down,
        width,
        height,
        rowBytes: Math.ceil((width * CHANNELS[head.colour]! * head.bits) / 8),
      };
    })
    .filter(({ width, height }) => width > 0 && height > 0);
  const size = passes.reduce((sum, { height, rowBytes }) => sum + height * (rowBytes + 1), 0);
  const raw = unpack(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)), size);
  if (!raw) return undefined;
  const rgba = new Uint8Array(head.width * head.height * 4);
  let from = 0;
  for (const pass of passes) {
    const rows = unfilter(raw, from, pass, Math.max(1, (CHANNELS[head.colour]! * head.bits) >> 3));
    if (!rows) return undefined;
    paint(rgba, rows, pass, head, { palette, clear });
    from += pass.height * (pass.rowBytes + 1);
  }
  return { width: head.width, height: head.height, rgba };
}

function unpack(packed: Buffer, size: number): Buffer | undefined {
  try {
    const raw = inflateSync(packed, { maxOutputLength: size });
    return raw.length === size ? raw : undefined;
  } catch {
    return undefined;
  }
}

type Pass = { x: number; y: number; right: number; down: number; width: number; height: number; rowBytes: number };

/** Rows as they were before each was written as its difference from its neighbours. */
function unfilter(raw: Buffer, from: number, { height, rowBytes }: Pass, step: number): Uint8Array | undefined {
  const rows = new Uint8Array(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const filter = raw[from + y * (rowBytes + 1)]!;
    if (filter > 4) return undefined;
    const source = from + y * (rowBytes + 1) + 1;
    const row = y * rowBytes;
    for (let i = 0; i < rowBytes; i++) {
      const left = i < step ? 0 : rows[row + i - step]!;
      const up = y === 0 ? 0 : rows[row + i - rowBytes]!;
      const corner = i < step || y === 0 ? 0 : rows[row + i - rowBytes - step]!;
      rows[row + i] = raw[source + i]! + predicted(filter, left, up, corner);
    }
  }
  return rows;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

type Colours = { palette: Buffer | undefined; clear: Buffer | undefined };

function paint(rgba: Uint8Array, rows: Uint8Array, pass: Pass, { width, bits, colour }: PngHead, it: Colours): void {
  const channels = CHANNELS[colour]!;
  const sample = (y: number, index: number) => {
    const row = y * pass.rowBytes;
    if (bits === 16) return (rows[row + index * 2]! << 8) | rows[row + index * 2 + 1]!;
    if (bits === 8) return rows[row + index]!;
    const bit = index * bits;
    return (rows[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
  };
  const whole = 2 ** bits - 1;
  const byte = (value: number) => (bits === 8 ? value : Math.round((value * 255) / whole));
  const isClear = (values: number[]) =>
    it.clear !== undefined &&
    it.clear.length >= values.length * 2 &&
    values.every((value, index) => value === it.clear!.readUInt16BE(index * 2));
  for (let y = 0; y < pass.height; y++) {
    for (let x = 0; x < pass.width; x++) {
      const target = ((pass.y + y * pass.down) * width + pass.x + x * pass.right) * 4;
      const first = sample(y, x * channels);
      if (colour === PALETTE) {
        for (let part = 0; part < 3; part++) rgba[target + part] = it.palette![first * 3 + part] ?? 0;
        rgba[target + 3] = it.clear?.[first] ?? 255;
        continue;
      }
      const isGrey = channels < 3;
      const values = isGrey ? [first] : [first, sample(y, x * channels + 1), sample(y, x * channels + 2)];
      for (let part = 0; part < 3; part++) rgba[target + part] = byte(values[isGrey ? 0 : part]!);
      const hasAlpha = channels === 2 || channels === 4;
      rgba[target + 3] = hasAlpha ? byte(sample(y, x * channels + channels - 1)) : isClear(values) ? 0 : 255;
    }
  }
}

/** The plainest PNG of a picture: eight bits, no passes, nothing but the picture, opacity only where something is clear. */
export function writePng({ width, height, rgba }: Pixels): Buffer {
  let opaque = true;
  for (let at = 3; at < rgba.length && opaque; at += 4) opaque = rgba[at] === 255;
  const step = opaque ? 3 : 4;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, opaque ? 2 : 6, 0, 0, 0], 8);
  const rows = new Uint8Array(width * height * step);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let part = 0; part < step; part++) rows[pixel * step + part] = rgba[pixel * 4 + part]!;
  const packed = [0, 4].map((filter) => deflateSync(filtered(rows, width * step, step, filter), { level: 9 }));
  const [plain, foretold] = packed as [Buffer, Buffer];
  const data = plain.length <= foretold.length ? plain : foretold;
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function filtered(rows: Uint8Array, rowBytes: number, step: number, filter: number): Buffer {
  const height = rows.length / rowBytes;
  const out = Buffer.alloc(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    out[y * (rowBytes + 1)] = filter;
    for (let i = 0; i < rowBytes; i++) {
      const at = y * rowBytes + i;
      const left = i < step ? 0 : rows[at - step]!;
      const up = y === 0 ? 0 : rows[at - rowBytes]!;
      const corner = i < step || y === 0 ? 0 : rows[at - rowBytes - step]!;
      out[y * (rowBytes + 1) + 1 + i] = (rows[at]! - predicted(filter, left, up, corner)) & 255;
    }
  }
  return out;
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
