import { z } from 'zod';

/** The longest e-mail address there can be. */
export const MAX_EMAIL_LENGTH = 254;

/**
 * An e-mail address as somebody typed it, in lower case. Messages are codes: `email-letters` for letters that are not of
 * the plain Latin alphabet, `email-invalid` for anything else that is no address.
 *
 * Letters are checked before anything is lowered: the lower case of some that only look like ours is one of ours. With
 * plain letters alone no two addresses look the same; names of domains in other scripts are written as `xn--…`.
 */
export const emailAddress = z
  .string('email-invalid')
  .trim()
  .max(MAX_EMAIL_LENGTH, 'email-invalid')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, and nothing else.
  .refine((typed) => /^[\u0000-\u007f]*$/.test(typed), { message: 'email-letters', abort: true })
  .pipe(z.email('email-invalid'))
  .transform((typed) => typed.toLowerCase());
