// The card that shows what the server was asked for. The server counts; this page only reads.
import { say } from './words.js';

const SHOWN = 4;
const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'medium' });

function show({ log, ...counts }) {
  for (const node of document.querySelectorAll('[data-count]')) {
    const count = String(counts[node.dataset.count] ?? 0);
    if (node.textContent !== count) node.textContent = count;
  }
  const rows = log.slice(-SHOWN).reverse().map(row);
  const latest = document.getElementById('latest');
  latest.replaceChildren(...rows);
  latest.hidden = rows.length === 0;
}

function row({ at, path }) {
  const item = document.createElement('li');
  const name = document.createElement('bdi');
  name.textContent = path.split('/').pop();
  const when = document.createElement('time');
  when.dateTime = at;
  when.textContent = time.format(new Date(at));
  item.append(name, ' ', when);
  return item;
}

async function refresh() {
  const answer = await fetch('/demo/requests').catch(() => null);
  if (answer?.ok) show(await answer.json());
}

async function clear() {
  await fetch('/demo/requests', { method: 'DELETE' }).catch(() => null);
  await refresh();
  document.getElementById('said').textContent = say('log.cleared', 'Counting from zero.');
}

/** Reads the counters now, and whenever the browser has fetched something from the trackers. */
export function watchRequests() {
  const isTracker = (entry) => new URL(entry.name).pathname.startsWith('/demo/trackers/');
  const fetched = new PerformanceObserver((list) => {
    if (list.getEntries().some(isTracker)) refresh();
  });
  fetched.observe({ type: 'resource', buffered: true });
  document.addEventListener('visibilitychange', () => document.hidden || refresh());
  document.getElementById('log-clear').addEventListener('click', clear);
  refresh();
}
