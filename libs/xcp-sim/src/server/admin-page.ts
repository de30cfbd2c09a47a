// Purpose: the one page at /_sim. Everything a client or guest may have written is set as text, never as markup.
import { ADMIN_SCRIPT } from './admin-script.js';

const STYLE = `
  :root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; --line: #8883; --soft: #8882; }
  body { margin: 0 auto; max-width: 82rem; padding: 1rem 1.5rem 4rem; }
  header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .4rem 1rem; }
  h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.02rem; margin: 1.8rem 0 .4rem; }
  table { border-collapse: collapse; width: 100%; }
  th { text-align: left; font-weight: 600; opacity: .7; }
  th, td { padding: .22rem .6rem .22rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
  td.number { font-variant-numeric: tabular-nums; }
  td.mono { font: 12px/1.5 ui-monospace, monospace; }
  .scroll { max-height: 26rem; overflow: auto; }
  .muted { opacity: .65; } .good { color: #2a8f3c; } .bad { color: #d2322d; } .odd { color: #b8860b; }
  .cards { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0; }
  .card { background: var(--soft); border-radius: .4rem; padding: .15rem .6rem; }
  nav { position: sticky; top: 0; background: Canvas; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  nav a { margin-right: 1rem; color: inherit; }
  button, input, select { font: inherit; padding: .12rem .5rem; }
  td button { font-size: 12px; margin-right: .25rem; }
  form { display: flex; flex-wrap: wrap; gap: .5rem .8rem; align-items: end; padding: .4rem 0; }
  label { display: flex; flex-direction: column; font-size: 12px; gap: .1rem; }
  #message { position: fixed; right: 1rem; bottom: 1rem; padding: .5rem .9rem; border-radius: .4rem; background: #333; color: #fff; }
  #message:empty { display: none; }
`;

const EFFECTS = [
  ['error', 'error (code, params)'],
  ['fail-late', 'error after the effect (code, params)'],
  ['lose-answer', 'effect, but the answer is lost'],
  ['lose-request', 'request lost, no effect'],
  ['slow', 'slower by ms'],
  ['hang', 'never answers'],
  ['http-500', 'HTTP 500 page'],
  ['truncate-answer', 'answer cut in the middle'],
  ['trickle-answer', 'answer drips over ms'],
  ['expire-session', 'session ends'],
  ['task:stuck', 'task stays pending'],
  ['task:vanishes', 'task vanishes'],
  ['task:empty-result', 'task without result'],
  ['task:ignores-cancel', 'task cannot be cancelled'],
  ['guest:crashes', 'guest crashes after ms'],
  ['guest:no-agent', 'guest without agent'],
  ['guest:late-agent', 'agent late by ms'],
  ['damage:dangling-refs', 'records refer to nothing'],
  ['damage:wrong-counts', 'event counts wrong'],
  ['damage:missing-deletions', 'deletions left out of events'],
  ['damage:reversed-events', 'events reversed'],
  ['damage:bad-token', 'event token nonsense'],
] as const;

const OPTIONS = EFFECTS.map(([value, text]) => `<option value="${value}">${text}</option>`).join('');

export const ADMIN_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>XenAPI simulator</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1 id="title">XenAPI simulator</h1><span class="muted" id="state">loading …</span></header>
<nav><a href="#hosts-head">Hosts</a><a href="#storage-head">Storage</a><a href="#vms-head">VMs</a><a href="#tasks-head">Tasks</a><a href="#faults-head">Faults</a><a href="#calls-head">Calls</a></nav>
<div class="cards" id="counts"></div>
<form id="clock">
  <label>speed of time <input name="speed" type="number" min="0.01" max="10000" step="any" size="6"></label>
  <button>set</button>
  <button type="button" id="drop-sessions">end all sessions</button>
  <button type="button" id="unreachable">pool unreachable for 60 s</button>
</form>
<h2 id="hosts-head">Hosts</h2><table id="hosts"></table>
<h2 id="storage-head">Storage</h2><table id="storage"></table>
<h2 id="vms-head">Virtual machines</h2>
<form id="vm-filter"><label>name, UUID or state contains <input name="search" type="search"></label><span class="muted" id="vms-shown"></span></form>
<div class="scroll"><table id="vms"></table></div>
<h2 id="tasks-head">Tasks</h2><table id="tasks"></table>
<h2>Queues</h2><table id="queues"></table>
<h2 id="faults-head">Faults</h2>
<form id="fault">
  <label>method (* = all) <input name="method" list="methods" required value="VM.start"></label><datalist id="methods"></datalist>
  <label>effect <select name="effect">${OPTIONS}</select></label>
  <label>code <input name="code" value="TOO_BUSY"></label>
  <label>params, by commas <input name="params"></label>
  <label>ms <input name="ms" type="number" min="0" value="5000" size="7"></label>
  <label>object (ref, UUID, host) <input name="object"></label>
  <label>from the n-th <input name="nth" type="number" min="1" size="4"></label>
  <label>times <input name="count" type="number" min="1" value="1" size="4"></label>
  <label>chance 0–1 <input name="probability" type="number" min="0" max="1" step="any" size="5"></label>
  <button>add</button> <button type="button" id="clear-faults">remove all</button>
</form>
<table id="faults"></table>
<h2 id="calls-head">Calls</h2>
<form id="call-filter"><label>method or outcome contains <input name="search" type="search"></label>
<button type="button" id="pause">pause</button><span class="muted" id="calls-total"></span></form>
<div class="scroll"><table id="calls"></table></div>
<div id="message" role="status"></div>
<script>${ADMIN_SCRIPT}</script>
</body>
</html>
`;
