import { formatCredits, parseCredits } from '../../shared/credits.ts';
import { formatMoney, formatPricePerCredit, parseMinor } from '../../shared/money.ts';
import { type Offer, savingPercent } from '../../shared/savings.ts';

// The member's card beside the package editor, as it will look with what is typed.

document.addEventListener('input', (event) => {
  const { id } = event.target as HTMLElement;
  for (const preview of document.querySelectorAll<HTMLElement>('[data-preview]')) {
    const { nameInput, creditsInput, priceInput } = preview.dataset;
    if ([nameInput, creditsInput, priceInput].includes(id)) update(preview);
  }
});

function update(preview: HTMLElement): void {
  const { locale = 'en', currency = '', others = '', perCreditText = '', savingText = '' } = preview.dataset;
  const { untitledText = '', freeText = '' } = preview.dataset;
  const put = (part: string, text: string) => {
    const element = preview.querySelector<HTMLElement>(`[data-preview-part=${part}]`);
    if (element) Object.assign(element, { textContent: text, hidden: text === '' });
  };
  const credits = parseCredits(typedIn(preview.dataset.creditsInput));
  const price = parseMinor(typedIn(preview.dataset.priceInput), currency);
  const creditsText = credits === undefined ? '–' : formatCredits(credits, locale);
  put('name', typedIn(preview.dataset.nameInput) || untitledText.replace('{credits}', creditsText));
  put('credits', creditsText);
  put('price', price === undefined ? '–' : price === 0n ? freeText : formatMoney({ minor: price, currency }, locale));
  if (!credits || price === undefined) {
    put('perCredit', '');
    put('saving', '');
    return;
  }
  const perCredit = formatPricePerCredit({ minor: price, currency }, credits, locale);
  const percent = savingPercent({ priceMinor: price, creditsMinor: credits }, readOffers(others));
  put('perCredit', perCreditText.replace('{price}', perCredit));
  put('saving', percent > 0 ? savingText.replace('{percent}', new Intl.NumberFormat(locale).format(percent)) : '');
}

function readOffers(text: string): Offer[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((pair) => {
      const [price = '0', credits = '1'] = pair.split('/');
      return { priceMinor: BigInt(price), creditsMinor: BigInt(credits) };
    });
}

function typedIn(id: string | undefined): string {
  return document.querySelector<HTMLInputElement>(`#${CSS.escape(id ?? '')}`)?.value ?? '';
}
