type Choice = { value: string; label: string };

const COMMON_CURRENCIES = [
  'EUR',
  'USD',
  'GBP',
  'CHF',
  'PLN',
  'CZK',
  'SEK',
  'NOK',
  'DKK',
  'CAD',
  'AUD',
  'JPY',
  'INR',
  'BRL',
];

const LOCALES = [
  'en-GB en-US en-AU en-CA en-IE en-IN en-NZ en-SG en-ZA ar-AE bg-BG ca-ES cs-CZ da-DK de-AT de-CH de-DE el-GR es-AR',
  'es-CL es-CO es-ES es-MX et-EE fi-FI fr-BE fr-CA fr-CH fr-FR he-IL hi-IN hr-HR hu-HU id-ID it-CH it-IT ja-JP ko-KR',
  'lt-LT lv-LV ms-MY nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO sk-SK sl-SI sr-RS sv-SE th-TH tr-TR uk-UA vi-VN zh-CN',
  'zh-HK zh-TW',
].flatMap((line) => line.split(' '));

/** Every currency in use, the common ones first, each with its code in front so that typing it finds it. */
export function currencyChoices(): Choice[] {
  const names = new Intl.DisplayNames('en', { type: 'currency' });
  const inUse = Intl.supportedValuesOf('currency').filter((code) => {
    // Currencies of the past carry their years; of codes with X only five are money that people pay with.
    return !/\d{4}/.test(names.of(code) ?? '') && (!code.startsWith('X') || /^X(AF|CD|CG|OF|PF)$/.test(code));
  });
  return [...new Set([...COMMON_CURRENCIES, ...inUse])].map((code) => ({
    value: code,
    label: `${code} · ${names.of(code)}`,
  }));
}

/** Every time zone with a place's name, and UTC. */
export function timeZoneChoices(): Choice[] {
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
  return zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
}

/** Languages with their country. */
export function localeChoices(): Choice[] {
  const names = new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' });
  return LOCALES.map((locale) => ({ value: locale, label: names.of(locale) ?? locale }));
}

/** What the form begins with: the server's zone, and the language the browser asks for. */
export function likelyChoices(acceptLanguage: string): { currency: string; timeZone: string; locale: string } {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const wanted = acceptLanguage.split(',').map((part) => part.split(';')[0]!.trim());
  const locale =
    wanted.find((tag) => LOCALES.includes(tag)) ??
    LOCALES.find((tag) => wanted.some((want) => want !== '' && tag.startsWith(`${want.split('-')[0]}-`)));
  return { currency: 'EUR', timeZone, locale: locale ?? 'en-GB' };
}
