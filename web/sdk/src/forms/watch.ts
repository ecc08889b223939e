// `load` and `sendData`: forms the page asked us to watch.
import { ask, attributeOf, find } from './form';
import { outcomeFor } from './outcome';
import { capture, captureLater, formOf, type Arguments } from './payload';
import { attempt, catchUp } from './settings';
import { put, takeBack } from './shelf';
import type { FormCallbacks } from '../../types/forms';

interface Watched {
  readonly form: Element | null;
  readonly args: Arguments;
  readonly callbacks: FormCallbacks | undefined;
  /** Not yet captured by `sendData`. */
  pending: boolean;
  /** What its button has put down. */
  readonly caught: ReturnType<typeof put>[];
  stop(): void;
}

let watched: Watched[] = [];

const keep = ({ args, callbacks }: Watched, text = capture(args)()) => put(text, outcomeFor(callbacks));

/** Listens to the button and to the form itself, and captures each submission once. */
function listen(one: Watched, button: Element): () => void {
  const { form, args, caught } = one;
  const heard = (event: Event) => attempt(() => {
    const isBlocked = event.type === 'click' && form && !button.hasAttribute('formnovalidate') && ask(form, 'matches', ':invalid:not([novalidate])');
    if (!isBlocked) captureLater(form ?? button, args, (text) => caught.push(keep(one, text)));
  });
  const on = (what: 'addEventListener' | 'removeEventListener') => {
    button[what]('click', heard);
    if (form) ask(form, what, 'submit', heard);
  };
  on('addEventListener');
  return () => on('removeEventListener');
}

/** The same form, or one that a script has put in its place. */
const replaces = (form: Element, old: Element | null) =>
  old === form || old && !ask(old, 'isConnected') && attributeOf(old, 'id') === attributeOf(form, 'id');

/** Loading a form again replaces its earlier registration. */
export function load(args: Arguments, callbacks?: FormCallbacks): void {
  const form = formOf(args);
  const button = find(args.submitElement);
  watched = watched.filter((old) => !form || !replaces(form, old.form) || old.stop());
  const one: Watched = { form, args, callbacks, pending: true, caught: [], stop: () => {} };
  if (button) one.stop = listen(one, button);
  watched.push(one);
}

/**
 * Everything loaded since the last call, otherwise what was loaded last; or the one form that is named. A page that
 * calls this knows when a submission has succeeded: what the button has put down for it was not yet one.
 */
export function sendData(target?: unknown): void {
  catchUp();
  const wanted = find(target);
  const since = watched.filter(({ pending, form }) => wanted ? form === wanted : pending);
  const chosen = since.length || wanted ? since : watched.slice(-1);
  for (const one of chosen) {
    one.pending = false;
    one.stop();
    one.caught.splice(0).forEach(takeBack);
    keep(one);
  }
}
