import { expect, test } from 'vitest';
import { balanceChangeOf, POSTING_TEMPLATES, postingsOf } from './posting-templates.ts';

test('every kind of move takes from one account what it gives to another', () => {
  for (const template of POSTING_TEMPLATES) {
    expect(postingsOf(template, 700n)).toEqual([
      { account: template.from, changeMinor: -700n },
      { account: template.to, changeMinor: 700n },
    ]);
  }
});

test('the balance holds what is the customer’s own, held or not', () => {
  const changes = POSTING_TEMPLATES.map((it) => `${it.type} ${it.from} ${it.to} ${balanceChangeOf(it, 700n)}`);
  expect(changes).toEqual([
    'purchase issued customer 700',
    'plan_allocation issued customer 700',
    'adjustment issued customer 700',
    'adjustment customer issued -700',
    'spend customer spent -700',
    'spend held spent -700',
    'spend_reversal spent customer 700',
    'expiration customer expired -700',
    'plan_expiration customer expired -700',
    'take_back customer taken_back -700',
    'take_back_reversal taken_back customer 700',
    'hold customer held 0',
    'hold_release held customer 0',
    'hold_expiration held customer 0',
    'freeze customer customer 0',
    'thaw customer customer 0',
  ]);
});
