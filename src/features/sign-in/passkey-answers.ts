import { z } from 'zod';
import { Refusal } from '../../platform/errors.ts';

/** Why a passkey was not accepted. The names of browsers' own refusals begin with `browser`. */
export const PASSKEY_PROBLEMS = [
  'browser-unable',
  'browser-cancelled',
  'browser-known',
  'browser-refused',
  'malformed',
  'unasked',
  'late',
  'unknown',
  'wrong',
  'unverified',
  'copied',
  'too-many',
] as const;
export type PasskeyProblem = (typeof PASSKEY_PROBLEMS)[number];

/** The answer of a passkey was not accepted; nobody is signed in and nothing is registered. */
export class PasskeyRefused extends Refusal {
  readonly problem: PasskeyProblem;

  constructor(problem: PasskeyProblem) {
    super(`passkey-${problem}`, 422);
    this.problem = problem;
  }
}

const bytes = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\w-]+$/);

const any = {
  id: bytes(1_400),
  rawId: bytes(1_400),
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string().max(60), z.unknown()).default({}),
};

const registered = z.object({
  ...any,
  response: z.object({
    clientDataJSON: bytes(8_000),
    attestationObject: bytes(16_000),
    transports: z.array(z.string().max(30)).max(10).default([]),
  }),
});

const asserted = z.object({
  ...any,
  response: z.object({
    clientDataJSON: bytes(8_000),
    authenticatorData: bytes(4_000),
    signature: bytes(8_000),
    userHandle: bytes(200).nullish(),
  }),
});

export type Registered = z.output<typeof registered>;
export type Asserted = z.output<typeof asserted>;

/** What a browser answered to being asked to make a passkey. Refuses anything else. */
export const readRegistered = (text: string): Registered => read(registered, text);

/** What a browser answered to being asked to sign with a passkey. Refuses anything else. */
export const readAsserted = (text: string): Asserted => read(asserted, text);

/** Which challenge was answered, as the browser says; the signature is over it. */
export function challengeIn(answer: Registered | Asserted): string {
  const text = Buffer.from(answer.response.clientDataJSON, 'base64url').toString('utf8');
  return read(z.object({ challenge: bytes(200) }), text).challenge;
}

/** What a passkey keeps about whose it is: organization and user. It is not signed, so it only says where to look. */
export function handleOf(who: { organizationId: string; userId: string }): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from((who.organizationId + who.userId).replaceAll('-', ''), 'hex'));
}

export function readHandle(handle: string): { organizationId: string; userId: string } | undefined {
  const hex = Buffer.from(handle, 'base64url').toString('hex');
  if (hex.length !== 64) return undefined;
  return { organizationId: idIn(hex.slice(0, 32)), userId: idIn(hex.slice(32)) };
}

function idIn(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function read<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new PasskeyRefused('malformed');
  }
}
