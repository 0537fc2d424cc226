import type { Tx } from '../../platform/database/database.ts';
import { Refusal } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { gatewayOf, gatewayRoutes } from './connected.ts';
import { Refused, Unknown } from './gateway.ts';
import type { PaymentsContext } from './payments.ts';
import { savedMethodsOf } from './saved-methods.ts';

/** The default card is removed only after another one took its place. */
export class CardIsDefault extends Refusal {
  constructor() {
    super('card-is-default', 409);
  }
}

/** This customer has no such card, or it has expired. */
export class NoSuchCard extends Refusal {
  constructor() {
    super('card-unknown', 404);
  }
}

type Choice = { connectionId: string; customerId: string; cardId: string; now: Date };

/** Makes a card of a customer the one that is offered first. An expired one cannot be. */
export async function preferCard(tx: Tx, it: Choice): Promise<void> {
  const cards = await savedMethodsOf(tx, it.connectionId, it.customerId, it.now);
  const card = cards.find(({ id }) => id === it.cardId);
  if (!card || card.expired) throw new NoSuchCard();
  await tx.updateTable('saved_methods').set({ preferred_at: it.now }).where('id', '=', card.id).execute();
}

/**
 * Removes a card: it is not offered from here on, and its gateway is asked to forget it afterwards. Removing one that is
 * gone already changes nothing. The default one goes last, or after another was chosen.
 */
export async function removeCard(tx: Tx, it: Choice): Promise<void> {
  if (!isId(it.cardId)) throw new NoSuchCard();
  const cards = await savedMethodsOf(tx, it.connectionId, it.customerId, it.now);
  const usable = cards.filter(({ expired }) => !expired);
  if (usable.length > 1 && usable[0]!.id === it.cardId) throw new CardIsDefault();
  await tx
    .updateTable('saved_methods')
    .set({ removed_at: it.now })
    .where('id', '=', it.cardId)
    .where('customer_id', '=', it.customerId)
    .where('connection_id', '=', it.connectionId)
    .where('removed_at', 'is', null)
    .execute();
}

/** Asks gateways to forget the cards that were removed here; one that does not answer is asked again the next time. */
export async function forgetRemovedCards(context: PaymentsContext): Promise<void> {
  const { core } = context;
  for (const { id: organizationId } of await allOrganizations(core.database)) {
    const { cards, routes } = await core.database.read(organizationId, async (db) => ({
      routes: await gatewayRoutes(db, organizationId),
      cards: await db
        .selectFrom('saved_methods')
        .select(['id', 'reference', 'connection_id'])
        .where('removed_at', 'is not', null)
        .where('forgotten_at', 'is', null)
        .limit(100)
        .execute(),
    }));
    for (const card of cards) {
      const route = routes.find(({ connection }) => connection.id === card.connection_id);
      try {
        // Without its secrets nobody can ask any more, and nobody can charge it either.
        if (route) await gatewayOf(context, route).forget(card.reference);
        await core.database.write(organizationId, (tx) =>
          tx.updateTable('saved_methods').set({ forgotten_at: core.now() }).where('id', '=', card.id).execute(),
        );
      } catch (error) {
        if (!(error instanceof Unknown || error instanceof Refused)) throw error;
        core.log('warn', 'card.not-forgotten', { cardId: card.id, message: error.message });
      }
    }
  }
}
