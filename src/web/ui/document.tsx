import type { Child } from 'hono/jsx';
import type { DocumentText } from '../paper/document-text.ts';
import { Card } from './card.tsx';
import { DocumentLogo, type DocumentLogoProps } from './document-logo.tsx';
import { Facts } from './facts.tsx';
import { type Column, Table } from './table.tsx';

type Props = {
  id: string;
  it: DocumentText;
  logo?: DocumentLogoProps;
  /** What can be done with a line, by its index; the words name the column for those who hear it. */
  action?: { header: string; of: (index: number) => Child };
};

/** A receipt or an invoice as a page shows it: what its PDF says, in the same words. */
export function DocumentCard({ id, it, logo, action }: Props) {
  return (
    <Card id={id} class="document">
      {logo && <DocumentLogo {...logo} />}
      <Facts
        layout="pairs"
        items={[...it.parties, ...it.facts].map(({ term, value }) => ({ term, value: <Lines text={value} /> }))}
      />
      <DocumentLines it={it} action={action} />
      <Facts items={it.sums} />
      {it.notes.map((note) => (
        <p class="document-note">{note}</p>
      ))}
    </Card>
  );
}

function DocumentLines({ it, action }: Pick<Props, 'it' | 'action'>) {
  type Line = DocumentText['lines'][number];
  const { columns, lines } = it;
  const column = (key: 'list' | 'discount'): Column<Line>[] =>
    lines.some((line) => line[key] !== undefined)
      ? [{ key, header: columns[key], align: 'end', cell: (line) => line[key] ?? null }]
      : [];
  return (
    <Table
      caption={columns.what}
      hideCaption
      rows={lines}
      columns={[
        {
          key: 'what',
          header: columns.what,
          primary: true,
          cell: ({ what, detail }) => (
            <>
              {what}
              {detail && <span class="block text-sm font-normal text-muted">{detail}</span>}
            </>
          ),
        },
        ...column('list'),
        ...column('discount'),
        { key: 'amount', header: columns.amount, align: 'end', cell: ({ amount }) => amount },
        ...(action ? [actionColumn(action, lines)] : []),
      ]}
    />
  );
}

function actionColumn<Line>({ header, of }: NonNullable<Props['action']>, lines: Line[]): Column<Line> {
  return { key: 'action', header, hideHeader: true, cell: (line) => of(lines.indexOf(line)) };
}

/** An address keeps its lines. */
function Lines({ text }: { text: string }) {
  return <span class="whitespace-pre-line">{text}</span>;
}
