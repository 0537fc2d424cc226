import type { Tx } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { lookingAfter } from './administrators.ts';
import type { Tell } from './elsewhere.ts';
import type { Membership } from './people.ts';

type Company = NonNullable<Membership['company']>;

/** Who may have left which company, at which location. */
export type Leaving = { organizationId: string; locationId: string; company: Company; tell: Tell; now: Date };

/** Until this transaction ends nobody else stops being a manager of the company, so that one of two is the last. */
export async function holdManagers(tx: Tx, company: Company): Promise<void> {
  await tx.selectFrom('companies').select('id').where('id', '=', company.id).forNoKeyUpdate().execute();
}

/** Tells those who look after customers when the manager who just left a company was its last (E18). */
export async function tellIfUnmanaged(tx: Tx, it: Leaving): Promise<void> {
  const { company, organizationId, locationId, now } = it;
  if (company.role !== 'manager' || (await managersLeft(tx, company.id)) > 0) return;
  const { slug } = await tx
    .selectFrom('locations')
    .select('slug')
    .where('id', '=', locationId)
    .executeTakeFirstOrThrow();
  await it.tell(tx, {
    organizationId,
    userIds: await lookingAfter(tx, locationId, 'customers'),
    kind: 'company-without-manager',
    // It can happen again: each time is another piece of news.
    subjectId: newId(now),
    details: { company: company.name },
    href: `/l/${slug}/community/customers/${company.customerId}`,
    now,
  });
}

/** How many active managers a company has. */
export async function managersLeft(db: Tx, companyId: string): Promise<number> {
  const rows = await db
    .selectFrom('memberships')
    .select('id')
    .where('company_id', '=', companyId)
    .where('company_role', '=', 'manager')
    .where('status', '=', 'active')
    .execute();
  return rows.length;
}
