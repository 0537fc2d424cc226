import { createHash } from 'node:crypto';
import { z } from 'zod';

const percent = z.coerce.number().int().min(0).max(100).default(0);

/** What goes wrong on purpose: of a hundred requests or events, so many. Nothing, unless an administrator says so. */
export const faultsShape = z.object({
  /** The API fails before it has done anything. */
  failsBefore: percent,
  /** The API does what was asked, and the connection breaks before the answer. */
  cutsAfter: percent,
  /** Silence until the caller gives up, with nothing done, or with everything done. */
  silentBefore: percent,
  silentAfter: percent,
  silenceSeconds: z.coerce.number().int().min(1).max(120).default(20),
  /** Something between caller and API answers in its place: a page, or JSON that is none of Stripe's. */
  proxyPage: percent,
  proxyJson: percent,
  /** A payment that is approved stays `processing` until it is settled on the dashboard. */
  settlesLate: percent,
  losesEvents: percent,
  doublesEvents: percent,
  /** An event waits until later ones have overtaken it. */
  reordersEvents: percent,
  delaysEvents: percent,
  delaySeconds: z.coerce.number().int().min(0).max(600).default(10),
});

export type Faults = z.output<typeof faultsShape>;
export type Fault = Exclude<keyof Faults, 'silenceSeconds' | 'delaySeconds'>;

export const FAULTS = Object.keys(faultsShape.shape).filter((name): name is Fault => !name.endsWith('Seconds'));

/** What chance decides for one request and for the events it causes. */
export type Chance = {
  faults: Faults;
  /** Whether a fault comes about; `nth` tells several events of one request apart. */
  happens(fault: Fault, nth?: number): boolean;
  /** A number of milliseconds up to `most`. */
  milliseconds(most: number, nth?: number): number;
};

/** The chance of the `draw`th request of a day that is determined by its seed. */
export function chanceOf(faults: Faults, seed: number, draw: number): Chance {
  const portion = (name: string) =>
    createHash('sha256').update(`${seed}:${draw}:${name}`).digest().readUInt32BE(0) / 2 ** 32;
  return {
    faults,
    happens: (fault, nth = 0) => portion(`${fault}:${nth}`) * 100 < faults[fault],
    milliseconds: (most, nth = 0) => Math.floor(portion(`milliseconds:${nth}`) * most),
  };
}

export function isQuiet(faults: Faults): boolean {
  return FAULTS.every((fault) => faults[fault] === 0);
}

/** On a quiet day nothing is left to chance. */
export const QUIET: Chance = chanceOf(faultsShape.parse({}), 0, 0);
