import type pg from 'pg';

/** Ids are digits and letters at random, and pass for a card number now and then. */
const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** Digits in a row, or in groups as they stand on cards, with nothing of a word around them. */
const NUMBERS =
  /(?<![0-9A-Za-z_])(?:\d{13,19}|\d{4}([ .-])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ .-])\d{6}\2\d{4,5})(?![0-9A-Za-z_])/g;
/** The networks of cards; times in milliseconds begin with 1, and amounts at their limits with 9. */
const NETWORKS = /^(?:2[2-7]|[3-6])/;

/** The card numbers in a text: 13 to 19 digits, separated or not, whose last one is right. */
export function cardNumbersIn(text: string): string[] {
  return [...text.replaceAll(IDS, ' ').matchAll(NUMBERS)]
    .map(([number]) => number.replaceAll(/\D/g, ''))
    .filter((digits) => NETWORKS.test(digits) && isRight(digits));
}

/** By Luhn: from the right every second digit counts twice, and the sum of all digits ends in 0. */
function isRight(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

const KEYS = /\b(?:(?:rk|sk)_(?:live|test)_\w{10,}|whsec_[\w-]{10,}|(?:live|test)_[A-Za-z0-9]{30,})/g;

/** The keys of gateways in a text, and the secrets that sign their hints. */
export function gatewaySecretsIn(text: string): string[] {
  return [...text.matchAll(KEYS)].map(([key]) => key);
}

/**
 * What nobody may keep, in every column of every row of a database that is not needed any more: afterwards its rows are
 * open to the owner of the tables. The test gateway keeps its own secrets in its own tables, as any gateway does.
 */
export async function leaksIn(owner: Pick<pg.Client, 'query'>): Promise<string[]> {
  const { rows: tables } = await owner.query<{ name: string; forced: boolean }>(
    `select format('%I.%I', n.nspname, c.relname) as name, c.relforcerowsecurity as forced
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  const forced = tables.filter((table) => table.forced);
  await owner.query(forced.map(({ name }) => `alter table ${name} no force row level security;`).join('\n'));
  const suspicious = `'[2-9]([ .-]?[0-9]){12}|[rs]k_(live|test)_|whsec_|(live|test)_[A-Za-z0-9]{30}'`;
  const { rows } = await owner.query<{ name: string; row: string }>(
    tables
      .map(({ name }) => `select '${name}' as name, t::text as row from ${name} t where t::text ~ ${suspicious}`)
      .join('\nunion all\n'),
  );
  return rows.flatMap(({ name, row }) => {
    const kept = name.startsWith('public.simulator_') ? [] : gatewaySecretsIn(row);
    return [...cardNumbersIn(row), ...kept].map((found) => `${name}: ${found.slice(0, 6)}…${found.slice(-4)}`);
  });
}
