import type { Gateway } from './gateway.ts';

/** Long enough that no word of a sentence is hidden by chance, short enough to find what is left of a shortened key. */
const LEAST = 6;

/** `text` without whatever it has in common with a secret: gateways like to quote the key that they refuse. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const hidden = new Set<number>();
  for (let at = 0; at + LEAST <= text.length; at++) {
    const part = text.slice(at, at + LEAST);
    if (secrets.some((secret) => secret.includes(part)))
      for (let index = at; index < at + LEAST; index++) hidden.add(index);
  }
  if (hidden.size === 0) return text;
  return [...text.split('').entries()]
    .map(([index, letter]) => (hidden.has(index) ? (hidden.has(index - 1) ? '' : '•••') : letter))
    .join('');
}

/** The same gateway, whose errors and reasons may be logged and stored: nothing of its secrets is in them. */
export function discreet(gateway: Gateway, secrets: readonly string[]): Gateway {
  const inErrors = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw hideIn(error, secrets);
    }
  };
  return new Proxy(gateway, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const answer: unknown = inErrors(() => member.apply(target, given));
        if (answer instanceof Promise) {
          return answer.then(
            (value) => hideInReasons(value, secrets),
            (error) => {
              throw hideIn(error, secrets);
            },
          );
        }
        return isAsyncIterable(answer) ? discreetly(answer, secrets) : answer;
      };
    },
  });
}

async function* discreetly(answers: AsyncIterable<unknown>, secrets: readonly string[]) {
  try {
    yield* answers;
  } catch (error) {
    throw hideIn(error, secrets);
  }
}

/** The error itself stays, so that it is caught by its class. */
function hideIn(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  error.message = withoutSecrets(error.message, secrets);
  if (error.stack) error.stack = withoutSecrets(error.stack, secrets);
  if (error.cause) error.cause = hideIn(error.cause, secrets);
  return error;
}

/** Why something failed or cannot be had, in the gateway's words: those are kept. */
function hideInReasons(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const it = value as { unavailable?: string; failure?: { text: string } };
  if (it.unavailable !== undefined) return { ...it, unavailable: withoutSecrets(it.unavailable, secrets) };
  if (it.failure) return { ...it, failure: { ...it.failure, text: withoutSecrets(it.failure.text, secrets) } };
  return value;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
