/** Characters that show nothing or turn the text around; what joins letters and colours emoji may stay. */
const HIDDEN = /[[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\u200c\u200d\ufe0f]]/v;

/** What somebody typed as one line of text: whatever stands for a space is one space. */
export function oneLine(typed: string): string {
  return typed.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}

/** Whether a text holds something that cannot be seen. */
export function hasHidden(text: string): boolean {
  return HIDDEN.test(text);
}
