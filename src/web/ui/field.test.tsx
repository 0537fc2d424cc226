import { expect, test } from 'vitest';
import { Field } from './field.tsx';
import { RadioCards } from './radio-cards.tsx';

test('an error is beside its field and read together with it, before the hint', () => {
  const html = (<Field name="price" label="Price" hint="Without tax" error="Enter a price" prefix="EUR" />).toString();
  expect(html).toContain('<label class="field-label" for="field-price">Price</label>');
  expect(html).toContain('aria-invalid="true"');
  expect(html).toContain('aria-describedby="field-price-error field-price-hint field-price-prefix"');
  expect(html).toContain('id="field-price-error"');
});

test('a field without fault says nothing about faults', () => {
  const html = (<Field name="name" label="Name" value='A "quoted" <name>' />).toString();
  expect(html).not.toContain('aria-');
  expect(html).toContain('value="A &quot;quoted&quot; &lt;name&gt;"');
});

test('what is typed into a long field comes back exactly as it was typed', () => {
  expect((<Field name="note" label="Note" rows={3} value={'  two\nlines'} />).toString()).toContain(
    '>  two\nlines</textarea>',
  );
});

test('a choice that cannot be made says why', () => {
  const html = (
    <RadioCards
      name="method"
      legend="Pay with"
      value="visa"
      choices={[
        { value: 'visa', label: 'Visa' },
        { value: 'old', label: 'Mastercard', disabled: true, reason: 'Expired 08/25' },
      ]}
    />
  ).toString();
  expect(html).toMatch(/id="field-method-visa"[^>]* checked=""/);
  expect(html).toMatch(/id="field-method-old"[^>]* disabled="" aria-describedby="field-method-old-reason"/);
});
