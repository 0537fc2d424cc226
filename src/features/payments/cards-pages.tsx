import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, get, post, type Route } from '../../platform/http/routes.ts';
import { Badge } from '../../web/ui/badge.tsx';
import { Button } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { type Wallet, walletNamed, walletsOf } from '../people/people.ts';
import { setFlash } from '../sign-in/flash.ts';
import { memberPage } from '../sign-in/frame.tsx';
import type { AtMembership, Guards } from '../sign-in/visit.ts';
import { CardIsDefault, NoSuchCard, preferCard, removeCard } from './cards.ts';
import { cardsMessages } from './cards-messages.ts';
import { connectionAt } from './connections.ts';
import { type SavedMethod, savedMethodsOf } from './saved-methods.ts';

const PAGE = '/l/:location/membership/cards';
const cardForm = z.object({ wallet: z.enum(['personal', 'company']), cardId: z.string() });

/** Membership > Saved cards: a person's own, and apart from them the company's for its managers. */
export function cardsPages(core: Core, guards: Guards): Route[] {
  return [
    get(PAGE, guards.member, (visit, c) => showCards(core, visit, c)),
    post(`${PAGE}/prefer`, guards.member, (visit, c) => change(core, visit, c, 'prefer')),
    post(`${PAGE}/remove`, guards.member, (visit, c) => change(core, visit, c, 'remove')),
    // Whoever had to sign in again comes back to the list.
    get(`${PAGE}/prefer`, guards.member, (visit, c) => c.redirect(pageOf(visit), 303)),
    get(`${PAGE}/remove`, guards.member, (visit, c) => c.redirect(pageOf(visit), 303)),
  ];
}

type List = { wallet: Wallet; cards: SavedMethod[] };

async function showCards(core: Core, visit: AtMembership, c: Ctx): Promise<Response> {
  const { location, now } = visit;
  const text = cardsMessages(location.locale);
  const { isConnected, lists } = await core.database.read(visit.organizationId, async (db) => {
    const connection = await connectionAt(db, location.id);
    const lists: List[] = [];
    for (const wallet of walletsOf(visit))
      lists.push({
        wallet,
        cards: connection ? await savedMethodsOf(db, connection.id, wallet.customerId, now) : [],
      });
    return { isConnected: connection !== undefined, lists };
  });
  return memberPage(c, visit, {
    title: text.title,
    current: 'more',
    width: 'narrow',
    children: (
      <>
        <PageHead title={text.title} back={{ href: `/l/${location.slug}/more`, label: text.more }} />
        {lists.map((list) => (
          <CardList visit={visit} isConnected={isConnected} {...list} />
        ))}
      </>
    ),
  });
}

function CardList({ visit, wallet, cards, isConnected }: List & { visit: AtMembership; isConnected: boolean }) {
  const text = cardsMessages(visit.location.locale);
  const isCompany = wallet.kind === 'company';
  const company = { company: wallet.name };
  const first = cards.find(({ expired }) => !expired);
  return (
    <Card title={isCompany ? text.company(company) : text.mine} id={`cards-${wallet.kind}`}>
      <p class="mb-3">
        {isCompany ? text.companyLead(company) : text.mineLead}{' '}
        {isCompany && <a href={`/l/${visit.location.slug}/membership/payment-permissions`}>{text.whoMayPay}</a>}
      </p>
      {cards.length === 0 ? (
        <EmptyState title={text.none}>{isConnected ? text.noneText : text.noGateway}</EmptyState>
      ) : (
        <ul class="stack">
          {cards.map((card) => (
            <SavedCard visit={visit} wallet={wallet} card={card} isDefault={card === first} />
          ))}
        </ul>
      )}
    </Card>
  );
}

type SavedCardProps = { visit: AtMembership; wallet: Wallet; card: SavedMethod; isDefault: boolean };

function SavedCard({ visit, wallet, card, isDefault }: SavedCardProps) {
  const { locale } = visit.location;
  const text = cardsMessages(locale);
  const name = cardName(card, locale);
  const fields = { wallet: wallet.kind, cardId: card.id };
  const month = monthOf(card);
  return (
    <li id={`card-${card.id}`}>
      <p>
        <strong>{name}</strong> {isDefault && <Badge tone="good">{text.isDefault}</Badge>}{' '}
        {card.expired ? <Badge tone="bad">{text.expired({ month })}</Badge> : text.until({ month })}
      </p>
      {card.expired && <p>{text.expiredText}</p>}
      <FormActions>
        {!isDefault && !card.expired && (
          <Form action={`${pageOf(visit)}/prefer`} fields={fields} layout="plain">
            <Button size="small" label={text.preferNamed({ card: name })}>
              {text.prefer}
            </Button>
          </Form>
        )}
        <Form action={`${pageOf(visit)}/remove`} fields={fields} layout="plain">
          <Button size="small" tone="quiet" label={text.removeNamed({ card: name })}>
            {text.remove}
          </Button>
        </Form>
      </FormActions>
    </li>
  );
}

async function change(core: Core, visit: AtMembership, c: Ctx, what: 'prefer' | 'remove'): Promise<Response> {
  const form = await readForm(c, cardForm);
  const wallet = form.ok ? walletNamed(visit, form.values.wallet) : undefined;
  if (!form.ok || !wallet) throw new NotFound();
  const { location, now } = visit;
  const text = cardsMessages(location.locale);
  const { cardId } = form.values;
  try {
    const card = await core.database.write(visit.organizationId, async (tx) => {
      const connection = await connectionAt(tx, location.id);
      if (!connection) throw new NoSuchCard();
      const at = { connectionId: connection.id, customerId: wallet.customerId };
      const cards = await savedMethodsOf(tx, at.connectionId, at.customerId, now);
      const card = cards.find(({ id }) => id === cardId);
      if (!card) throw new NoSuchCard();
      await (what === 'prefer' ? preferCard : removeCard)(tx, { ...at, cardId, now });
      return cardName(card, location.locale);
    });
    setFlash(c, { tone: 'good', text: what === 'prefer' ? text.preferred({ card }) : text.removed({ card }) });
  } catch (error) {
    if (error instanceof CardIsDefault) setFlash(c, { tone: 'bad', text: text.defaultStays });
    else if (error instanceof NoSuchCard) setFlash(c, { tone: 'bad', text: text.gone });
    else throw error;
  }
  return c.redirect(pageOf(visit), 303);
}

function cardName({ brand, last4 }: SavedMethod, locale: string): string {
  return cardsMessages(locale).card({ brand: `${brand.slice(0, 1).toUpperCase()}${brand.slice(1)}`, last4 });
}

/** As it stands on the card: `08/25`. */
function monthOf(card: SavedMethod): string {
  return `${String(card.expiresMonth).padStart(2, '0')}/${String(card.expiresYear % 100).padStart(2, '0')}`;
}

function pageOf(visit: AtMembership): string {
  return `/l/${visit.location.slug}/membership/cards`;
}
