/** The dashboard of the test gateway, on top of the look of its other pages. */
export const dashboardStyles = `
.wide > header, .wide > main { max-width: 960px; }
.tabs { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 12px; font-size: 16px; }
.tabs a { text-decoration: none; }
.tabs a[aria-current] { font-weight: 600; box-shadow: inset 0 -2px var(--accent); }
.told, .restless { margin: 16px 0; padding: 10px 14px; border-left: 4px solid var(--accent); background: var(--ground); }
.rows { display: grid; margin-top: 20px; padding: 0; list-style: none; border-top: 1px solid var(--line); }
.rows > li { border-bottom: 1px solid var(--line); }
.row { display: grid; gap: 2px 16px; grid-template-columns: 1fr auto; padding: 12px 0; line-height: 1.5; color: inherit;
  text-decoration: none; }
.row:hover strong { color: var(--accent); text-decoration: underline; }
.row .also { color: var(--quiet); font-size: 14px; }
.row .end { text-align: right; }
.facts { display: grid; grid-template-columns: minmax(96px, max-content) 1fr; gap: 6px 20px; margin-top: 20px; font-size: 14px; }
.facts dt { color: var(--quiet); }
.facts dd { overflow-wrap: anywhere; }
.facts a { display: inline; line-height: inherit; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
.buttons button { width: auto; }
.ask { display: grid; gap: 12px; margin-top: 16px; grid-template-columns: 1fr; align-items: end; }
.item { padding: 14px 0; }
.item .what { margin: 0; }
.mono { overflow-wrap: anywhere; font-size: 14px; color: var(--quiet); }
.notes { padding: 0; list-style: none; font-size: 14px; color: var(--quiet); overflow-wrap: anywhere; }
.faults { display: grid; gap: 0 32px; }
.fault { display: grid; grid-template-columns: 1fr 80px 12px; gap: 8px; align-items: center; padding: 6px 0;
  border-bottom: 1px solid var(--line); font-size: 15px; }
.fault input { text-align: right; }
.pager { display: flex; gap: 24px; margin-top: 12px; }
fieldset { min-width: 0; padding: 24px 0 0; border: 0; }
legend { float: left; width: 100%; margin-bottom: 4px; padding: 0; font-weight: 600; }
legend + * { clear: both; }
.faults + .buttons { margin-top: 24px; }
@media (min-width: 640px) {
  .wide > main { padding: 32px 36px 40px; }
  .ask { grid-template-columns: minmax(0, 280px) max-content; }
  .ask button { width: auto; min-width: 120px; }
  .faults { grid-template-columns: 1fr 1fr; }
}
`;
