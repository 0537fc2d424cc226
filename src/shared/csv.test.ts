import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('UX-36 a line quotes what separates, and doubles quotes', () => {
  expect(csvLine(['Mia', 'a,b', 'a;b', 'say "hi"', 'two\nlines', ''])).toBe(
    'Mia,"a,b","a;b","say ""hi""","two\nlines",\r\n',
  );
});

test('UX-36 text that a spreadsheet would run as a formula is read, and figures stay figures', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\uFF1D1', '\uFF20x']) {
    expect(csvLine([text])).toBe(`'${text}\r\n`);
  }
  expect(csvLine(['\t=1'])).toBe('"\'\t=1"\r\n');
  expect(csvLine(['\r=1'])).toBe('"\'\r=1"\r\n');
  expect(csvLine(['=HYPERLINK("http://x","y")'])).toBe('"\'=HYPERLINK(""http://x"",""y"")"\r\n');
  expect(csvLine([{ figure: '-12.5' }, 'a=b', 'Jean-Luc'])).toBe('-12.5,a=b,Jean-Luc\r\n');
});
