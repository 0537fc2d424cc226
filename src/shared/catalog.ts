/** What a message catalog holds: plain texts and functions from named values to text. */
// biome-ignore lint/suspicious/noExplicitAny: each message names its own values; the catalog only passes them on.
export type Messages = Record<string, string | ((values: any) => string)>;

/**
 * All text that people read lives in catalogs, one per feature (`messages.ts`), keyed by language. English is complete;
 * another language may lack messages and then shows the English ones.
 *
 * `const text = messages(locale); text.buyCredits; text.creditsAdded({ credits: '50' })`
 */
export function catalog<M extends Messages>(languages: { en: M } & Record<string, Partial<M>>): (locale: string) => M {
  const complete = new Map<string, M>();
  for (const [language, partial] of Object.entries(languages)) complete.set(language, { ...languages.en, ...partial });
  return (locale) => complete.get(locale.split('-')[0]!) ?? languages.en;
}
