/** Joins class names by a space; an array given to `class` would come out joined by commas. */
export function classes(...names: (string | false | null | undefined)[]): string | undefined {
  return names.filter(Boolean).join(' ') || undefined;
}
