import type { BuyRequest } from '../../src/features/purchases/purchases.ts';
import { type Purchase, purchaseById } from '../../src/features/purchases/records.ts';
import { CARDS, type Shop } from './shop.ts';

/** What a test about buying does again and again, in the shop of the moment. */
export function buyingIn(current: () => Shop) {
  const again = (purchase: Pick<Purchase, 'id'>) =>
    current().core.database.read(current().organizationId, async (db) => (await purchaseById(db, purchase.id))!);
  const buy = async (press: BuyRequest) => await again(await current().app.purchases.buy(press));
  const settle = async (purchase: Purchase) => {
    await current().app.payments.settle(current().organizationId, purchase.paymentId!);
    return await again(purchase);
  };
  const rows = async (table: string) =>
    (await current().core.db.asOwner(current().organizationId, `select * from ${table}`)).rows as Record<
      string,
      unknown
    >[];
  const charges = async () =>
    (await rows('simulator_objects')).filter(
      (row) => (row.id as string).startsWith('ch_') && (row.body as { paid: boolean }).paid,
    );
  /** Buys 50 credits on the gateway's page, so that a card is saved; answers the card's id. */
  const savedCard = async () => {
    const purchase = await buy(current().press());
    await current().payOnPage(purchase.nextUrl!, CARDS.good);
    await settle(purchase);
    return (await rows('saved_methods'))[0]!.id as string;
  };
  return { again, buy, settle, rows, charges, savedCard };
}
