import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** An import as it is written. `to` is a path from the program's folder, or the name of a package. */
export type Import = { line: number; to: string; typeOnly: boolean };

/**
 * A source file as the house rules look at it. In `code` comments and the insides of texts are blanks; in `markup`
 * only comments are. Both keep their places, so that a position names the same line in each.
 */
export type SourceFile = { path: string; text: string; code: string; markup: string; lines: number; imports: Import[] };

const ROOT = join(import.meta.dirname, '../..');

/** Reads every TypeScript file under `folders`, and the given single files, as paths from the program's folder. */
export function sourceFiles(folders: string[], files: string[] = []): SourceFile[] {
  return [...folders.flatMap(pathsIn), ...files]
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function sourceFile(path: string, text: string): SourceFile {
  const { code, markup } = blanked(text);
  return { path, text, code, markup, lines: text.split('\n').length - 1, imports: importsOf(path, text, code) };
}

/** Every file under a folder, at any depth. */
export function pathsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** `path:line  what stands there` for each place where `pattern` matches code. */
export function findings(file: SourceFile, pattern: RegExp): string[] {
  return [...file.code.matchAll(pattern)].map(({ index }) => placeOf(file, index));
}

/**
 * How long the functions of a file are: `function` declarations at every depth, methods, and arrow functions that have a
 * name. It trusts the formatter: a body ends at the first line with a closing brace that is indented like its head.
 * Callbacks without a name are not counted.
 */
export function functionLengths({ code }: SourceFile): { name: string; line: number; lines: number }[] {
  const lines = code.split('\n');
  return lines.flatMap((line, at) => {
    const declared = /^(\s*)(?:export )?(?:default )?(?:async )?function\*? ?([\w$]+)/.exec(line);
    const [, indent = '', name] = declared ?? ARROW.exec(line) ?? METHOD.exec(line) ?? [];
    if (name === undefined || /^(if|for|while|switch|catch|return|await)$/.test(name)) return [];
    const closes = new RegExp(`^${indent}\\}[;,)]*$`);
    const isStatement = new RegExp(`^${indent}\\S.*;$`);
    for (let end = at; end < lines.length; end++) {
      if (end > at && closes.test(lines[end]!)) return [{ name, line: at + 1, lines: end - at + 1 }];
      // An arrow function without braces, or a call that looked like a method's head.
      if (!declared && isStatement.test(lines[end]!)) return [];
    }
    return [];
  });
}

const ARROW = /^(\s*)(?:export )?const ([\w$]+)(?::.*)? = (?:async )?(?:<[^>]*>)?\(/;
const METHOD = /^(\s*)(?:static |async |get |set )*([\w$]+)\((?:.*\)(?:: [^=]+)? \{)?$/;

/**
 * Text that people read, written into a page instead of a catalog: between tags, and in attributes that are shown or
 * spoken. It looks for letters; a single sign such as a dot in the middle is no text, and the product's name is a name.
 */
export function textLiterals(file: SourceFile): string[] {
  const shown = [...file.code.matchAll(BETWEEN_TAGS)].filter(({ 1: a, 2: b }) => (a ?? b ?? '').trim() !== 'Roost');
  const spoken = [...file.markup.matchAll(READ_ATTRIBUTES)].filter(({ 1: a, 2: b, 3: c }) =>
    /\p{L}/u.test((a ?? b ?? c ?? '').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '')),
  );
  return [...shown, ...spoken].map(({ index }) => placeOf(file, index));
}

const BETWEEN_TAGS = /[>}]([^<>{}=;]*\p{L}[^<>{}=;]*)<\/|(?<![=\s-])>([^<>{}();=:]*\p{L}[^<>{}();=:]*)[{<]/gu;
const READ_ATTRIBUTES = new RegExp(
  '\\b(?:aria-label|aria-description|aria-roledescription|placeholder|title|alt|label|lead|eyebrow|legend|hint|detail|' +
    'text|pendingLabel)=(?:\\{\\s*)?(?:"([^"]*)"|\'([^\']*)\'|`([^`]*)`)',
  'g',
);

function importsOf(path: string, text: string, code: string): Import[] {
  const pattern = /(?:^|\n) *(?:import|export)\b([^;]*?)\bfrom\s*'|\bimport\(\s*'|(?:^|\n)import\s*'/g;
  return [...code.matchAll(pattern)].map((match) => {
    const begin = match.index + match[0].length;
    const specifier = text.slice(begin, text.indexOf("'", begin));
    const to = specifier.startsWith('.') ? join(dirname(path), specifier).split(sep).join('/') : specifier;
    return { line: lineAt(text, begin), to, typeOnly: isTypeOnly(match[1] ?? '') };
  });
}

function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const names =
    /^\s*\{([^}]*)\}\s*$/
      .exec(clause)?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '') ?? [];
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function placeOf(file: SourceFile, index: number): string {
  const line = lineAt(file.text, index);
  return `${file.path}:${line}  ${file.text.split('\n')[line - 1]!.trim()}`;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

type Mode = 'code' | '//' | '/*' | 'regex' | "'" | '"' | '`';

/** Blanks out comments, texts and regular expressions. Good enough for formatted code; it is no parser. */
function blanked(text: string): { code: string; markup: string } {
  const code = text.split('');
  const markup = text.split('');
  // Depths of braces at which a `${…}` leads back into its template.
  const templates: number[] = [];
  let depth = 0;
  let mode: Mode = 'code';
  let before = '';
  const blank = (view: string[], from: number, to = from) => {
    for (let at = from; at <= to; at++) if (text[at] !== '\n') view[at] = ' ';
  };
  for (let at = 0; at < text.length; at++) {
    const here = text[at]!;
    const two = text.slice(at, at + 2);
    if (mode === 'code') {
      mode = opens(two, before);
      if (mode === '//' || mode === '/*') at--;
      if (here === '{') depth++;
      if (here === '}' && templates.at(-1) === depth) {
        templates.pop();
        mode = '`';
      } else if (here === '}') depth--;
      if (/\S/.test(here)) before = here;
    } else if (mode === '//' || mode === '/*') {
      const end = mode === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 1;
      const last = end <= 0 ? text.length - 1 : end;
      for (const view of [code, markup]) blank(view, at, last);
      at = last;
      mode = 'code';
    } else if (here === '\\') blank(code, at, ++at);
    else if (mode === 'regex' && here === '[') {
      const end = at + Math.max(text.slice(at).search(/(?<!\\)\]/), 0);
      blank(code, at, end);
      at = end;
    } else if (here === (mode === 'regex' ? '/' : mode) || (here === '\n' && mode !== '`')) {
      mode = 'code';
      before = here;
    } else if (mode === '`' && two === '${') {
      templates.push(depth);
      at++;
      mode = 'code';
      before = '{';
    } else blank(code, at);
  }
  return { code: code.join(''), markup: markup.join('') };
}

/** What begins at two characters of code. A slash begins a regular expression where no value stands before it. */
function opens(two: string, before: string): Mode {
  if (two === '//' || two === '/*') return two;
  const [here = ''] = two;
  if (here === '/' && two !== '/>' && /^[(,=:[!&|?{;]?$/.test(before)) return 'regex';
  return here === "'" || here === '"' || here === '`' ? here : 'code';
}
