/** The look of the test gateway: graph paper and a dashed frame, so that it is nobody's brand. Served as a file. */
export const styles = `
:root {
  color-scheme: light dark;
  --ground: #f4f2ec; --sheet: #fffefb; --ink: #22262b; --quiet: #5b6168; --line: #cfcabd; --field: #8a8578;
  --accent: #6b3fa0; --on-accent: #ffffff; --wrong: #a3202b; --wrong-ground: #fbeceb; --grid: #e9e5da;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17191c; --sheet: #1f2226; --ink: #eceae4; --quiet: #a6a9ad; --line: #3b4046; --field: #7c8188;
    --accent: #c9a6f5; --on-accent: #221333; --wrong: #ffb0ab; --wrong-ground: #3a2022; --grid: #1d2024;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  min-height: 100vh; padding: 0 16px 48px; color: var(--ink); background: var(--ground);
  background-image: linear-gradient(var(--grid) 1px, transparent 1px), linear-gradient(90deg, var(--grid) 1px, transparent 1px);
  background-size: 24px 24px; font: 16px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
header, main { max-width: 448px; margin: 0 auto; }
header { padding: 24px 0 16px; font-size: 14px; color: var(--quiet); }
header strong {
  display: inline-block; margin-right: 8px; padding: 2px 8px; border: 1.5px dashed var(--accent); color: var(--accent);
}
main { padding: 24px 20px 28px; background: var(--sheet); border: 1.5px dashed var(--line); border-radius: 4px; }
h1 { font-size: 32px; line-height: 1.2; font-weight: 600; overflow-wrap: anywhere; }
h2 { margin-top: 32px; font-size: 16px; }
.what { margin-top: 6px; color: var(--quiet); overflow-wrap: anywhere; }
.hint { margin: 2px 0 12px; font-size: 14px; color: var(--quiet); }
.problem {
  margin-top: 20px; padding: 12px 14px; color: var(--wrong); background: var(--wrong-ground); border-left: 4px solid;
}
.card { display: grid; grid-template-columns: 1fr 1fr; gap: 16px 12px; margin-top: 24px; }
.card > * { grid-column: 1 / -1; }
.card > .half { grid-column: auto; }
label { display: grid; align-content: end; gap: 4px; font-size: 14px; }
input, button {
  width: 100%; min-height: 48px; padding: 8px 12px; font: inherit; font-size: 16px; color: inherit; border-radius: 4px;
  border: 1px solid var(--field); background: transparent;
}
input[aria-invalid] { border: 2px solid var(--wrong); }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
.primary { font-weight: 600; color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.primary:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.back { margin-top: 16px; text-align: center; }
a { display: inline-block; min-height: 44px; line-height: 44px; color: var(--accent); }
.cards { display: grid; gap: 8px; }
.cards button { display: grid; text-align: left; line-height: 1.35; }
.number { letter-spacing: 0.02em; }
.effect { font-size: 14px; color: var(--quiet); }
`;
