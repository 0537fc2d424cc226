/** Where credits are: the customer's own and held ones are the balance; the others are the location's side of the books. */
export type Account = 'issued' | 'customer' | 'held' | 'spent' | 'expired' | 'taken_back';

/** A kind of move: what its entry is called, and the two accounts between which its credits go. */
export type PostingTemplate = { type: string; from: Account; to: Account };

/** Every kind of move there is; the database's check `credit_entries_template` lets nothing else be written. */
export const POSTING_TEMPLATES: readonly PostingTemplate[] = [
  { type: 'purchase', from: 'issued', to: 'customer' },
  { type: 'plan_allocation', from: 'issued', to: 'customer' },
  { type: 'adjustment', from: 'issued', to: 'customer' },
  { type: 'adjustment', from: 'customer', to: 'issued' },
  { type: 'spend', from: 'customer', to: 'spent' },
  { type: 'spend', from: 'held', to: 'spent' },
  { type: 'spend_reversal', from: 'spent', to: 'customer' },
  { type: 'expiration', from: 'customer', to: 'expired' },
  { type: 'plan_expiration', from: 'customer', to: 'expired' },
  { type: 'take_back', from: 'customer', to: 'taken_back' },
  { type: 'take_back_reversal', from: 'taken_back', to: 'customer' },
  { type: 'hold', from: 'customer', to: 'held' },
  { type: 'hold_release', from: 'held', to: 'customer' },
  { type: 'hold_expiration', from: 'held', to: 'customer' },
  { type: 'freeze', from: 'customer', to: 'customer' },
  { type: 'thaw', from: 'customer', to: 'customer' },
];

/** What a move of `creditsMinor` posts to each account; the postings of a move always sum to zero. */
export function postingsOf(
  template: PostingTemplate,
  creditsMinor: bigint,
): { account: Account; changeMinor: bigint }[] {
  return [
    { account: template.from, changeMinor: -creditsMinor },
    { account: template.to, changeMinor: creditsMinor },
  ];
}

/** What a move changes of the customer's balance, to which held credits belong. */
export function balanceChangeOf(template: PostingTemplate, creditsMinor: bigint): bigint {
  return postingsOf(template, creditsMinor)
    .filter(({ account }) => account === 'customer' || account === 'held')
    .reduce((sum, { changeMinor }) => sum + changeMinor, 0n);
}
