export type Tone = 'good' | 'bad' | 'warn';

/** Something that was sold. An amount of before a discount stands beside the one after it. */
export type DocumentLine = { what: string; detail?: string; list?: string; discount?: string; amount: string };

/**
 * A receipt or an invoice in words: its page and its PDF print the same. Values may have several lines, as addresses do.
 */
export type DocumentText = {
  title: string;
  /** Below the title: which document it stands against. */
  against?: string;
  /** How it stands, in a word or two: paid, void. */
  stamp?: { text: string; tone: Tone };
  /** What makes it no document at all: test money. */
  warning?: string;
  /** Who issued it, and to whom. */
  parties: { term: string; value: string }[];
  facts: { term: string; value: string }[];
  /** What the columns of the lines are called; `list` and `discount` are shown when a line has one. */
  columns: { what: string; list: string; discount: string; amount: string };
  lines: DocumentLine[];
  sums: { term: string; value: string; strong: boolean }[];
  /** Below the sums: how to pay, what it was paid with. */
  notes: string[];
  /** At the foot of each sheet of paper: who issued it, in a line. */
  foot: string;
};
