import { expect, test } from 'vitest';
import { PackageCard } from './package-card.tsx';

const card = {
  locale: 'en',
  name: 'Regular',
  credits: '50',
  creditsLabel: 'credits',
  price: '€39.20',
  perCredit: '€0.78 per credit',
};
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

test('a discount strikes the old price and says in words that it was', () => {
  const html = (<PackageCard {...card} oldPrice="€49.00" />).toString();
  expect(html).toContain('<s class="package-old">€49.00</s>');
  expect(textOf(html)).toContain('was €49.00 €39.20');
});

test('without a saving there is no badge', () => {
  expect((<PackageCard {...card} />).toString()).toMatch(/data-preview-part="saving" hidden=""><\/span>/);
  expect(textOf((<PackageCard {...card} saving="Save 20 %" />).toString())).toContain('Save 20 %');
});

test('the most popular package says so in text', () => {
  expect(textOf((<PackageCard {...card} popular="Most popular" />).toString())).toContain('Regular Most popular');
});
