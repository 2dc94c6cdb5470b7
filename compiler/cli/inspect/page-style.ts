/** How the page looks. */
export const pageStyle = `
:root { --ink: #23231f; --soft: #75756c; --rule: #deded8; --paper: #fbfbf9 }
* { box-sizing: border-box }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; color: var(--ink); background: var(--paper);
  font: 13px/1.45 system-ui, sans-serif }
header { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; padding: 10px 16px;
  border-bottom: 1px solid var(--rule) }
h1 { font-size: 17px; margin: 0 }
header span { color: var(--soft) }
main { flex: 1; min-height: 0; display: grid; grid-template: minmax(0, 1fr) / 1.1fr 1.1fr 0.7fr 1.3fr }
section { min-width: 0; min-height: 0; display: flex; flex-direction: column; border-right: 1px solid var(--rule) }
section > div { overflow: auto; flex: 1; padding: 0 10px 40px }
h2 { font-size: 13px; margin: 0; padding: 8px 12px; border-bottom: 1px solid var(--rule) }
h3 { font-size: 12px; margin: 14px 0 4px } h3 small { font-weight: normal; color: var(--soft) }
code, pre { font: 11.5px/1.5 ui-monospace, monospace; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
.line { display: block; width: 100%; text-align: left; padding: 1px 6px; border: 0; border-left: 3px solid transparent;
  background: none; color: inherit; cursor: default }
.line[style] { border-left-color: hsl(var(--hue) 55% 60%); cursor: pointer }
.line i { display: block; color: var(--soft); font-size: 11px }
.kernel { padding: 5px 8px; margin: 3px 0; border-radius: 0 4px 4px 0; background: hsl(var(--hue) 60% 96%) }
.kernel b { display: block; font: 600 12px ui-monospace, monospace } .kernel span { color: var(--soft) }
.kernel em { display: block; font-style: normal; color: var(--soft); font-size: 11px }
.line:focus-visible { outline: 2px solid #3b6fd4 }
button { font: inherit }
main.chosen .line, main.chosen pre { opacity: 0.4 }
main.chosen .line.on { opacity: 1; background: hsl(var(--hue) 75% 90%) }
details { border-top: 1px solid var(--rule); padding: 6px 16px; max-height: 45vh; overflow: auto }
details pre { white-space: pre }
@media (max-width: 900px) { body { height: auto } main { display: block } section > div { max-height: 60vh } }
`;
