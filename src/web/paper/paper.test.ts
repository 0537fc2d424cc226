import { describe, expect, test } from 'vitest';
import type { DocumentText } from './document-text.ts';
import { paperOf } from './paper.ts';

const DOCUMENT: DocumentText = {
  title: 'Invoice 000042',
  parties: [
    { term: 'From', value: 'Nest GmbH\nUfer 1\n10115 Berlin' },
    { term: 'To', value: 'Otter Works' },
  ],
  facts: [{ term: 'Issued', value: '1 December 2026' }],
  columns: { what: 'What', list: 'Price', discount: 'Discount', amount: 'Amount' },
  lines: [],
  sums: [{ term: 'Total', value: '€1.00', strong: true }],
  notes: ['Please pay.'],
  foot: 'Nest GmbH',
};
const lines = (count: number, what = 'Flex desk') =>
  Array.from({ length: count }, (_, at) => ({ what: `${what} ${at}`, detail: 'December', amount: '€1.00' }));
const sheets = async (text: Partial<DocumentText>) => {
  const pdf = await paperOf({ ...DOCUMENT, ...text }, { locale: 'en-GB', issuedAt: new Date(0) });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.subarray(-6).toString()).toContain('%%EOF');
  return pdf.toString('latin1').match(/\/Type \/Page\b/g)!.length;
};

describe('UX-34 a document on paper', () => {
  test('takes as many sheets as its lines need, and none that is empty', async () => {
    expect(await sheets({ lines: lines(1) })).toBe(1);
    expect(await sheets({ lines: lines(40) })).toBe(3);
    expect(await sheets({ lines: lines(200) })).toBe(13);
    for (let count = 8; count <= 16; count++) expect(await sheets({ lines: lines(count) })).toBeLessThanOrEqual(2);
  });

  test('has room for long titles, long names and letters that the font has not', async () => {
    const name = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6).slice(0, 200);
    const parties = [
      { term: 'From', value: [name, ...Array(8).fill('Łódź, Αθήνα, Київ, 東京, القاهرة')].join('\n') },
      { term: 'To', value: name },
    ];
    expect(await sheets({ parties, lines: lines(3, name), foot: name, stamp: { text: 'Paid', tone: 'good' } })).toBe(1);
    expect(await sheets({ lines: [{ what: '\u0000\uffff\u{1f600}', amount: '−€999,999,999,999.99' }] })).toBe(1);
  });

  test('E1 the same document is the same file: nothing in it is of the moment', async () => {
    const it = { locale: 'en-GB', issuedAt: new Date(0) };
    const [one, other] = [await paperOf(DOCUMENT, it), await paperOf(DOCUMENT, it)];
    const withoutId = (pdf: Buffer) => pdf.toString('latin1').replace(/\/ID \[[^\]]*\]/, '');
    expect(withoutId(one)).toBe(withoutId(other));
  });
});
