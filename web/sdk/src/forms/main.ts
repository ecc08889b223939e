// The form library: `_iub.cons` and the command queue `_iub.cons_instructions`.
import { Outcome, type Callbacks } from './outcome';
import { payloadOf, type Arguments } from './payload';
import { cameFrom } from './post';
import { attempt, log, options, useOptions, type Options } from './settings';
import { put, sendShelf } from './shelf';
import { load, sendData, sendNow } from './watch';

type Command = (...values: any[]) => unknown;

const early: (() => void)[] = [];

/** Runs once `init` has said whose consents these are. */
function whenReady(action: () => void): void {
  if (options) attempt(action);
  else early.push(action);
}

/** A second one replaces the options and keeps what waits. */
function init(next?: Options, callback?: () => void): void {
  if (!next?.api_key) return log('error', 'init needs an api_key');
  const isFirst = !options;
  useOptions(next);
  early.splice(0).forEach(attempt);
  if (isFirst && next.sendFromLocalStorageAtLoad !== false) sendShelf();
  if (callback) attempt(callback);
}

/** What is written to localStorage counts as done: pages go on to the next page from `success`. */
function submit(args: Arguments = {}, callbacks?: Callbacks): Outcome {
  const outcome = new Outcome(callbacks);
  const payload = attempt(() => payloadOf(args));
  if (payload) whenReady(() => {
    if (!args.writeOnLocalStorage || !put(payload, new Outcome())) return sendNow(payload, outcome);
    setTimeout(() => outcome.settle('success', { id: null, timestamp: payload.timestamp, subject_id: payload.subject?.['id'] ?? null }));
  });
  return outcome;
}

const cons: Record<string, Command> = {
  init,
  submit,
  load: (args: Arguments = {}, callbacks?: Callbacks) => whenReady(() => load(args, callbacks)),
  sendData: (form?: unknown) => whenReady(() => sendData(form)),
  sendFromLocalStorage: () => whenReady(sendShelf),
};

/** A malformed entry is named and skipped. */
function obey(entry: any): void {
  attempt(() => {
    const [name, ...values] = entry;
    const command = new Map(Object.entries(cons)).get(name);
    if (command) command(...values);
    else log('error', 'unknown command', entry);
  });
}

/** Stays an array: single-page applications look through it for an earlier `init`. */
function takeQueue(page: { cons_instructions?: unknown }): void {
  const queue: unknown[] = Array.isArray(page.cons_instructions) ? page.cons_instructions : page.cons_instructions = [];
  [...queue].forEach(obey);
  queue.push = (...entries) => {
    const length = Array.prototype.push.apply(queue, entries);
    entries.forEach(obey);
    return length;
  };
}

function ownOrigin(): string {
  const current = document.currentScript;
  const script = current instanceof HTMLScriptElement && current.src
    ? current
    : document.querySelector<HTMLScriptElement>('script[src*="iubenda_cons.js"],script[src*="/sdk/forms.js"]');
  return script ? new URL(script.src).origin : '';
}

attempt(() => {
  const mark = Symbol.for('placet-forms');
  const page = window as unknown as { [mark]?: true; _iub?: { cons?: unknown; cons_instructions?: unknown } };
  if (page[mark]) return; // a second copy does nothing
  page[mark] = true;
  cameFrom(ownOrigin());
  const shared = page._iub ??= {}; // the cookie banner of the same vendor may live in it
  shared.cons = cons;
  takeQueue(shared);
});
