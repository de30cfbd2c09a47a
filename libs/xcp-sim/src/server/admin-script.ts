// Purpose: the script of the page at /_sim: asks the interface every second, shows what it says, sends what is clicked.

export const ADMIN_SCRIPT = String.raw`
const byId = (id) => document.getElementById(id);
const gib = (bytes) => (bytes / 2 ** 30).toFixed(1) + ' GiB';
const at = (ms) => new Date(ms).toISOString().slice(11, 23);
const SHOWN_VMS = 200;
const SHOWN_CALLS = 300;

function say(text) {
  byId('message').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { byId('message').textContent = ''; }, 4000);
}

async function ask(path, method = 'GET', body) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch('/_sim' + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error);
  return value;
}

async function act(text, path, method, body) {
  try {
    await ask(path, method, body);
    say(text);
    await refresh();
  } catch (error) {
    say(String(error.message));
  }
}

const change = (text, body) => () => act(text, '/world', 'POST', body);

function button(text, action) {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
  made.onclick = action;
  return made;
}

// A cell is a text, a number, [text, class] or a list of buttons. Texts never become markup.
function addCell(line, cell) {
  const td = line.insertCell();
  if (Array.isArray(cell) && cell[0] instanceof Node) td.append(...cell);
  else if (Array.isArray(cell)) { td.textContent = cell[0]; td.className = cell[1] ?? ''; }
  else { td.textContent = String(cell); if (typeof cell === 'number') td.className = 'number'; }
}

function fill(id, heads, rows) {
  const table = byId(id);
  table.replaceChildren();
  const head = table.insertRow();
  for (const text of heads) head.appendChild(Object.assign(document.createElement('th'), { textContent: text }));
  for (const row of rows) {
    const line = table.insertRow();
    for (const cell of row) addCell(line, cell);
  }
}

function hostRow(h) {
  const state = !h.powered ? ['off' + (h.live ? ', still counted as live' : ''), 'bad'] : !h.reachable ? ['unreachable', 'bad'] : h.toolstack !== 'up' ? [h.toolstack, 'odd'] : [h.enabled ? 'up' : 'disabled', h.enabled ? 'good' : 'odd'];
  const power = h.powered
    ? button('power failure', change(h.name + ' is off', { change: 'host-down', host: h.index }))
    : button('boot', change(h.name + ' is on', { change: 'host-up', host: h.index }));
  const more = [
    button('cut network 60 s', change(h.name + ' is cut off', { change: 'cut-network', host: h.index, ms: 60000 })),
    button('restart toolstack', change('toolstack restarts', { change: 'restart', host: h.index })),
    ...(h.isMaster ? [] : [button('make master', change(h.name + ' leads', { change: 'master', host: h.index }))]),
  ];
  return [h.name, [h.address, 'mono'], h.isMaster ? 'master' : 'member', state, h.residentVms - 1, gib(h.freeMemoryBytes), [power, ...more]];
}

function storageRow(r) {
  const full = r.full
    ? button('has space again', change(r.name + ' is normal', { change: 'sr-normal', sr: r.uuid }))
    : button('is full', change(r.name + ' is full', { change: 'sr-full', sr: r.uuid }));
  return [r.name, gib(r.sizeBytes), gib(r.usedBytes), gib(r.virtualBytes), r.disks, r.full ? ['full', 'bad'] : r.busyWith.join(', '), [full]];
}

function vmRow(v) {
  const actions = [];
  if (v.kind === 'vm') {
    const other = v.state === 'Running' ? 'Halted' : 'Running';
    actions.push(button(other === 'Running' ? 'start' : 'stop', change(v.name, { change: 'vm-power', vm: v.uuid, state: other })));
    if (v.state === 'Running') actions.push(button('crash', change(v.name + ' crashed', { change: 'vm-crash', vm: v.uuid })));
    actions.push(button('destroy', change(v.name + ' is gone', { change: 'vm-destroy', vm: v.uuid, disks: true })));
  }
  const state = [v.state, v.state === 'Running' ? 'good' : ''];
  return [v.name, v.kind, state, v.host, v.vcpus, gib(v.memoryBytes), v.disks, v.nics, v.agent ? 'yes' : 'no', v.busyWith.join(', '), actions.length > 0 ? actions : ''];
}

function faultRow(f) {
  const { kind, ...details } = f.rule.effect;
  const when = ['object', 'nth', 'count', 'probability'].filter((key) => f.rule[key] !== undefined).map((key) => key + ' ' + f.rule[key]).join(', ');
  const text = Object.entries(details).map(([key, value]) => key + ' ' + value).join(', ');
  return [f.id, [f.rule.method, 'mono'], kind, text, when, f.hits, [button('remove', () => act('removed', '/faults/' + f.id, 'DELETE'))]];
}

function callRow(c) {
  const failed = c.outcome !== 'ok' && c.outcome !== 'pending';
  const outcome = [[c.outcome, ...c.params].join(' '), failed ? 'bad' : ''];
  return [at(c.start), [c.method, 'mono'], c.originator, c.host, c.end === null ? '…' : (c.end - c.start).toFixed(1), outcome, c.taskOutcome ?? '', [c.fault ?? '', 'odd']];
}

let paused = false;

async function refreshCalls() {
  if (paused) return;
  const { calls } = await ask('/log?latest=1&limit=' + SHOWN_CALLS);
  const search = byId('call-filter').search.value;
  const wanted = calls.filter((c) => search === '' || c.method.includes(search) || c.outcome.includes(search));
  fill('calls', ['at', 'method', 'client', 'host', 'took ms', 'outcome', 'task', 'fault'], wanted.toReversed().map(callRow));
}

async function refresh() {
  const search = encodeURIComponent(byId('vm-filter').search.value);
  const s = await ask('/summary?vms=' + SHOWN_VMS + '&search=' + search);
  byId('title').textContent = s.pool.name;
  const ha = s.pool.highAvailability ? ', high availability on' : '';
  byId('state').textContent = 'simulated time ' + new Date(s.now).toISOString() + ', latencies ' + s.pool.profile + ha + ', ' + s.runningTasks + ' calls at work, ' + s.conflictWaiters + ' waiting for a busy object';
  const cards = Object.entries({ ...s.counts, ...s.virtualMachines }).map(([name, count]) => Object.assign(document.createElement('div'), { className: 'card', textContent: name + ' ' + count }));
  byId('counts').replaceChildren(...cards);
  fill('hosts', ['name', 'address', 'role', 'state', 'VMs', 'free memory', ''], s.hosts.map(hostRow));
  fill('storage', ['name', 'size', 'used', 'promised', 'disks', 'state', ''], s.storage.map(storageRow));
  byId('vms-shown').textContent = s.vms.length + ' shown';
  fill('vms', ['name', 'kind', 'state', 'host', 'vCPUs', 'memory', 'disks', 'NICs', 'agent', 'busy with', ''], s.vms.toReversed().map(vmRow));
  fill('tasks', ['name', 'status', 'progress', 'error'], s.tasks.toReversed().map((t) => [t.name, [t.status, t.status === 'failure' ? 'bad' : ''], Number(t.progress).toFixed(2), t.error.join(' ')]));
  fill('queues', ['queue', 'places', 'held', 'waiting'], s.queues.filter((q) => q.held + q.waiting > 0).map((q) => [q.name, q.capacity, q.held, q.waiting]));
  fill('faults', ['no.', 'method', 'effect', '', 'when', 'hits', ''], s.faults.map(faultRow));
  byId('calls-total').textContent = Object.values(s.callsPerMethod).reduce((sum, n) => sum + n, 0) + ' calls in all';
}

// The page must not take a button away from under the pointer.
const busy = () => document.querySelector('button:active') !== null;

async function loop() {
  try {
    if (!busy()) { await refresh(); await refreshCalls(); }
  } catch (error) {
    byId('state').textContent = 'no answer: ' + error.message;
  }
  setTimeout(loop, 1000);
}

function effectOf(form) {
  const [kind, detail] = form.effect.value.split(':');
  const ms = Number(form.ms.value);
  const failure = { code: form.code.value, params: form.params.value === '' ? [] : form.params.value.split(',').map((text) => text.trim()) };
  if (kind === 'error' || kind === 'fail-late') return { kind, ...failure };
  if (kind === 'slow' || kind === 'trickle-answer') return { kind, ms };
  if (kind === 'damage') return { kind, damage: detail };
  if (kind === 'guest') return { kind, fault: detail, ms };
  return detail === undefined ? { kind } : { kind, fault: detail };
}

byId('fault').onsubmit = (event) => {
  event.preventDefault();
  const form = event.target;
  // A form has a property of this name already.
  const rule = { method: form.elements.namedItem('method').value, effect: effectOf(form) };
  for (const name of ['nth', 'count', 'probability']) if (form[name].value !== '') rule[name] = Number(form[name].value);
  if (form.object.value !== '') rule.object = form.object.value;
  act('fault added', '/faults', 'POST', rule);
};
byId('clear-faults').onclick = () => act('no faults any more', '/faults', 'DELETE');
byId('clock').onsubmit = (event) => {
  event.preventDefault();
  act('time runs ' + event.target.speed.value + ' times as fast', '/clock', 'POST', { speed: Number(event.target.speed.value) });
};
byId('drop-sessions').onclick = change('no session is valid any more', { change: 'drop-sessions' });
byId('unreachable').onclick = change('nobody answers for 60 s', { change: 'unreachable', ms: 60000 });
byId('pause').onclick = (event) => { paused = !paused; event.target.textContent = paused ? 'go on' : 'pause'; };
for (const id of ['vm-filter', 'call-filter']) byId(id).onsubmit = (event) => event.preventDefault();

ask('/clock').then((clock) => { byId('clock').speed.value = clock.speed ?? ''; });
ask('/catalogue').then(({ methods }) => byId('methods').append(...methods.map((value) => Object.assign(document.createElement('option'), { value }))));
loop();
`;
