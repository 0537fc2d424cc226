import { createHmac, timingSafeEqual } from 'node:crypto';

// Codes of authenticator apps: RFC 6238 with what every app can do, SHA-1, six digits, 30 seconds.

const STEP_MS = 30_000;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of a 30-second interval. */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const at = mac.at(-1)! & 0x0f;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Which interval it is. */
export function totpStep(now: Date): number {
  return Math.floor(now.getTime() / STEP_MS);
}

/** The interval whose code this is: the present one, or one to either side for clocks that are not quite right. */
export function stepOfCode(secret: Buffer, code: string, now: Date): number | undefined {
  const typed = Buffer.from(code);
  const step = totpStep(now);
  return [step - 1, step, step + 1].find((it) => {
    const right = Buffer.from(totpCode(secret, it));
    return typed.length === right.length && timingSafeEqual(typed, right);
  });
}

/** A secret as people type it into an app (RFC 4648, without padding). */
export function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** What an app reads from the QR code. */
export function totpUri(it: { secret: Buffer; issuer: string; account: string }): string {
  const query = new URLSearchParams({ secret: base32(it.secret), issuer: it.issuer }).toString().replaceAll('+', '%20');
  return `otpauth://totp/${encodeURIComponent(it.issuer)}:${encodeURIComponent(it.account)}?${query}`;
}
