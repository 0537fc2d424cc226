import { z } from 'zod';
import type { Work } from './accounts.ts';

/** One operation of the API. Answers an object, or the bank's `Decline`; refuses by throwing. */
export type Operation = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Whether it may change something; reading never waits for others. */
  changes: boolean;
  parameters: z.ZodType;
  act(work: Work, parameters: never, id: string): Promise<object>;
};

type Act<P extends z.ZodRawShape> = (
  work: Work,
  parameters: z.output<z.ZodObject<P, z.core.$strict>>,
  id: string,
) => Promise<object>;

/** A POST. What it changes of a payment that is there, it locks first. */
export function changing<P extends z.ZodRawShape>(path: string, parameters: P, act: Act<P>): Operation {
  return { method: 'POST', path, changes: true, parameters: z.strictObject(parameters), act };
}

/** A GET. */
export function reading<P extends z.ZodRawShape>(path: string, parameters: P, act: Act<P>): Operation {
  return { method: 'GET', path, changes: false, parameters: z.strictObject(parameters), act };
}
