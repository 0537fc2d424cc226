// biome-ignore-all lint/a11y/noRedundantRoles: browsers drop a table's roles when CSS turns its rows into blocks.
import type { Child } from 'hono/jsx';
import { classes } from './classes.ts';

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => Child;
  /** Numbers stand at the end. */
  align?: 'start' | 'end';
  /** Names the row: becomes its header, and its title on a phone. */
  primary?: boolean;
  /** The heading is there for assistive technology only (a column of menus). */
  hideHeader?: boolean;
};

export type TableProps<Row> = {
  caption: string;
  hideCaption?: boolean;
  columns: Column<Row>[];
  rows: Row[];
  rowId?: (row: Row) => string;
  /** Last row: a total. One cell per column, `null` for an empty one. */
  total?: Child[];
  /** Shown in place of rows when there are none. */
  empty?: Child;
};

/** A table; on a phone each row becomes a small card of named values and stays a table row to assistive technology. */
export function Table<Row>(props: TableProps<Row>) {
  if (props.rows.length === 0 && props.empty) return <>{props.empty}</>;
  return (
    <div class="table-frame">
      <table class="table" role="table">
        <caption class={props.hideCaption ? 'sr-only' : 'table-caption'}>{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {props.columns.map((column) => (
              <th scope="col" role="columnheader" class={alignment(column)}>
                <span class={column.hideHeader ? 'sr-only' : undefined}>{column.header}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {props.rows.map((row) => (
            <tr role="row" id={props.rowId?.(row)}>
              {props.columns.map((column) => (
                <Cell column={column} content={column.cell(row)} />
              ))}
            </tr>
          ))}
        </tbody>
        {props.total && (
          <tfoot role="rowgroup">
            <tr role="row">
              {props.columns.map((column, index) => (
                <Cell column={column} content={props.total?.[index]} />
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Cell<Row>({ column, content }: { column: Column<Row>; content: Child }) {
  const label = !column.primary && !column.hideHeader && (
    <span class="cell-label" aria-hidden="true">
      {column.header}
    </span>
  );
  const value = <span class="cell-value">{content}</span>;
  if (column.primary) {
    return (
      <th scope="row" role="rowheader" class={classes('cell-primary', alignment(column))}>
        {value}
      </th>
    );
  }
  const empty = content === null || content === undefined || content === '';
  return (
    <td role="cell" class={classes(alignment(column), column.hideHeader && 'cell-bare', empty && 'cell-empty')}>
      {label}
      {value}
    </td>
  );
}

function alignment<Row>(column: Column<Row>): string | undefined {
  return column.align === 'end' ? 'cell-end' : undefined;
}
