import { sql } from 'kysely';
import type { Random } from '../random.ts';
import { CARDS, type Card, type Press, type Way } from './deck.ts';
import type { Buyer, Pack, Space } from './space.ts';
import type { Tally } from './tally.ts';
import { type Answer, sendForm, type Visitor } from './visitor.ts';

/** What a buyer was told of the purchase that one key stands for. */
export type Told = { key: string; userId: string; pack: Pack; customerId: string; paid: boolean; failed: boolean };

/** What one buyer sets out to do. */
export type Errand = { way: Way; press: Press; pack: Pack; buyer: Buyer; visitor: Visitor; forCompany: boolean };

/** What the buyers of a run share. */
export type Shopping = { space: Space; tally: Tally; complain(what: string): void };

type Pressed =
  | { kind: 'paid' | 'action' | 'waits' | 'before'; purchaseId: string }
  | { kind: 'failed' | 'refused' | 'lost' };

/** So often somebody says that they want another one. */
const MOST_ASKED = 5;

const CARD_OF: Partial<Record<Way, Card>> = {
  'a card that is disputed later': 'is disputed later',
  'a card that is inquired about later': 'is inquired about later',
  'a card that fails refunds later': 'fails refunds later',
  'a card that delays refunds': 'delays refunds',
  'a saved card whose bank asks: yes': 'asks',
  'a saved card whose bank asks: no': 'asks',
  'a saved card whose bank is never answered': 'asks',
  'a saved card that is declined': 'declines when saved',
};

/** One purchase as a person makes it: over HTTP, at any of the programs, with whatever comes between. */
export class Purchasing {
  readonly told: Told;
  readonly #shopping: Shopping;
  readonly #errand: Errand;
  readonly #random: Random;

  constructor(shopping: Shopping, errand: Errand, random: Random) {
    this.#shopping = shopping;
    this.#errand = errand;
    this.#random = random;
    const { buyer, pack, forCompany } = errand;
    const customerId = forCompany ? buyer.companyId! : buyer.customerId;
    this.told = { key: random.uuid(), userId: buyer.userId, pack, customerId, paid: false, failed: false };
  }

  async go(): Promise<void> {
    const { way } = this.#errand;
    const saved = way.startsWith('a saved card') ? await this.#savedCard() : undefined;
    const method = way === 'nothing to pay' ? 'free' : saved ? `saved-${saved}` : 'page';
    const pressed = await this.#press(method);
    if (pressed.kind !== 'action') return;
    const page = await this.#gatewayPage(pressed.purchaseId);
    if (!page) return;
    this.#shopping.tally.add(
      page.includes('/3ds/') ? `by ${way}` : saved ? 'the page, although a card was saved' : `by ${way}`,
    );
    if (page.includes('/3ds/')) await this.#answerBank(page, pressed.purchaseId);
    else await this.#payThere(page, pressed.purchaseId);
  }

  /** Presses the button, once or as often as somebody might. */
  async #press(method: string): Promise<Pressed> {
    const { press } = this.#errand;
    const { int, pick } = this.#random;
    const site = int(0, 1);
    this.#shopping.tally.add(`pressed ${press}`);
    if (press === 'twice at once, at both programs') {
      const both = await Promise.all([this.#pressOnce(method, 0), this.#pressOnce(method, 1)]);
      return both.find(({ kind }) => kind !== 'before') ?? both[0];
    }
    if (press === 'the line is cut, and again') {
      await this.#pressOnce(method, site, pick([5, 15, 40, 100]));
      return await this.#goOn(await this.#pressOnce(method, pick([0, 1])));
    }
    const first = await this.#pressOnce(method, site);
    if (press === 'again after the answer') await this.#pressOnce(method, 1 - site);
    // One that was refused, or asked about too often, is not written: its key is as good as new.
    const isWritten = first.kind !== 'refused' && first.kind !== 'lost';
    if (press === 'again with another package in it' && isWritten) await this.#pressDifferently(method, site);
    return first;
  }

  /** Whoever pressed again was led to the page of the purchase, and goes on from there. */
  async #goOn(pressed: Pressed): Promise<Pressed> {
    return pressed.kind === 'before' ? { kind: 'action', purchaseId: pressed.purchaseId } : pressed;
  }

  async #pressOnce(method: string, site: number, patienceMs?: number): Promise<Pressed> {
    const { pack, forCompany } = this.#errand;
    const wallet = forCompany ? 'company' : 'personal';
    const fields = { requestKey: this.told.key, seenTotalMinor: String(pack.priceMinor), wallet, method };
    const answer = await this.#insist(pack, fields, site, patienceMs).catch((error: Error) => error);
    if (answer instanceof Error) {
      if (patienceMs === undefined) this.#shopping.complain(`a press was never answered: ${answer.message}`);
      return { kind: 'lost' };
    }
    return this.#note(answer);
  }

  /** Whoever is asked whether they want another one while one is unfinished does. */
  async #insist(pack: Pack, fields: Record<string, string>, site: number, patienceMs?: number): Promise<Answer> {
    const path = `${this.#credits()}/packages/${pack.id}`;
    let answer = await this.#errand.visitor.post(path, fields, site, patienceMs);
    for (let asked = 1; asked <= MOST_ASKED; asked++) {
      const another = answer.status === 409 ? /[?&;]another=([0-9a-f-]+)/.exec(answer.text)?.[1] : undefined;
      if (!another) return answer;
      this.#shopping.tally.add('asked before another purchase');
      answer = await this.#errand.visitor.post(path, { ...fields, another }, site, patienceMs);
    }
    return answer;
  }

  #note(answer: Answer): Pressed {
    const bought = /[?&]bought=([0-9a-f-]+)/.exec(answer.to)?.[1];
    const [, id = '', then = ''] = /\/purchases\/([0-9a-f-]+)([/?]\w+)?$/.exec(answer.to) ?? [];
    if (answer.status === 303 && bought) {
      this.told.paid = true;
      return { kind: 'paid', purchaseId: bought };
    }
    if (answer.status === 303 && id)
      return { kind: then === '/go' ? 'action' : then === '?repeated' ? 'before' : 'waits', purchaseId: id };
    if (answer.status === 422) {
      this.told.failed = true;
      return { kind: 'failed' };
    }
    if (answer.status === 503) this.#shopping.tally.add('too busy: a press');
    else if (answer.status !== 409) this.#shopping.complain(`a press was answered ${answer.status} ${answer.to}`);
    return { kind: 'refused' };
  }

  /** The same key with something else in it has to be refused. */
  async #pressDifferently(method: string, site: number): Promise<void> {
    const { space, complain, tally } = this.#shopping;
    const { pack } = this.#errand;
    const other = space.packages.find(
      ({ id, priceMinor }) => id !== pack.id && priceMinor > 0n && pack.priceMinor > 0n,
    );
    if (!other) return;
    const fields = { requestKey: this.told.key, seenTotalMinor: String(other.priceMinor), wallet: 'personal', method };
    const { status } = await this.#insist(other, fields, site);
    if (status === 409) tally.add('refused: one key for two things');
    else complain(`one key for two things was answered ${status}`);
  }

  async #gatewayPage(purchaseId: string): Promise<string | undefined> {
    const { visitor } = this.#errand;
    const { status, text } = await visitor.get(`${this.#credits()}/purchases/${purchaseId}/go`, this.#random.int(0, 1));
    // Decided already, while somebody pressed again.
    if (status === 303) return undefined;
    const [url] = /http:\/\/[\w.:]+\/simulator\/(pay|3ds)\/\w+/.exec(text) ?? [];
    if (status === 503) this.#shopping.tally.add('too busy: going to pay');
    else if (!url) this.#shopping.complain(`a hand-off that leads nowhere, ${status}`);
    return url;
  }

  async #payThere(page: string, id: string): Promise<void> {
    const { way } = this.#errand;
    const card = CARD_OF[way] ?? 'good';
    switch (way) {
      case 'never pays':
        return;
      case 'goes back without paying':
        return await this.#comeBack(id, 'cancel');
      case 'declined there, and leaves':
        return void (await this.#type(page, this.#random.pick(['declined', 'lacks funds'])));
      case 'declined there, then another card':
        await this.#type(page, 'lacks funds');
        break;
      case 'the gateway’s page, pressed twice there':
        await Promise.all([this.#type(page, card), this.#type(page, card)]);
        return await this.#comeBack(id);
      case 'the gateway’s page, and never back':
        return void (await this.#type(page, card));
      case 'pays, and goes back':
        await this.#type(page, card);
        return await this.#comeBack(id, 'cancel');
      case 'pays and goes back at once':
        return void (await Promise.all([this.#type(page, card), this.#comeBack(id, 'cancel')]));
      case 'comes back at both programs at once':
        await this.#type(page, card);
        return void (await Promise.all([0, 1, 0, 1].map((site) => this.#comeBack(id, 'return', site))));
    }
    const asks = way.startsWith('the bank asks') || card === 'asks';
    const { to } = await this.#type(page, asks ? 'asks' : card);
    if (to.includes('/3ds/')) return await this.#answerBank(to, id, page);
    await this.#comeBack(id);
  }

  /** `page` is the gateway's, when the payer came to the bank from there. */
  async #answerBank(question: string, id: string, page?: string): Promise<void> {
    const { way } = this.#errand;
    if (way.includes('never answered')) return;
    const no = way.includes(': no');
    await sendForm(question, { answer: no ? 'no' : 'yes' });
    if (way.endsWith('leaves')) return;
    if (no && page) await this.#type(page, 'good');
    await this.#comeBack(id);
  }

  async #type(page: string, card: Card): Promise<Answer> {
    const answer = await sendForm(page, { test: CARDS[card] });
    if (answer.status >= 500) this.#shopping.complain(`the gateway’s page answered ${answer.status}`);
    return answer;
  }

  async #comeBack(id: string, by: 'return' | 'cancel' = 'return', site = this.#random.int(0, 1)): Promise<void> {
    const { visitor } = this.#errand;
    const { status, to } = await visitor.get(`${this.#credits()}/purchases/${id}/${by}`, site);
    if (status === 503) return this.#shopping.tally.add('too busy: coming back');
    if (status !== 303) this.#shopping.complain(`coming back was answered ${status}`);
    if (to.includes('bought=')) this.told.paid = true;
    if (to.includes('from=cancel')) this.told.failed = true;
  }

  /** A card that this buyer has saved, of the kind that the errand needs. */
  async #savedCard(): Promise<string | undefined> {
    const { space } = this.#shopping;
    const last4 = CARDS[CARD_OF[this.#errand.way] ?? 'good'].slice(-4);
    return await space.database.read(space.organizationId, async (db) => {
      const { rows } = await sql<{ id: string }>`select id from saved_methods where removed_at is null
        and customer_id = ${this.told.customerId} and last4 = ${last4} limit 1`.execute(db);
      return rows[0]?.id;
    });
  }

  #credits(): string {
    return `/l/${this.#shopping.space.location.slug}/membership/credits`;
  }
}
