/** More bad hints than this from one sender in one minute are too many. */
const MOST_A_MINUTE = 20;
/** So many senders are told apart; those beyond share one count. */
const MOST_SENDERS = 5_000;
const OTHERS = '';

/** Counts bad hints by sender: an address, a connection, a path. Good ones are never counted and never held up. */
export type BadHints = {
  /** One more bad hint; true when it is one too many for any of its senders. */
  count(now: Date, ...senders: string[]): boolean;
  isTooMany(now: Date, sender: string): boolean;
};

/** In memory, for the minute that is now: what a restart forgets is counted again soon enough. */
export function countBadHints(): BadHints {
  let minute = 0;
  const counts = new Map<string, number>();
  const turn = (now: Date) => {
    const current = Math.floor(now.getTime() / 60_000);
    if (current === minute) return;
    minute = current;
    counts.clear();
  };
  const slotOf = (sender: string) => (counts.has(sender) || counts.size < MOST_SENDERS ? sender : OTHERS);
  return {
    count(now, ...senders) {
      turn(now);
      for (const sender of senders) {
        const slot = slotOf(sender);
        counts.set(slot, (counts.get(slot) ?? 0) + 1);
      }
      return senders.some((sender) => (counts.get(slotOf(sender)) ?? 0) > MOST_A_MINUTE);
    },
    isTooMany(now, sender) {
      turn(now);
      return (counts.get(sender) ?? 0) > MOST_A_MINUTE;
    },
  };
}
