import { createPackage } from '../../src/features/packages/packages.ts';
import { connectTestGateway } from '../../src/features/payments/payments.ts';
import { createMembership, createUser } from '../../src/features/people/people.ts';
import { createSignInLink } from '../../src/features/sign-in/links.ts';
import { newId, newRequestKey } from '../../src/platform/ids.ts';
import { type Space, someSpace } from '../../test/support/people.ts';
import type { Place } from '../ledger/place.ts';
import { sendExpecting } from './driving.ts';

/** A location that sells one package through the test gateway. */
export type Shop = Space & { place: Place; packageId: string };

/** A member with a session and a saved card, who has bought once. `tokens` are what rows know them by. */
export type Buyer = {
  userId: string;
  customerId: string;
  cookie: string;
  savedMethodId: string;
  /** What the sheet's form carries along. */
  form: Form;
  tokens: string[];
};
type Form = Record<string, string>;

const GOOD_CARD = '4242424242424242';

export async function openShop(place: Place): Promise<Shop> {
  const { core } = place;
  const space = await someSpace(core);
  const { organizationId, location } = space;
  const terms = { name: 'Regular', creditsMinor: 5_000n, priceMinor: 4_900n, validForDays: 365 };
  return await core.database.write(organizationId, async (tx) => {
    const now = core.now();
    const made = { organizationId, location, id: newId(now), now, onSale: true, freeConfirmed: false };
    const { id } = await createPackage(tx, { unchargeable: () => undefined }, { ...made, ...terms });
    await connectTestGateway(tx, core, { organizationId, locationId: location.id, now });
    return { ...space, place, packageId: id };
  });
}

/** The account at the test gateway on another server too, as if the gateway were somebody else's. */
export async function moveGateway({ place, organizationId }: Shop, to: Place): Promise<void> {
  for (const client of [place.owner, to.owner])
    await client.query(`select set_config('roost.organization_id', $1, false)`, [organizationId]);
  for (const table of ['organizations', 'simulator_accounts']) {
    const { rows } = await place.owner.query<{ row: string }>(`select to_jsonb(t)::text as row from ${table} t`);
    for (const { row } of rows)
      await to.owner.query(`insert into ${table} select * from jsonb_populate_record(null::${table}, $1::jsonb)`, [
        row,
      ]);
  }
}

/** Makes members, signs them in and has each buy once on the gateway's page, all of it over HTTP. */
export async function makeBuyers(shop: Shop, url: string, name: string, count: number): Promise<Buyer[]> {
  const buyers: Buyer[] = [];
  for (let nth = 1; nth <= count; nth++) {
    const who = await makeMember(shop, `${name}${nth}`);
    const cookie = await signIn(shop, url, who.userId);
    const form = await buyOnPage(shop, url, cookie);
    buyers.push({ ...who, cookie, form, ...(await cardOf(shop, who)) });
  }
  return buyers;
}

/** The press of the button: the form of the sheet, with the saved card chosen. Anything but new credits is an error. */
export async function press(shop: Shop, url: string, { cookie, form, savedMethodId }: Buyer): Promise<void> {
  const { location } = await sendForm(shop, url, cookie, { ...form, method: `saved-${savedMethodId}` });
  if (!location.includes('bought=')) throw new Error(`a purchase led to ${location}`);
}

/** Each press is an intent of its own. */
function sendForm(shop: Shop, url: string, cookie: string, form: Form) {
  return sendExpecting(303, url + sheetOf(shop), { cookie, form: { ...form, requestKey: newRequestKey() } });
}

function sheetOf({ location, packageId }: Shop): string {
  return `/l/${location.slug}/membership/credits/packages/${packageId}`;
}

async function makeMember({ place, organizationId, location }: Shop, name: string) {
  return await place.core.database.write(organizationId, async (tx) => {
    const made = { organizationId, locationId: location.id, name, now: place.core.now() };
    const userId = await createUser(tx, { ...made, email: `${name}@example.com` });
    const { customerId } = await createMembership(tx, { ...made, userId, type: 'member' });
    return { userId, customerId };
  });
}

async function signIn({ place, organizationId }: Shop, url: string, userId: string): Promise<string> {
  const link = await createSignInLink(place.core, { organizationId, userId });
  const { cookies } = await sendExpecting(303, url + new URL(link).pathname, { form: {} });
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

/** As a payer without a saved card: off to the gateway's page, and back. Answers what the form carries. */
async function buyOnPage(shop: Shop, url: string, cookie: string): Promise<Form> {
  const sheet = await sendExpecting(200, url + sheetOf(shop), { cookie });
  const [html = ''] = new RegExp(`<form[^>]* action="${sheetOf(shop)}"[\\s\\S]*?</form>`).exec(sheet.body) ?? [];
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const form = Object.fromEntries(hidden.map(([, name, value]) => [name!, value!]));
  const { location } = await sendForm(shop, url, cookie, { ...form, method: 'page' });
  const handOff = await sendExpecting(200, url + location, { cookie });
  const [page] = /https?:[^"]*\/pay\/[^"&]*/.exec(handOff.body) ?? [];
  if (!page) throw new Error(`no way to the gateway on ${location}: ${handOff.body.slice(0, 2000)}`);
  await sendExpecting(303, page, { form: { test: GOOD_CARD } });
  const back = await sendExpecting(303, url + location.replace(/\/go$/, '/return'), { cookie });
  if (!back.location.includes('bought=')) throw new Error(`paying on the page led to ${back.location}`);
  return form;
}

async function cardOf({ place, organizationId }: Shop, { userId, customerId }: { userId: string; customerId: string }) {
  const row = await place.core.database.read(organizationId, (db) =>
    db
      .selectFrom('saved_methods as m')
      .innerJoin('gateway_customers as g', 'g.customer_id', 'm.customer_id')
      .select(['m.id', 'm.reference as card', 'g.reference as payer'])
      .where('m.customer_id', '=', customerId)
      .executeTakeFirstOrThrow(),
  );
  return { savedMethodId: row.id, tokens: [userId, customerId, row.id, row.card, row.payer] };
}
