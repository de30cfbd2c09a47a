// Purpose: the one page at /_sim. Everything a client or guest may have written is set as text, never as markup.

export const ADMIN_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>XenAPI simulator</title>
<style>
  :root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
  body { margin: 1.5rem; max-width: 76rem; }
  h1 { font-size: 1.3rem; margin: 0 0 .2rem; } h2 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #8884; }
  td.number { text-align: right; font-variant-numeric: tabular-nums; } .muted { opacity: .65; }
  .Running { color: #2a8f3c; } .failure, .unreachable { color: #c33; }
  .cards { display: flex; flex-wrap: wrap; gap: .6rem; } .card { border: 1px solid #8886; border-radius: .4rem; padding: .3rem .7rem; }
  #scroll { max-height: 24rem; overflow: auto; }
</style>
</head>
<body>
<h1 id="title">XenAPI simulator</h1>
<p class="muted" id="state">loading …</p>
<div class="cards" id="counts"></div>
<h2>Hosts</h2><table id="hosts"></table>
<h2>Storage</h2><table id="storage"></table>
<h2>Virtual machines</h2><div id="scroll"><table id="vms"></table></div>
<h2>Tasks</h2><table id="tasks"></table>
<h2>Queues</h2><table id="queues"></table>
<h2>Latest calls</h2><table id="calls"></table>
<script>
const gib = (bytes) => (bytes / 2 ** 30).toFixed(1) + ' GiB';
const at = (ms) => new Date(ms).toISOString().slice(11, 23);
function fill(id, heads, rows) {
  const table = document.getElementById(id);
  table.replaceChildren();
  const head = table.insertRow();
  for (const text of heads) head.appendChild(Object.assign(document.createElement('th'), { textContent: text }));
  for (const row of rows) {
    const line = table.insertRow();
    for (const cell of row) {
      const td = line.insertCell();
      td.textContent = String(cell);
      if (typeof cell === 'number') td.className = 'number';
      else if (/^[A-Za-z]+$/.test(String(cell))) td.className = String(cell);
    }
  }
}
async function refresh() {
  try {
    const s = await (await fetch('/_sim/summary')).json();
    document.getElementById('title').textContent = 'XenAPI simulator – ' + s.pool.name;
    document.getElementById('state').textContent =
      'simulated time ' + new Date(s.now).toISOString() + ', latency profile ' + s.pool.profile + ', ' + s.runningTasks + ' calls at work, ' + s.conflictWaiters + ' waiting for a busy object';
    const cards = Object.entries(s.counts).map(([name, count]) => Object.assign(document.createElement('div'), { className: 'card', textContent: name + ': ' + count }));
    document.getElementById('counts').replaceChildren(...cards);
    fill('hosts', ['name', 'address', 'role', 'network', 'VMs', 'free memory'], s.hosts.map((h) => [h.name, h.address, h.isMaster ? 'master' : 'member', h.reachable ? 'reachable' : 'unreachable', h.residentVms, gib(h.freeMemoryBytes)]));
    fill('storage', ['name', 'size', 'used', 'promised', 'disks', 'busy with'], s.storage.map((r) => [r.name, gib(r.sizeBytes), gib(r.usedBytes), gib(r.virtualBytes), r.disks, r.busyWith.join(', ')]));
    fill('vms', ['name', 'kind', 'state', 'host', 'vCPUs', 'memory', 'disks', 'NICs', 'agent', 'busy with'], s.vms.slice(-500).reverse().map((v) => [v.name, v.kind, v.state, v.host, v.vcpus, gib(v.memoryBytes), v.disks, v.nics, v.agent ? 'yes' : 'no', v.busyWith.join(', ')]));
    fill('tasks', ['name', 'status', 'progress', 'error'], s.tasks.reverse().map((t) => [t.name, t.status, Number(t.progress).toFixed(2), t.error.join(' ')]));
    fill('queues', ['queue', 'places', 'held', 'waiting'], s.queues.map((q) => [q.name, q.capacity, q.held, q.waiting]));
    const total = Object.values(s.callsPerMethod).reduce((sum, n) => sum + n, 0);
    const log = await (await fetch('/_sim/log?limit=20000')).json();
    fill('calls', ['at', 'method', 'host', 'took ms', 'outcome', 'task', 'fault'], log.calls.slice(-40).reverse().map((c) => [at(c.start), c.method, c.host, c.end === null ? '…' : (c.end - c.start).toFixed(1), c.outcome, c.taskOutcome ?? '', c.fault ?? '']));
    document.querySelector('h2:last-of-type').textContent = 'Latest calls (' + total + ' in all)';
  } catch (error) {
    document.getElementById('state').textContent = 'no answer: ' + error;
  }
  setTimeout(refresh, 2000);
}
refresh();
</script>
</body>
</html>
`;
