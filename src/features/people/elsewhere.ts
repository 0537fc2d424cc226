import type { RawBuilder, SqlBool } from 'kysely';
import type { Tx } from '../../platform/database/database.ts';
import type { StandingChanged } from './standing.ts';

/** What there is to tell somebody about people and companies. */
export type PeopleNews = {
  organizationId: string;
  userIds: readonly string[];
  subjectId: string;
  href: string;
  now: Date;
} & (
  | { kind: 'company-without-manager'; details: { company: string } }
  | { kind: 'company-invitation'; details: { company: string; by: string } }
);

/** Puts something into people's list of news, in the transaction that caused it. */
export type Tell = (tx: Tx, it: PeopleNews) => Promise<void>;

/** Credits (in hundredths) by customer; whoever owns the ledger answers it. */
export type Balances = (db: Tx, customerIds: string[]) => Promise<Map<string, bigint>>;

/** What features of higher ranks do and know when people come and go; plugged in where everything is. */
export type Elsewhere = {
  standingChanged: StandingChanged;
  tell: Tell;
  balancesOf?: Balances;
  /** Names of the plans that customers have or are about to have, by customer. */
  plansOf?: (db: Tx, customerIds: string[]) => Promise<Map<string, string>>;
  /** Whether the customer of a row, whose id `customer` is in SQL, has a plan at `now`. */
  hasPlan?: (customer: RawBuilder<unknown>, now: Date) => RawBuilder<SqlBool>;
};
