import { expect, test } from 'vitest';
import { base32, stepOfCode, totpCode, totpStep, totpUri } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

// RFC 6238, appendix B, of which apps show the last six digits.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('%i seconds after the epoch the code of the standard is %s', (seconds, code) => {
  expect(totpCode(SECRET, totpStep(new Date(seconds * 1000)))).toBe(code);
});

test('a code is right in its own 30 seconds and in those beside them, and in no others', () => {
  const now = new Date('2026-03-10T09:00:00Z');
  const step = totpStep(now);
  for (const off of [-1, 0, 1]) expect(stepOfCode(SECRET, totpCode(SECRET, step + off), now)).toBe(step + off);
  for (const off of [-2, 2]) expect(stepOfCode(SECRET, totpCode(SECRET, step + off), now)).toBeUndefined();
});

test.each(['', '12345', '1234567', 'abcdef', '２８７０８２', 'x'.repeat(10_000)])('%j is no code', (typed) => {
  expect(stepOfCode(SECRET, typed, new Date(59_000))).toBeUndefined();
});

test('a secret is written as apps expect it', () => {
  expect(base32(SECRET)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(base32(Buffer.of(255))).toBe('74');
  expect(totpUri({ secret: SECRET, issuer: 'Nest & Co: Mitte', account: 'ada@example.com' })).toBe(
    'otpauth://totp/Nest%20%26%20Co%3A%20Mitte:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nest%20%26%20Co%3A%20Mitte',
  );
});
