import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { type Ctx, get, type Route } from '../../platform/http/routes.ts';
import { Button } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { Table } from '../../web/ui/table.tsx';
import { administratorPage } from '../sign-in/frame.tsx';
import type { AtLocation, Guards } from '../sign-in/visit.ts';
import { checkMessages, rowOf } from './check-messages.ts';
import { checkLedger, type LedgerCheck, type LedgerFault } from './verify.ts';

/** So long a page may take; the command takes as long as it needs. */
const PATIENCE_MS = 10_000;
const COMMAND = 'npm run roost -- verify';

/** Settings > Ledger check: whether the location's balances are what their entries give. */
export function checkPages(core: Core, guards: Guards): Route[] {
  return [
    get('/l/:location/settings/ledger-check', guards.administrator('billing'), (visit, c) => showCheck(core, visit, c)),
  ];
}

async function showCheck(core: Core, visit: AtLocation, c: Ctx): Promise<Response> {
  const { locale, slug } = visit.location;
  const text = checkMessages(locale);
  const found = c.req.query('run') === '1' ? await checkLocation(core, visit) : undefined;
  return administratorPage(c, visit, {
    title: text.title,
    current: 'ledger',
    children: (
      <>
        <PageHead eyebrow={text.place} title={text.title} lead={text.lead} />
        {found && <Found visit={visit} {...found} />}
        <Form action={`/l/${slug}/settings/ledger-check`} method="get" fields={{ run: '1' }} replace>
          <FormActions>
            <Button tone={found ? 'secondary' : 'primary'} id="check-now">
              {found ? text.again : text.run}
            </Button>
          </FormActions>
        </Form>
      </>
    ),
  });
}

type Names = Map<string, string>;

async function checkLocation(core: Core, visit: AtLocation): Promise<{ check: LedgerCheck; names: Names }> {
  const until = core.now().getTime() + PATIENCE_MS;
  return core.database.read(visit.organizationId, async (db) => {
    const names = await customerNames(db, visit.location.id);
    const mayGoOn = () => core.now().getTime() < until;
    return { names, check: await checkLedger(db, { customerIds: [...names.keys()], mayGoOn }) };
  });
}

async function customerNames(db: Tx, locationId: string): Promise<Names> {
  const rows = await db.selectFrom('customers').select(['id', 'name']).where('location_id', '=', locationId).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

function Found({ visit, check, names }: { visit: AtLocation; check: LedgerCheck; names: Names }) {
  const { location } = visit;
  const text = checkMessages(location.locale);
  const count = new Intl.NumberFormat(location.locale);
  const isRight = check.faults.length === 0;
  return (
    <>
      <Notice
        tone={isRight ? (check.complete ? 'good' : 'info') : 'bad'}
        role={isRight ? 'status' : 'alert'}
        title={isRight ? text.right : text.wrong({ faults: check.faults.length })}
        id="ledger-verdict"
      >
        <p>{isRight ? text.rightText : text.wrongText}</p>
        {!check.complete && (
          <p>
            {text.partly} <code>{COMMAND}</code>
          </p>
        )}
      </Notice>
      {!isRight && <Faults visit={visit} faults={check.faults} names={names} />}
      <Card>
        <Facts
          items={[
            { term: text.customers, value: count.format(check.customers) },
            { term: text.entries, value: count.format(check.entries) },
            { term: text.sealed, value: count.format(check.sealedEntries) },
            { term: text.seals, value: count.format(check.seals) },
          ]}
        />
        {check.head && (
          <div class="mt-4">
            <p>
              <strong>{text.head}</strong> <code class="break-all">{check.head}</code>
            </p>
            <p class="mt-1">
              {text.headText}{' '}
              <code class="break-all">
                {COMMAND} --expect {check.head.slice(0, 8)}…
              </code>
            </p>
          </div>
        )}
      </Card>
    </>
  );
}

function Faults({ visit, faults, names }: { visit: AtLocation; faults: LedgerFault[]; names: Names }) {
  const { slug, locale } = visit.location;
  const text = checkMessages(locale);
  return (
    <Table
      caption={text.table}
      rows={faults}
      columns={[
        { key: 'what', header: text.what, primary: true, cell: (fault) => text[fault.what] },
        {
          key: 'who',
          header: text.who,
          cell: ({ customerId }) =>
            customerId && <a href={`/l/${slug}/community/customers/${customerId}/credits`}>{names.get(customerId)}</a>,
        },
        { key: 'where', header: text.where, cell: (fault) => <code class="break-all">{rowOf(fault, locale)}</code> },
      ]}
    />
  );
}
