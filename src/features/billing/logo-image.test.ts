import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MAX_LOGO_BYTES, readLogo } from './logo-image.ts';
import { pngHead, readPng } from './png.ts';
import { chunk, jpeg, PNG_SIGNATURE, png } from './test-pictures.ts';

const pixelsOf = (file: Buffer) => readPng(file, pngHead(file)!)!.rgba;
const stored = (file: Buffer) => {
  const read = readLogo(file);
  if ('problem' in read) throw new Error(read.problem);
  return read.image;
};

describe('a PNG', () => {
  test.each([
    ['grey of one bit', { bits: 1, colour: 0 }],
    ['grey of two bits', { bits: 2, colour: 0 }],
    ['grey of sixteen bits', { bits: 16, colour: 0 }],
    ['colours', { bits: 8, colour: 2 }],
    ['colours of sixteen bits', { bits: 16, colour: 2 }],
    ['a palette of four bits', { bits: 4, colour: 3, palette: 16 }],
    ['a palette that is partly clear', { bits: 2, colour: 3, palette: 4, clear: [0, 128] }],
    ['grey with opacity', { bits: 8, colour: 4 }],
    ['colours with opacity of sixteen bits', { bits: 16, colour: 6 }],
  ])('of %s is kept as the same picture, interlaced or not, by every filter', (_, kind) => {
    const plain = pixelsOf(png({ width: 33, height: 21, ...kind }));
    for (const filter of [0, 1, 2, 3, 4])
      for (const interlaced of [false, true]) {
        const file = png({ width: 33, height: 21, filter, interlaced, ...kind });
        const image = stored(file);
        expect(image).toMatchObject({ contentType: 'image/png', width: 33, height: 21 });
        expect(Buffer.from(pixelsOf(image.bytes)).equals(Buffer.from(plain))).toBe(true);
      }
  });

  test('colours are those of the file', () => {
    const rows = Buffer.concat(
      [...Array(16)].map(() => Buffer.from([0, ...[...Array(16)].flatMap(() => [10, 20, 30])])),
    );
    const head = Buffer.from([0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0]);
    const clear = chunk('tRNS', Buffer.from([0, 10, 0, 20, 0, 31]));
    const parts = [chunk('IHDR', head), clear, chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
    const seen = pixelsOf(stored(Buffer.concat([PNG_SIGNATURE, ...parts])).bytes);
    expect([...seen.subarray(0, 4)]).toEqual([10, 20, 30, 255]);
    parts[1] = chunk('tRNS', Buffer.from([0, 10, 0, 20, 0, 30]));
    const gone = pixelsOf(stored(Buffer.concat([PNG_SIGNATURE, ...parts])).bytes);
    expect([...gone.subarray(0, 4)]).toEqual([10, 20, 30, 0]);
  });

  test('says nothing besides once it is kept', () => {
    const file = png({ width: 16, height: 16, bits: 8, colour: 2 });
    const text = chunk('tEXt', Buffer.from('GPS\0Home'));
    const image = stored(Buffer.concat([file.subarray(0, 33), text, file.subarray(33), Buffer.from('<script>')]));
    expect(image.bytes.includes('Home')).toBe(false);
    expect(image.bytes.includes('script')).toBe(false);
  });
});

describe('E25 what is no picture, or a wrong one', () => {
  const good = png({ width: 40, height: 30, bits: 8, colour: 6 });
  const problemOf = (file: Buffer) => {
    const read = readLogo(file);
    return 'problem' in read ? read.problem : undefined;
  };

  test('is named for what it is, by its bytes', () => {
    expect(problemOf(Buffer.alloc(0))).toBe('missing');
    expect(problemOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('not-a-picture');
    expect(problemOf(Buffer.from('GIF89a'))).toBe('not-a-picture');
    expect(problemOf(Buffer.from('%PDF-1.7'))).toBe('not-a-picture');
    expect(problemOf(Buffer.concat([good, Buffer.alloc(MAX_LOGO_BYTES)]))).toBe('too-large');
  });

  test('a PNG that is cut off anywhere is broken, and so is one with any byte changed', () => {
    for (let length = 8; length < good.length; length++) expect(problemOf(good.subarray(0, length))).toBe('broken');
    // In the last bytes of the end the mark itself; a head that now says another size may be told so.
    for (let at = 8; at < good.length; at++) {
      const file = Buffer.from(good);
      file[at] = file[at]! ^ 0x55;
      expect(problemOf(file), `byte ${at}`).toBeDefined();
    }
  });

  test('a bomb is refused by its head, and one that lies about its size by what comes out', () => {
    const claims = (width: number, height: number) => {
      const head = Buffer.from(good.subarray(16, 29));
      head.writeUInt32BE(width, 0);
      head.writeUInt32BE(height, 4);
      return Buffer.concat([PNG_SIGNATURE, chunk('IHDR', head), good.subarray(33)]);
    };
    expect(problemOf(claims(65_535, 65_535))).toBe('too-many-pixels');
    expect(problemOf(claims(3_001, 20))).toBe('too-many-pixels');
    expect(problemOf(claims(2_000, 1_001))).toBe('too-many-pixels');
    expect(problemOf(claims(15, 30))).toBe('too-small');
    expect(problemOf(claims(0, 30))).toBe('broken');
    expect(problemOf(claims(41, 30))).toBe('broken');
    const head = good.subarray(8, 33);
    const bomb = deflateSync(Buffer.alloc(200_000_000), { level: 9 });
    const packed = Buffer.concat([PNG_SIGNATURE, head, chunk('IDAT', bomb), good.subarray(-12)]);
    const began = process.memoryUsage().rss;
    expect(packed.length).toBeLessThan(MAX_LOGO_BYTES);
    expect(problemOf(packed)).toBe('broken');
    expect(process.memoryUsage().rss - began).toBeLessThan(100_000_000);
  });

  test('an unknown part that the picture needs, a palette that is missing, a filter there is not', () => {
    const needed = chunk('NEED', Buffer.alloc(4));
    expect(problemOf(Buffer.concat([good.subarray(0, 33), needed, good.subarray(33)]))).toBe('broken');
    const palette = png({ width: 20, height: 20, bits: 4, colour: 3, palette: 16 });
    const at = palette.indexOf('PLTE') - 4;
    const without = Buffer.concat([palette.subarray(0, at), palette.subarray(at + 12 + 48)]);
    expect(problemOf(without)).toBe('broken');
    expect(problemOf(png({ width: 20, height: 20, bits: 8, colour: 2, filter: 5 }))).toBe('broken');
  });
});

describe('a JPEG', () => {
  test('is kept as it is, without what says where and with what it was made', () => {
    const image = stored(jpeg({ width: 120, height: 40 }));
    expect(image).toMatchObject({ contentType: 'image/jpeg', width: 120, height: 40 });
    expect(image.bytes.includes('Exif')).toBe(false);
    expect(image.bytes.includes('Berlin')).toBe(false);
    expect(image.bytes.subarray(-2).toString('hex')).toBe('ffd9');
    expect(stored(image.bytes).bytes.equals(image.bytes)).toBe(true);
  });

  test('E25 is refused when it is cut off, too large, too small, for print or packed in another way', () => {
    const good = jpeg({ width: 120, height: 40 });
    const problemOf = (file: Buffer) => {
      const read = readLogo(file);
      return 'problem' in read ? read.problem : undefined;
    };
    for (let length = 4; length < good.length; length++) expect(problemOf(good.subarray(0, length))).toBe('broken');
    expect(problemOf(jpeg({ width: 65_535, height: 65_535 }))).toBe('too-many-pixels');
    expect(problemOf(jpeg({ width: 120, height: 8 }))).toBe('too-small');
    expect(problemOf(jpeg({ width: 0, height: 40 }))).toBe('broken');
    expect(problemOf(jpeg({ width: 120, height: 40, channels: 4 }))).toBe('broken');
    expect(problemOf(jpeg({ width: 120, height: 40, frame: 0xc9 }))).toBe('broken');
  });
});

test('checksums are those of the format', () => {
  expect(crc32(Buffer.from('IEND')).toString(16)).toBe('ae426082');
});
