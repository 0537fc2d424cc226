import type { Child } from 'hono/jsx';

export type BalanceProps = {
  /** "Your balance", or whose it is. */
  label: string;
  /** The number alone, formatted. */
  amount: string;
  /** The word after it: `credits`. */
  unit: string;
  /** What expires next, what is held. */
  detail?: Child;
  action?: Child;
};

/** The balance, first and big. */
export function Balance(props: BalanceProps) {
  return (
    <section class="balance" aria-labelledby="balance-label">
      <div class="balance-top">
        <div class="balance-figure">
          <h2 class="balance-label" id="balance-label">
            {props.label}
          </h2>
          <p class="balance-line">
            <span class="balance-amount" data-testid="balance">
              {props.amount}
            </span>{' '}
            <span class="balance-unit">{props.unit}</span>
          </p>
        </div>
        <Clutch />
      </div>
      {props.detail && <div class="balance-detail">{props.detail}</div>}
      {props.action && <div class="balance-action">{props.action}</div>}
    </section>
  );
}

/** Three eggs on a perch; gives way when the figure needs the room. */
function Clutch() {
  return (
    <svg
      class="balance-clutch"
      viewBox="0 0 150 84"
      preserveAspectRatio="xMaxYMax meet"
      aria-hidden="true"
      focusable="false"
    >
      <path class="balance-shade" d="M34 24c10 0 17.5 14.5 17.5 28a17.5 17.5 0 0 1-35 0C16.5 38.5 24 24 34 24z" />
      <path class="balance-egg" d="M74 35c8 0 14 11 14 20.5a14 14 0 0 1-28 0C60 46 66 35 74 35z" />
      <path class="balance-shade" d="M116 14c11.5 0 20.5 18 20.5 35a20.5 20.5 0 0 1-41 0c0-17 9-35 20.5-35z" />
      <path class="balance-perch" d="M6 73.5h138" />
    </svg>
  );
}
