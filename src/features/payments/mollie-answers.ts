import { z } from 'zod';
import { Unknown } from './gateway.ts';

const amount = z.object({ currency: z.string(), value: z.string() });
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const refund = z.object({
  resource: z.literal('refund'),
  paymentId: z.string(),
  amount,
  status: z.enum(['queued', 'pending', 'processing', 'refunded', 'failed', 'canceled']),
  createdAt: instant,
  metadata: z.unknown(),
});

const chargeback = z.object({
  resource: z.literal('chargeback'),
  paymentId: z.string(),
  amount,
  createdAt: instant,
  reversedAt: instant.nullish(),
});

const payment = z.object({
  resource: z.literal('payment'),
  id: z.string(),
  mode: z.enum(['live', 'test']),
  status: z.enum(['open', 'pending', 'authorized', 'paid', 'canceled', 'expired', 'failed']),
  amount,
  isCancelable: z.boolean().nullish(),
  amountRefunded: amount.nullish(),
  amountChargedBack: amount.nullish(),
  metadata: z.unknown(),
  details: z.object({ failureReason: z.string().nullish(), failureMessage: z.string().nullish() }).nullish(),
  _links: z.object({ checkout: z.object({ href: z.string() }).nullish() }),
  _embedded: z.object({ refunds: z.array(refund).nullish(), chargebacks: z.array(chargeback).nullish() }).nullish(),
});

/** In a list, where payments of other programs stand as well: no more than what tells ours from theirs. */
const listed = z.object({ id: z.string(), createdAt: instant, paidAt: instant.nullish(), metadata: z.unknown() });

const customer = z.object({
  resource: z.literal('customer'),
  id: z.string().regex(/^cst_\w+$/),
  metadata: z.unknown(),
});
const profile = z.object({ resource: z.literal('profile'), id: z.string(), mode: z.string(), status: z.string() });
const methods = z.object({ _embedded: z.object({ methods: z.array(z.object({ id: z.string().nullish() })) }) });

const ANSWERS = { payment, refund, customer, profile, methods };
const LISTS = { payments: listed, refunds: refund, chargebacks: chargeback };

type Answer<What extends keyof typeof ANSWERS> = z.infer<(typeof ANSWERS)[What]>;
type Item<List extends keyof typeof LISTS> = z.infer<(typeof LISTS)[List]>;
export type MolliePayment = Answer<'payment'>;

/** Mollie's answer, when it is what was asked for. Anything else decides nothing, whatever its status was. */
export function genuine<What extends keyof typeof ANSWERS>(answer: unknown, what: What): Answer<What> {
  const parsed = ANSWERS[what].safeParse(answer);
  if (!parsed.success) throw new Unknown(`the answer is no ${what}`);
  return parsed.data as Answer<What>;
}

/** One page of a list, and where the next one begins. */
export function pageOf<List extends keyof typeof LISTS>(
  answer: unknown,
  list: List,
): { items: Item<List>[]; next: string | undefined } {
  const page = z.object({
    _embedded: z.object({ [list]: z.array(LISTS[list] as z.ZodType<unknown>) }),
    _links: z.object({ next: z.object({ href: z.string() }).nullish() }),
  });
  const parsed = page.safeParse(answer);
  if (!parsed.success) throw new Unknown(`the answer is no list of ${list}`);
  const { href } = parsed.data._links.next ?? {};
  // Only the place in the list is taken from the link: the key is sent to nobody else.
  const next = href === undefined ? undefined : URL.parse(href)?.searchParams.get('from');
  if (next === null) throw new Unknown(`the list of ${list} goes on nowhere`);
  return { items: parsed.data._embedded[list] as Item<List>[], next };
}

/** What we wrote to an object when it was made; `undefined` when somebody else made it. */
export function markIn(
  metadata: unknown,
  name: 'roost_payment' | 'roost_customer' | 'roost_refund',
): string | undefined {
  const mark = (metadata as Record<string, unknown> | null | undefined)?.[name];
  return typeof mark === 'string' ? mark : undefined;
}
