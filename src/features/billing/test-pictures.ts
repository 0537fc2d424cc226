import { crc32, deflateSync } from 'node:zlib';

// Pictures for tests, written by the letter of the formats and not by what reads them.

export const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** A part of a PNG with its checksum. */
export function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

type Png = {
  width: number;
  height: number;
  bits: number;
  colour: number;
  filter?: number;
  interlaced?: boolean;
  /** How many colours its palette has, and how opaque the first of them are. */
  palette?: number;
  clear?: number[];
};

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const STEPS = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** A PNG of any kind whose samples follow from their places: the same picture however it is written. */
export function png({ width, height, bits, colour, filter = 0, interlaced = false, palette, clear }: Png): Buffer {
  const channels = CHANNELS[colour]!;
  const most = palette ?? 2 ** bits;
  const sampleAt = (x: number, y: number, channel: number) => (x * 7 + y * 13 + channel * 29 + ((x * y) % 5)) % most;
  const step = Math.max(1, (channels * bits) >> 3);
  const rows: Buffer[] = [];
  for (const [left, top, right, down] of interlaced ? STEPS : ([[0, 0, 1, 1]] as const)) {
    const [across, along] = [Math.ceil((width - left) / right), Math.ceil((height - top) / down)];
    let before = Buffer.alloc(Math.ceil((across * channels * bits) / 8));
    for (let y = 0; across > 0 && y < along; y++) {
      const samples = [...Array(across)].flatMap((_, x) =>
        [...Array(channels)].map((_, channel) => sampleAt(left + x * right, top + y * down, channel)),
      );
      const row = packed(samples, bits);
      rows.push(Buffer.from([filter]), differences(row, before, filter, step));
      before = row;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([bits, colour, 0, 0, interlaced ? 1 : 0], 8);
  const colours = palette && chunk('PLTE', Buffer.from([...Array(palette * 3)].map((_, at) => (at * 37) % 256)));
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', head),
    ...(colours ? [colours] : []),
    ...(clear ? [chunk('tRNS', Buffer.from(clear))] : []),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function packed(samples: number[], bits: number): Buffer<ArrayBuffer> {
  const text = samples.map((sample) => sample.toString(2).padStart(bits, '0')).join('');
  return Buffer.from((text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

function differences(row: Buffer, before: Buffer, filter: number, step: number): Buffer {
  return Buffer.from(
    [...row].map((byte, at) => {
      const [a, b, c] = [row[at - step] ?? 0, before[at]!, before[at - step] ?? 0];
      const p = a + b - c;
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      return byte - ([0, a, b, (a + b) >> 1, paeth][filter] ?? 0);
    }),
  );
}

type Jpeg = { width: number; height: number; channels?: number; frame?: number };

/** The parts of a JPEG in their order; its packed pixels are none that anybody could unpack. */
export function jpeg({ width, height, channels = 3, frame = 0xc0 }: Jpeg): Buffer {
  const segment = (marker: number, data: Buffer) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(data.length + 2);
    return Buffer.concat([Buffer.from([0xff, marker]), length, data]);
  };
  const size = Buffer.alloc(6);
  size.writeUInt8(8, 0);
  size.writeUInt16BE(height, 1);
  size.writeUInt16BE(width, 3);
  size.writeUInt8(channels, 5);
  const parts = [...Array(channels)].flatMap((_, at) => [at + 1, 0x11, 0]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, Buffer.from('Exif\0\0 made in Berlin')),
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(frame, Buffer.concat([size, Buffer.from(parts)])),
    segment(0xc4, Buffer.alloc(28, 1)),
    segment(0xfe, Buffer.from('Berlin again')),
    segment(0xda, Buffer.from([channels, ...[...Array(channels)].flatMap((_, at) => [at + 1, 0]), 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0x78]),
    Buffer.from([0xff, 0xd9]),
  ]);
}
