// The form library: `placet.forms`, and the older `_iub.cons` with its command queue `_iub.cons_instructions`.
import { attach, sendForm } from './attach';
import { outcomeFor, type Outcome } from './outcome';
import { capture, type Arguments } from './payload';
import { attempt, log, NO_KEY, options, useOptions, whenReady } from './settings';
import { put, sendShelf } from './shelf';
import { load, sendData } from './watch';
import type { FormCallbacks, FormLibrary, FormOptions, Forms } from '../../types/forms';

type Command = (...given: unknown[]) => void;
type Call = (forms: Forms) => void;

/** With such a key everybody who reads the page could read the records. */
const PRIVATE = /^placet_sk/;

/** Where the script came from, if that can be seen. */
let origin: string | undefined;

function init(next: FormOptions, callback?: () => void): void {
  const base_url = next?.base_url || origin;
  if (!(next?.api_key && base_url) || PRIVATE.test(next.api_key)) return log(NO_KEY, '', 'fatal');
  useOptions({ ...next, base_url });
  if (next.sendFromLocalStorageAtLoad !== false) sendShelf();
  attempt(() => callback?.());
}

/** What is written to localStorage counts as done: pages go on to the next page from `success`. */
function submit(args: Arguments, callbacks?: FormCallbacks): Outcome {
  const outcome = outcomeFor(callbacks);
  const text = capture(args)();
  whenReady(() => {
    const { payload } = put(text, outcome, !args?.writeOnLocalStorage) ?? {};
    if (payload) outcome.settle(['success', { id: null, timestamp: payload.timestamp, subject_id: payload.subject?.['id'] ?? null }]);
  });
  return outcome;
}

const later = <Given extends unknown[]>(command: (...given: Given) => void) => (...given: Given) => whenReady(() => command(...given));

const cons = {
  __proto__: null,
  init,
  submit,
  load: later(load),
  sendData: later(sendData),
  sendFromLocalStorage: later(sendShelf),
} as unknown as FormLibrary & Record<string, Command | undefined>;

/** A malformed entry is named and skipped. */
function obey(entry: any): void {
  attempt(() => {
    const [name, ...values] = entry;
    const command = cons[name];
    if (command) command(...values);
    else log('not a command', entry);
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

const forms: Forms = {
  init,
  attach,
  send: sendForm,
  push: (...calls) => calls.forEach((call) => attempt(() => call(forms))),
};

function ownAddress(): URL | undefined {
  const current = document.currentScript as HTMLScriptElement | null;
  const script = current?.src ? current : document.querySelector<HTMLScriptElement>('[src*=iubenda_cons],[src*="sdk/forms"]');
  return script ? new URL(script.src) : undefined;
}

attempt(() => {
  const page = window as any;
  // The widget's script, if it comes later, takes `forms` along.
  const shared: { forms?: Forms | Call[] } = page.placet ??= [];
  const waiting = shared.forms;
  if (waiting && !Array.isArray(waiting)) return; // a second copy does nothing
  const address = ownAddress();
  const api_key = address?.searchParams.get('key');
  origin = address?.origin;
  shared.forms = forms;
  (page._iub ??= {}).cons = cons; // the cookie banner of the same vendor may live in it
  takeQueue(page._iub);
  forms.push(...waiting ?? []);
  attach('[data-placet-form]');
  if (api_key && !options) init({ api_key });
});
