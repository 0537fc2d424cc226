import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerBank, companyBuyingIn } from '../../../test/support/company-buying.ts';
import { openShop, type Shop } from '../../../test/support/shop.ts';
import { newId } from '../../platform/ids.ts';
import {
  type CompanyMethod,
  companyRoleOf,
  NotPermitted,
  openedToMembers,
  requirePermission,
  setPermission,
} from './permissions.ts';

let shop: Shop;
const { buy, rows, pressAs, companyCard, settle, subscribe } = companyBuyingIn(() => shop);
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const read = <T>(work: Parameters<typeof shop.core.database.read<T>>[1]) =>
  shop.core.database.read(shop.organizationId, work);
const open = (method: CompanyMethod, isOpen = true, by = shop.manager.userId) =>
  shop.core.database.write(shop.organizationId, (tx) =>
    setPermission(tx, {
      organizationId: shop.organizationId,
      customerId: shop.company.customerId,
      method,
      isOpen,
      actorUserId: by,
      now: shop.core.now(),
    }),
  );
const opened = () => read((db) => openedToMembers(db, shop.company.customerId));

describe('S10 S15 what is open to the members of a company', () => {
  test('S15 is nothing until a manager says so: without a row only managers pay', async () => {
    const cardId = await companyCard();
    expect(await opened()).toEqual({ cardIds: new Set(), invoice: false });
    const saved = { kind: 'saved', id: cardId } as const;
    await expect(buy(pressAs(shop.employee, { method: saved }))).rejects.toThrow(NotPermitted);
    expect((await buy(pressAs(shop.manager, { method: saved }))).status).toBe('paid');
  });

  test('S10 is each card and the invoice on its own', async () => {
    const [first, second] = [await companyCard(), await companyCard('4000000000000259')];
    await open({ kind: 'card', id: second });
    expect(await opened()).toEqual({ cardIds: new Set([second]), invoice: false });
    await expect(buy(pressAs(shop.employee, { method: { kind: 'saved', id: first } }))).rejects.toThrow(NotPermitted);
    expect((await buy(pressAs(shop.employee, { method: { kind: 'saved', id: second } }))).status).toBe('paid');
    await open({ kind: 'invoice' });
    await open({ kind: 'card', id: second }, false);
    expect(await opened()).toEqual({ cardIds: new Set(), invoice: true });
  });

  test('S10 is never the gateway’s page: a card that is new there becomes one of the company', async () => {
    const cardId = await companyCard();
    await open({ kind: 'card', id: cardId });
    await open({ kind: 'invoice' });
    await expect(buy(pressAs(shop.employee, { method: { kind: 'page' } }))).rejects.toThrow(NotPermitted);
    expect((await buy(pressAs(shop.manager, { method: { kind: 'page' } }))).status).toBe('action');
  });

  test('S10 is a card no more once it was removed', async () => {
    const cardId = await companyCard();
    await open({ kind: 'card', id: cardId });
    await shop.core.db.asOwner(shop.organizationId, 'update saved_methods set removed_at = now()');
    expect((await opened()).cardIds).toEqual(new Set());
    const press = pressAs(shop.employee, {
      packageId: shop.packages.free,
      method: { kind: 'free' },
      seenTotalMinor: 0n,
    });
    await expect(buy(press)).rejects.toThrow(NotPermitted);
  });

  test('S11 is what is free too, once any way to pay is: a package without a price, and the plan’s', async () => {
    await subscribe(shop.company.customerId, { creditsDiscountPercent: 100, freePackagesPerCycle: 1 });
    const free = { method: { kind: 'free' }, seenTotalMinor: 0n } as const;
    const given = { ...free, packageId: shop.packages.free };
    await expect(buy(pressAs(shop.employee, given))).rejects.toThrow(NotPermitted);
    await expect(buy(pressAs(shop.employee, free))).rejects.toThrow();
    await open({ kind: 'invoice' });
    expect((await buy(pressAs(shop.employee, given))).status).toBe('paid');
    expect((await buy(pressAs(shop.employee, free))).status).toBe('paid');
    expect(await shop.balance(shop.company.customerId)).toBe(5_500n);
    await open({ kind: 'invoice' }, false);
    await expect(buy(pressAs(shop.employee, given))).rejects.toThrow(NotPermitted);
  });
});

describe('E5 a permission that is withdrawn', () => {
  test('E5 counts from the next press, which is refused by name, and writes nothing', async () => {
    const cardId = await companyCard();
    await open({ kind: 'card', id: cardId });
    const method = { kind: 'saved', id: cardId } as const;
    await open({ kind: 'card', id: cardId }, false);
    const before = await rows('purchases');
    const refused = await buy(pressAs(shop.employee, { method })).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'payment-not-permitted', status: 403, company: 'Otter Works' });
    expect(await rows('purchases')).toEqual(before);
  });

  test('E5 leaves a payment alone that is under way, and the same press is answered with it', async () => {
    const cardId = await companyCard('4000002760003184');
    await open({ kind: 'card', id: cardId });
    const press = pressAs(shop.employee, { method: { kind: 'saved', id: cardId } });
    const purchase = await buy(press);
    expect(purchase.status).toBe('action');
    await open({ kind: 'card', id: cardId }, false);
    expect(await shop.app.purchases.buy(press)).toMatchObject({ id: purchase.id, repeated: true });
    await answerBank(purchase.nextUrl!);
    expect((await settle(purchase)).status).toBe('paid');
    expect(await shop.balance(shop.company.customerId)).toBe(10_000n);
  });
});

describe('who stands how to a company', () => {
  const may = (userId: string, method: CompanyMethod) =>
    read((db) =>
      requirePermission(db, { customerId: shop.company.customerId, userId, company: 'Otter Works', method }),
    );

  test('E18 without a manager members pay by what is open, and by nothing else', async () => {
    const cardId = await companyCard();
    await open({ kind: 'card', id: cardId });
    await shop.core.db.asOwner(
      shop.organizationId,
      "update memberships set status = 'removed' where company_role = 'manager'",
    );
    await may(shop.employee.userId, { kind: 'card', id: cardId });
    await expect(may(shop.employee.userId, { kind: 'invoice' })).rejects.toThrow(NotPermitted);
    await expect(may(shop.manager.userId, { kind: 'card', id: cardId })).rejects.toThrow(NotPermitted);
  });

  test('S9 a manager pays for no other company, and an individual member for none', async () => {
    await open({ kind: 'invoice' });
    const other = await shop.core.database.write(shop.organizationId, async (tx) => {
      const { createCompany, createMembership, createUser } = await import('../people/people.ts');
      const made = { organizationId: shop.organizationId, locationId: shop.location.id, now: shop.core.now() };
      const { id } = await createCompany(tx, { ...made, name: 'Elsewhere' });
      const userId = await createUser(tx, { ...made, name: 'Ole', email: 'ole@example.com' });
      await createMembership(tx, { ...made, userId, name: 'Ole', type: 'member', company: { id, role: 'manager' } });
      return userId;
    });
    for (const userId of [other, shop.member.userId]) {
      expect(await read((db) => companyRoleOf(db, { customerId: shop.company.customerId, userId }))).toBeUndefined();
      await expect(may(userId, { kind: 'invoice' })).rejects.toThrow(NotPermitted);
    }
  });
});

describe('what the database refuses', () => {
  const insert = (row: Record<string, unknown>) => {
    const it = {
      product_class: 'credits',
      method: 'card',
      open_to: 'members',
      changed_by: shop.manager.userId,
      ...row,
    };
    const all = { organization_id: shop.organizationId, id: newId(shop.core.now()), changed_at: new Date(), ...it };
    const places = Object.keys(all).map((_, at) => `$${at + 1}`);
    return shop.core.db.asOwner(
      shop.organizationId,
      `insert into payment_permissions (${Object.keys(all)}) values (${places})`,
      Object.values(all),
    );
  };

  test('a permission about a card of somebody else, about a person, or twice about the same', async () => {
    const cardId = await companyCard();
    const company = { customer_id: shop.company.customerId };
    const person = { customer_id: shop.member.customerId };
    await expect(insert({ ...person, method: 'invoice' })).rejects.toMatchObject({ code: '23503' });
    await expect(insert({ ...company, saved_method_id: newId(shop.core.now()) })).rejects.toMatchObject({
      code: '23503',
    });
    await expect(insert({ ...company, method: 'invoice', saved_method_id: cardId })).rejects.toMatchObject({
      code: '23514',
    });
    await insert({ ...company, saved_method_id: cardId });
    await insert({ ...company, method: 'invoice' });
    await expect(insert({ ...company, saved_method_id: cardId })).rejects.toMatchObject({ code: '23505' });
    await expect(insert({ ...company, method: 'invoice' })).rejects.toMatchObject({ code: '23505' });
  });
});
