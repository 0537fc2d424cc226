import type { Core } from '../../platform/core.ts';
import type { Money } from '../../shared/money.ts';
import { discreet } from './discretion.ts';
import { type Gateway, type GatewayOffer, Refused } from './gateway.ts';

/** The gateways that can be connected: the one list in app.ts. */
export type Gateways = readonly GatewayOffer[];

/** The gateway of a kind; none when this program does not know it, as when an older one runs on the data of a newer. */
export function offerOf(gateways: Gateways, kind: string): GatewayOffer | undefined {
  return gateways.find((offer) => offer.kind === kind);
}

/** A connection as it is stored. Its settings are empty once they have been deleted (E20). */
export type StoredConnection = { id: string; kind: string; sealedSettings: Buffer };

/**
 * The gateway of a connection, with its settings opened. One that cannot be reached any more, because its kind is unknown
 * here or its key was deleted, is a gateway that refuses everything: whoever asks it decides nothing, and says why.
 */
export function gatewayAt(core: Pick<Core, 'secrets'>, gateways: Gateways, at: StoredConnection): Gateway {
  const offer = offerOf(gateways, at.kind);
  if (!offer) return noGateway(at.kind, `this program knows no gateway "${at.kind}"`);
  const made = madeOf(gateways);
  const before = made.get(at.id);
  if (before?.sealedSettings.equals(at.sealedSettings)) return before.gateway;
  // What was deleted is not kept here either.
  made.delete(at.id);
  if (at.sealedSettings.length === 0) return noGateway(at.kind, 'the key of this connection was deleted');
  const gateway = gatewayWith(offer, openSettings(core, at));
  if (made.size === MOST_MADE) made.clear();
  made.set(at.id, { sealedSettings: at.sealedSettings, gateway });
  return gateway;
}

type Made = { sealedSettings: Buffer; gateway: Gateway };

/** Making a client costs as much as a statement; so many connections are at work at a time, if that. */
const MOST_MADE = 100;
const madeBy = new WeakMap<Gateways, Map<string, Made>>();

/** The gateways made so far, by connection. */
function madeOf(gateways: Gateways): Map<string, Made> {
  const before = madeBy.get(gateways);
  if (before) return before;
  const made = new Map<string, Made>();
  madeBy.set(gateways, made);
  return made;
}

/** A gateway with these settings, which never appear in what it says. */
export function gatewayWith(offer: GatewayOffer, settings: Record<string, string>): Gateway {
  const harmless = offer.fields.filter((field) => !field.secret).map((field) => field.name);
  const secrets = Object.entries(settings).filter(([name]) => !harmless.includes(name));
  return discreet(
    offer.make(settings),
    secrets.map(([, secret]) => secret),
  );
}

/** Why a gateway of this kind could not charge `money`; nothing when it can. Its rules need no account. */
export function unchargeableBy(
  gateways: Gateways,
  kind: string,
  money: Money,
): { least?: Money; step?: bigint } | undefined {
  const offer = offerOf(gateways, kind);
  if (!offer) return {};
  const answer = withoutAccount(offer).amount(money);
  return answer.ok ? undefined : { least: answer.least, step: answer.step };
}

const accountless = new WeakMap<GatewayOffer, Gateway>();

/** Made without an account, and asked for nothing but its rules. */
function withoutAccount(offer: GatewayOffer): Gateway {
  const before = accountless.get(offer);
  if (before) return before;
  const nothing = Object.fromEntries(offer.fields.map((field) => [field.name, 'none']));
  const gateway = offer.make({ apiKey: 'none', ...nothing });
  accountless.set(offer, gateway);
  return gateway;
}

/** The settings of a connection, opened for use. Never shown, logged or exported. */
function openSettings(core: Pick<Core, 'secrets'>, { id, sealedSettings }: StoredConnection): Record<string, string> {
  return JSON.parse(core.secrets.open(sealedSettings, id));
}

function noGateway(kind: string, why: string): Gateway {
  const refuse = async () => {
    throw new Refused('no-gateway', why);
  };
  return {
    kind,
    can: { save: false, delayed: false, refund: false },
    amount: () => ({ ok: false }),
    check: refuse,
    customer: refuse,
    open: refuse,
    pay: refuse,
    read: refuse,
    close: refuse,
    refund: refuse,
    methods: refuse,
    forget: refuse,
    hints: refuse,
    listen: refuse,
    unlisten: refuse,
    recent: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
  };
}
