import type { BothBooks, Here, There } from './both-books.ts';
import type { Told } from './buying.ts';

// Looks at both sides' books when everything has settled, by the rules as people would put them and by nothing else.

type Found = string[];

/** What is wrong with the books, in words; nothing when all is well. `told` is what buyers were told meanwhile. */
export function auditBooks(books: BothBooks, told: readonly Told[] = []): Found {
  return [
    ...onceCharged(books),
    ...bothWays(books),
    ...granted(books),
    ...followed(books),
    ...linesAddUp(books),
    ...refundsWereMade(books),
    ...receiptsAreWhole(books),
    ...alertsHaveCauses(books),
    ...wordsWereKept(books, told),
  ];
}

/** Nobody is charged twice: not for a payment, not for a purchase, not for a key. */
function onceCharged({ there, here }: BothBooks): Found {
  const found: Found = [];
  const charges = new Map<string, bigint>();
  for (const it of there) {
    if (it.charges > 1n) found.push(`${it.ref} was charged ${it.charges} times`);
    if (it.charges > 0n && it.taken !== it.amount)
      found.push(`${it.ref} was charged ${it.taken} in place of ${it.amount}`);
    if (it.ourId) charges.set(it.ourId, (charges.get(it.ourId) ?? 0n) + it.charges);
  }
  const ofKey = new Map<string, bigint>();
  for (const it of here) {
    const key = `${it.userId} ${it.requestKey}`;
    ofKey.set(key, (ofKey.get(key) ?? 0n) + (charges.get(it.id) ?? 0n));
  }
  for (const [key, count] of ofKey) if (count > 1n) found.push(`the key ${key} was charged ${count} times`);
  return found;
}

/** What one side calls paid the other does too, and both of the same amounts; what failed can never be paid any more. */
function bothWays({ there, here }: BothBooks): Found {
  const found: Found = [];
  const byRef = new Map(there.map((it) => [it.ref, it]));
  const ours = new Map(here.filter(({ reference }) => reference).map((it) => [it.reference!, it]));
  for (const it of there) {
    if (it.status === 'processing') found.push(`${it.ref} is still on its way`);
    if (it.status !== 'succeeded') continue;
    const payment = ours.get(it.ref);
    if (payment?.status !== 'paid') found.push(`${it.ref} is paid there, and ${payment?.status ?? 'unknown'} here`);
    if (payment && it.ourId !== payment.id) found.push(`${it.ref} was made for another payment`);
  }
  for (const it of here) {
    if (!['paid', 'failed'].includes(it.status)) found.push(`payment ${it.id} is ${it.status}`);
    const other = it.reference === null ? undefined : byRef.get(it.reference);
    if (it.status === 'failed' && other && !isOver(other))
      found.push(`payment ${it.id} has failed, and can still be paid there: ${other.status}, ${other.sessionStatus}`);
    if (it.status === 'paid' && it.method === 'card') found.push(...differences(it, other));
  }
  return found;
}

function isOver({ status, sessionStatus, sessionPaid }: There): boolean {
  if (sessionStatus === null) return status === 'canceled';
  return sessionStatus === 'expired' ? status === 'canceled' : sessionStatus === 'complete' && sessionPaid === 'unpaid';
}

function differences(it: Here, other: There | undefined): Found {
  if (other?.status !== 'succeeded' || other.charges !== 1n)
    return [`payment ${it.id} is paid here, and ${other?.status} there`];
  const pairs = {
    amount: [it.amount, other.amount],
    refunded: [it.refunded, other.refunded],
    disputed: [it.disputed, other.disputed],
  };
  const found = Object.entries(pairs)
    .filter(([, [ours, theirs]]) => ours !== theirs)
    .map(([what, [ours, theirs]]) => `payment ${it.id}: ${what} ${ours} here, ${theirs} there`);
  return it.currency === other.currency ? found : [...found, `payment ${it.id}: another currency`];
}

/** Exactly one grant for each paid purchase, of what was sold, and none without; and its buyer was told. */
function granted({ here }: BothBooks): Found {
  return here.flatMap((it) => {
    if (!it.purchaseId) return [`payment ${it.id} is for nothing`];
    const isPaid = it.status === 'paid';
    const found: Found = [];
    if (isPaid !== (it.paidAt !== null))
      found.push(`purchase ${it.purchaseId}: paid at ${it.paidAt}, payment ${it.status}`);
    if (it.grants !== (isPaid ? 1n : 0n) || it.grantEntries !== it.grants)
      found.push(`purchase ${it.purchaseId}, ${it.status}: ${it.grants} lots, ${it.grantEntries} entries`);
    if (isPaid && it.granted !== it.credits)
      found.push(`purchase ${it.purchaseId}: ${it.granted} of ${it.credits} credits`);
    if (isPaid && it.amount !== it.total) found.push(`purchase ${it.purchaseId}: costs ${it.total}, paid ${it.amount}`);
    if (isPaid && it.news < 1n) found.push(`purchase ${it.purchaseId}: nobody was told`);
    return found;
  });
}

/** Credits follow the money that went back: as much as floor(credits × gone / paid), taken or owed. */
function followed({ here, there }: BothBooks): Found {
  const byRef = new Map(there.map((it) => [it.ref, it]));
  return here.flatMap((it) => {
    const other = byRef.get(it.reference ?? '');
    const gone = other && it.status === 'paid' ? other.refunded + other.disputed : 0n;
    const most = gone > it.amount ? it.amount : gone;
    const wanted = most === 0n ? 0n : (it.credits * most) / it.amount;
    const found: Found = [];
    if (it.takenBack + it.shortfall !== wanted)
      found.push(
        `purchase ${it.purchaseId}: ${it.takenBack} taken back and ${it.shortfall} short, in place of ${wanted}`,
      );
    if (it.takenByLedger !== it.takenBack)
      found.push(`purchase ${it.purchaseId}: ${it.takenBack} taken back, by the ledger ${it.takenByLedger}`);
    if (it.shortfall > 0n && it.left > 0n)
      found.push(`purchase ${it.purchaseId}: ${it.shortfall} short, and ${it.left} left`);
    if (it.waived > it.shortfall) found.push(`purchase ${it.purchaseId}: more let go than short`);
    return found;
  });
}

/** The lines of what went back are numbered, come to what the payment says, and nothing came back that never did there. */
function linesAddUp({ here, there, lines }: BothBooks): Found {
  const byPayment = Map.groupBy(lines, ({ paymentId }) => paymentId);
  const byRef = new Map(there.map((it) => [it.ref, it]));
  return here.flatMap((it) => {
    const own = byPayment.get(it.id) ?? [];
    const other = byRef.get(it.reference ?? '');
    const sum = (kinds: RegExp) =>
      own.filter(({ kind }) => kinds.test(kind)).reduce((all, { amount }) => all + amount, 0n);
    const isRight =
      own.length === it.reversals &&
      own.every(({ number }, at) => number === at + 1) &&
      sum(/^refund/) === it.refunded &&
      sum(/^dispute/) === it.disputed;
    const found: Found = isRight
      ? []
      : [`payment ${it.id}: its ${own.length} lines do not come to what went back of it`];
    const [failed, won] = [-sum(/^refund_failed/), -sum(/^dispute_ended/)];
    if (failed > (other?.failed ?? 0n)) found.push(`payment ${it.id}: ${failed} failed here, ${other?.failed} there`);
    if (won > (other?.won ?? 0n)) found.push(`payment ${it.id}: ${won} won here, ${other?.won} there`);
    return found;
  });
}

/** What was asked for here was made once or refused, and nothing is still to be done. */
function refundsWereMade(books: BothBooks): Found {
  const { here, there, refundsHere, refundsThere } = books;
  const byKey = Map.groupBy(refundsThere, ({ key }) => key ?? '');
  const refs = new Map(here.map((it) => [it.id, it.reference]));
  const intents = new Map(there.map((it) => [it.ref, it.intent]));
  return refundsHere.flatMap((it) => {
    const made = byKey.get(`refund:${it.id}`) ?? [];
    const found: Found = [];
    if (it.status === 'new') found.push(`refund ${it.id} is still to be done`);
    if (made.length > 1) found.push(`refund ${it.id} was made ${made.length} times`);
    if (made.some(({ amount }) => amount !== it.amount)) found.push(`refund ${it.id} was made of another amount`);
    if (it.lines !== (it.status === 'done' ? 1n : 0n))
      found.push(`refund ${it.id} is ${it.status}, with ${it.lines} lines`);
    if (it.status === 'refused' && made.some(({ counts }) => counts))
      found.push(`refund ${it.id} is refused here, and was made`);
    const intent = intents.get(refs.get(it.paymentId) ?? '');
    if (it.status === 'done' && made.length === 0) found.push(`refund ${it.id} is done, and was never made`);
    return found.map((what) => `${what}. ${storyOf(books, it.paymentId, intent)}`);
  });
}

/** What went back of a payment, as both sides tell it. */
function storyOf(
  { lines, refundsHere, refundsThere }: BothBooks,
  paymentId: string,
  intent: string | undefined,
): string {
  const booked = lines.filter((it) => it.paymentId === paymentId).map((it) => `${it.kind} ${it.amount}`);
  const asked = refundsHere.filter((it) => it.paymentId === paymentId).map((it) => `${it.amount} ${it.status}`);
  const made = refundsThere
    .filter((it) => it.intent === intent)
    .map((it) => `${it.amount}${it.counts ? '' : ' failed'}${it.key ? ' by us' : ''}`);
  return `Booked: ${booked}. Asked for: ${asked}. There: ${made}.`;
}

/** Numbered without gaps, one for each payment and one for each refund, over what it was. */
function receiptsAreWhole({ here, lines, numbers }: BothBooks): Found {
  const { count, highest, counter } = numbers;
  const found: Found =
    count === highest && highest === counter
      ? []
      : [`${count} receipts, the last one is ${highest}, counted ${counter}`];
  for (const it of here) {
    const isPaid = it.status === 'paid';
    if (it.ownReceipts !== (isPaid ? 1n : 0n)) found.push(`payment ${it.id}, ${it.status}: ${it.ownReceipts} receipts`);
    else if (isPaid && it.receiptsTotal !== it.amount)
      found.push(`payment ${it.id}: a receipt over ${it.receiptsTotal}`);
  }
  for (const { paymentId, number, kind, amount, receipts, receiptTotal } of lines) {
    const isMoney = kind.startsWith('refund');
    if (receipts !== (isMoney ? 1n : 0n) || (isMoney && receiptTotal !== -amount))
      found.push(`payment ${paymentId}, ${kind} ${number}: ${receipts} receipts over ${receiptTotal}`);
  }
  return found;
}

/** Nobody is called for nothing, and nobody is left alone with what they have to look at. */
function alertsHaveCauses({ here, there, lines, refundsHere, alerts }: BothBooks): Found {
  const payments = new Map(here.map((it) => [it.id, it]));
  const disputed = new Set(lines.filter(({ kind }) => kind === 'dispute').map(({ paymentId }) => paymentId));
  const refused = new Set(refundsHere.filter(({ status }) => status === 'refused').map(({ paymentId }) => paymentId));
  const undecided = new Set(there.filter((it) => it.undecided > 0n).map(({ ref }) => ref));
  const isShort = (it: Here | undefined) => it !== undefined && it.shortfall > it.waived;
  const found: Found = [];
  for (const { kind, paymentId, resolved, details } of alerts) {
    const payment = payments.get(paymentId ?? '');
    const hasCause =
      (kind === 'shortfall' && (resolved ? (payment?.reversals ?? 0) > 0 : isShort(payment))) ||
      (kind === 'dispute' && disputed.has(paymentId ?? '') && (resolved || payment!.disputed > 0n)) ||
      (kind === 'refund-refused' && refused.has(paymentId ?? '')) ||
      // It did fail, on purpose; at the end it answers again.
      (kind === 'gateway-failing' && resolved);
    if (!hasCause)
      found.push(`an alert without a cause: ${kind} ${resolved ? '' : 'open '}${paymentId} ${JSON.stringify(details)}`);
  }
  const open = new Set(alerts.filter(({ resolved }) => !resolved).map(({ kind, paymentId }) => `${kind} ${paymentId}`));
  for (const it of here) {
    if (isShort(it) && !open.has(`shortfall ${it.id}`)) found.push(`payment ${it.id} is short, and nobody is told`);
    if (undecided.has(it.reference ?? '') && !open.has(`dispute ${it.id}`))
      found.push(`payment ${it.id} is disputed, and nobody is told`);
  }
  return found;
}

/** Who was told "paid" has paid, and who was told "nothing was charged" was not charged. */
function wordsWereKept({ here, there }: BothBooks, told: readonly Told[]): Found {
  const charged = new Set(there.filter(({ charges }) => charges > 0n).map(({ ourId }) => ourId));
  const byKey = new Map(here.map((it) => [`${it.userId} ${it.requestKey}`, it]));
  return told.flatMap(({ key, userId, customerId, pack, paid, failed }) => {
    const it = byKey.get(`${userId} ${key}`);
    const found: Found = [];
    if (paid && it?.status !== 'paid') found.push(`key ${key} was told that it was paid, and is ${it?.status}`);
    if (failed && it && (charged.has(it.id) || it.status === 'paid'))
      found.push(`key ${key} was told that nothing was charged`);
    if (it && (it.credits !== pack.credits || it.total !== pack.priceMinor || it.customerId !== customerId))
      found.push(`key ${key} has bought something else`);
    return found;
  });
}
