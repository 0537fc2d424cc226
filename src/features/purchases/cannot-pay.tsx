import { formatMoney } from '../../shared/money.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { localTime } from '../credits/local-time.ts';
import type { Location } from '../organizations/organizations.ts';
import type { AtMembership } from '../sign-in/visit.ts';
import { addresses } from './addresses.ts';
import { tooMuchText } from './invoice-text.ts';
import { purchaseMessages } from './messages.ts';
import type { Asking, Shop } from './shop.ts';
import type { CannotPay as Cannot } from './ways-to-pay.ts';

/** What managers can do something about. */
const ASKED_ABOUT: Cannot['why'][] = ['managers-only', 'cards-expired', 'not-open'];

type Props = { visit: AtMembership; shop: Shop; cannot: Cannot };

/** Why something cannot be paid for, in a sentence of its own with one next step (E19, UX-19). */
export function CannotPay({ visit: { location }, shop, cannot }: Props) {
  const text = purchaseMessages(location.locale);
  const { title, sentence } = cannotText(location, shop, cannot);
  const asks = shop.asking && ASKED_ABOUT.includes(cannot.why);
  const step = asks ? <AskManagers location={location} asking={shop.asking!} contact={shop.contact} /> : undefined;
  const write = shop.contact && <ButtonLink href={`mailto:${shop.contact}`}>{text.contactTeam}</ButtonLink>;
  return (
    <Notice
      tone={cannot.why === 'managers-only' ? 'info' : 'warn'}
      id="cannot-pay"
      {...(title !== undefined && { title })}
      actions={asks ? step : cannot.why === 'not-chargeable' ? undefined : write}
    >
      {sentence}
    </Notice>
  );
}

/** The button that asks the managers, or when they were asked today; without a manager the team is asked (E18, UX-20). */
function AskManagers({
  location,
  asking,
  contact,
}: {
  location: Location;
  asking: Asking;
  contact: string | undefined;
}) {
  const text = purchaseMessages(location.locale);
  const { managers, askedAt } = asking;
  if (managers.length === 0)
    return contact === undefined ? null : <ButtonLink href={`mailto:${contact}`}>{text.contactTeam}</ButtonLink>;
  const names = namesOf(managers, location);
  if (askedAt) {
    const it = { managers: names, time: localTime(location).dayAndTime(askedAt) };
    return <span id="asked">{text.asked(it)}</span>;
  }
  return (
    <Form action={addresses.askManagers(location)} layout="plain">
      <Button tone="primary" id="ask-managers" pendingLabel={text.asking}>
        {text.askManager({ managers: names })}
      </Button>
    </Form>
  );
}

/** The reason in words, and what it is about. */
export function cannotText(
  location: Location,
  { wallet, asking }: Shop,
  cannot: Cannot,
): { title?: string; sentence: string } {
  const { locale, name } = location;
  const text = purchaseMessages(locale);
  const named = { company: wallet.name };
  switch (cannot.why) {
    case 'no-gateway':
      return { title: text.noGatewayTitle, sentence: text.noGateway({ place: name }) };
    case 'not-chargeable':
      return {
        sentence: cannot.least
          ? text.notChargeable({ least: formatMoney(cannot.least, locale) })
          : text.notChargeableNoLeast,
      };
    case 'not-open':
      return { sentence: text.cardNotOpen(named) };
    case 'cards-expired':
      return { sentence: text.cardsExpired(named) };
    case 'too-much':
      return { sentence: tooMuchText(cannot, location) };
    case 'managers-only':
      return {
        title: text.managersBuyTitle(named),
        sentence: asking?.managers.length === 0 ? text.managersNone(named) : text.managersBuy,
      };
  }
}

function namesOf(managers: { name: string }[], { locale }: Location): string {
  return new Intl.ListFormat(locale, { type: 'disjunction' }).format(managers.map(({ name }) => name));
}
