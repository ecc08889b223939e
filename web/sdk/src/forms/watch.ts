// Forms the page asked us to watch.
import { formOf } from './extract';
import { find, isBlocked } from './form';
import { Outcome, type Callbacks } from './outcome';
import { payloadOf, type Arguments, type Payload } from './payload';
import { post, isStored } from './post';
import { put } from './shelf';
import { attempt } from './settings';

/** A click and the submission it causes are one. */
const ONE_SUBMISSION = 1000;

interface Watched {
  readonly form: Element | null;
  readonly args: Arguments;
  readonly callbacks: Callbacks | undefined;
  readonly stop: () => void;
  /** Not yet captured by `sendData`. */
  pending: boolean;
}

let watched: Watched[] = [];

export function sendNow(payload: Payload, outcome: Outcome): void {
  void post(payload).then((answer) => {
    const { status, body } = answer;
    if (isStored(answer)) outcome.settle('success', body);
    else outcome.settle('error', { ...body, status });
  });
}

/** Put down for the next page; sent at once when nothing can be stored. */
export function capture(args: Arguments, callbacks?: Callbacks): void {
  const payload = payloadOf(args);
  const outcome = new Outcome(callbacks);
  if (!put(payload, outcome)) sendNow(payload, outcome);
}

/** Listens once per registration; answers how to stop. */
function listen(form: Element | null, submitElement: Element, take: () => void): () => void {
  let last = -Infinity;
  const submitted = (event: Event) => attempt(() => {
    const skips = event.type === 'click' && submitElement.hasAttribute('formnovalidate');
    if (performance.now() - last < ONE_SUBMISSION || form && isBlocked(form) && !skips) return;
    last = performance.now();
    take();
  });
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  addEventListener.call(submitElement, 'click', submitted);
  if (form) addEventListener.call(form, 'submit', submitted);
  return () => {
    removeEventListener.call(submitElement, 'click', submitted);
    if (form) removeEventListener.call(form, 'submit', submitted);
  };
}

/** Loading a form again replaces its earlier registration. */
export function load(args: Arguments, callbacks?: Callbacks): void {
  const form = formOf(args.form);
  const submitElement = find(args.submitElement);
  for (const other of watched) if (form && other.form === form) other.stop();
  watched = watched.filter((other) => !form || other.form !== form);
  const stop = submitElement ? listen(form, submitElement, () => capture(args, callbacks)) : () => {};
  watched.push({ form, args, callbacks, stop, pending: true });
}

/** Everything loaded since the last call, otherwise what was loaded last; or the one form that is named. */
export function sendData(target?: unknown): void {
  const wanted = target === undefined ? null : find(target);
  const since = watched.filter(({ pending, form }) => wanted ? form === wanted : pending);
  const chosen = since.length || wanted ? since : watched.slice(-1);
  for (const one of chosen) {
    one.pending = false;
    capture(one.args, one.callbacks);
  }
  if (wanted && !chosen.length) capture({ form: { selector: wanted } });
}
