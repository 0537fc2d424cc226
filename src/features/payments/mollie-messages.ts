import { catalog } from '../../shared/catalog.ts';

/** What administrators read when they connect Mollie. */
export const mollieMessages = catalog({
  en: {
    apiKey: 'API key',
    apiKeyHint:
      'In the Mollie dashboard: Developers > API keys, of the website profile that payments are to appear under. It ' +
      'begins with test_ or live_.',
  },
});
