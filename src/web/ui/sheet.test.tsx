import { expect, test } from 'vitest';
import { Button } from './button.tsx';
import { Sheet } from './sheet.tsx';

const html = (
  <Sheet
    locale="en"
    id="pay"
    title="Buy 50 credits"
    closeHref="/credits?wallet=1"
    form={{ action: '/buy/7', fields: { key: 'k<1>' } }}
    footer={
      <Button tone="primary" pendingLabel="Paying…" describedBy="final">
        Pay €49.00
      </Button>
    }
  >
    <p id="final">Purchases are final</p>
  </Sheet>
).toString();

test('a sheet is open and complete without scripts: a form, a button, a link to close it', () => {
  expect(html).toMatch(/^<dialog [^>]*open=""/);
  expect(html).toContain('aria-labelledby="pay-title"');
  expect(html).toMatch(/<a [^>]*href="\/credits\?wallet=1"[^>]*aria-label="Close"/);
  expect(html).toContain('<input type="hidden" name="key" value="k&lt;1&gt;"/>');
});

test('after success the sheet is gone from the history, so that Back does not offer to buy again', () => {
  expect(html).toContain('method="post" action="/buy/7" data-turbo-action="replace"');
});

test('what is final is read before the button, and the button refers to it', () => {
  expect(html.indexOf('Purchases are final')).toBeLessThan(html.indexOf('<button'));
  expect(html).toContain('aria-describedby="final"');
});

test('the words shown while paying are no part of the name of the button', () => {
  expect(html).toContain('data-pending-label="Paying…"');
  expect(html.replaceAll(/<[^>]*>/g, '')).not.toContain('Paying');
});
