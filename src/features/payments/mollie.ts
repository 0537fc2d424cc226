import { type Gateway, type GatewayOffer, type Order, Refused, type Snapshot, Unknown } from './gateway.ts';
import { chargeable, toMollieAmount } from './mollie-amounts.ts';
import { genuine, markIn } from './mollie-answers.ts';
import { type MollieApi, type MollieOptions, mollieApi } from './mollie-api.ts';
import { isLiveKey, methodsAtOnce, selfCheck } from './mollie-check.ts';
import { hintsIn, isReachable } from './mollie-hints.ts';
import { mollieMessages } from './mollie-messages.ts';
import { closePayment, readPayment, recentPayments } from './mollie-reader.ts';
import { giveBack } from './mollie-refunds.ts';
import { snapshotOf } from './mollie-states.ts';

const CAN: Gateway['can'] = { save: false, delayed: false, refund: 'partial' };

/** Mollie as it is connected in the settings. */
export function mollieOffer(options: Omit<MollieOptions, 'apiKey'>): GatewayOffer {
  const text = mollieMessages('en');
  return {
    kind: 'mollie',
    name: 'Mollie',
    fields: [
      {
        name: 'apiKey',
        label: text.apiKey,
        hint: text.apiKeyHint,
        secret: true,
        pattern: /^(test|live)_\w{30,}$/,
      },
    ],
    can: CAN,
    isLive: ({ apiKey = '' }) => isLiveKey(apiKey),
    make: ({ apiKey = '' }) => mollieGateway({ ...options, apiKey }),
  };
}

/**
 * Mollie: every payment is made on its own page. It charges a saved card at the moment a payment is made, before we could
 * have committed a reference, so cards are not saved for us; its page offers the payer's cards by itself.
 */
export function mollieGateway(options: MollieOptions): Gateway {
  const api = mollieApi(options);
  const noSavedCards = async () => {
    throw new Refused('no-saved-cards', 'cards are saved on the pages of Mollie only');
  };
  return {
    kind: 'mollie',
    can: CAN,
    amount: chargeable,
    check: () => selfCheck(api, options.apiKey),
    async customer({ customerId, name, email }, key) {
      const body = { name, ...(email && { email }), metadata: { roost_customer: customerId } };
      const made = genuine((await api.post('customers', body, key)).answer, 'customer');
      if (markIn(made.metadata, 'roost_customer') !== customerId) throw new Unknown('the answer is another customer');
      return made.id;
    },
    async open(order, by, key) {
      if (by.kind !== 'page') return noSavedCards();
      if (!chargeable(order.money).ok) throw new Refused('amount', 'Mollie cannot charge this amount');
      return openPage(api, order, key);
    },
    pay: noSavedCards,
    read: async (ref) => snapshotOf(await readPayment(api, ref)),
    close: (ref) => closePayment(api, ref),
    refund: (ref, minor, key) => giveBack(api, ref, minor, key),
    methods: async () => [],
    forget: noSavedCards,
    hints: hintsIn,
    // Each payment says itself where its hints go.
    listen: async (url) =>
      isReachable(url) ? { secret: '' } : { unavailable: 'Mollie calls no address of a private network' },
    unlisten: async () => {},
    recent: (from, to) => recentPayments(api, from, to),
  };
}

async function openPage(api: MollieApi, order: Order, key: string): Promise<Snapshot> {
  const amount = toMollieAmount(order.money);
  const methods = await methodsAtOnce(api, amount);
  if (methods.length === 0) throw new Refused('no-method', 'this Mollie account has no way to pay this amount at once');
  const locale = pageLocale(order.locale);
  const body = {
    amount,
    description: order.title,
    method: methods,
    customerId: order.customer,
    redirectUrl: order.returnUrl,
    cancelUrl: order.cancelUrl,
    ...(isReachable(order.hintUrl) && { webhookUrl: order.hintUrl }),
    ...(locale && { locale }),
    metadata: { roost_payment: order.paymentId },
  };
  const { answer, isRepeated } = await api.post('payments', body, key);
  const made = genuine(answer, 'payment');
  const opened = snapshotOf(made);
  const { minor, currency } = opened.money;
  const isIt = markIn(made.metadata, 'roost_payment') === order.paymentId && minor === order.money.minor;
  if (!isIt || currency !== order.money.currency) throw new Unknown('the answer is another payment');
  return isRepeated ? snapshotOf(await readPayment(api, opened.ref)) : opened;
}

/** The languages of Mollie's page, the first of each language being what it is where nobody says the country. */
const PAGE_LOCALES = (
  'en_GB en_US nl_NL nl_BE fr_FR fr_BE fr_LU de_DE de_AT de_CH de_LU es_ES ca_ES pt_PT it_IT nb_NO sv_SE fi_FI da_DK ' +
  'is_IS hu_HU pl_PL lv_LV lt_LT cs_CZ sk_SK'
).split(' ');

/** The nearest of them; without one Mollie asks the browser. */
function pageLocale(locale: string): string | undefined {
  const [language = ''] = locale.split('-');
  return (
    PAGE_LOCALES.find((candidate) => candidate === locale.replace('-', '_')) ??
    PAGE_LOCALES.find((candidate) => candidate.startsWith(`${language}_`))
  );
}
