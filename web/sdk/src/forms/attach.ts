// `placet.forms`: the library under our own name.
import { ask, attributeOf, find } from './form';
import { outcomeFor } from './outcome';
import { capture, captureLater, type Arguments } from './payload';
import { attempt, log, NO_KEY, options, whenReady } from './settings';
import { put } from './shelf';
import type { AttachedForm, FormResult, FormSettings } from '../../types/forms';

interface Attached {
  readonly target: Element | string;
  readonly settings: FormSettings;
}

/** The newest first: of several that mean one form it holds. */
let attached: Attached[] = [];

function argumentsOf(target: Element | string | null, { notices, consent, ...map }: FormSettings): Arguments {
  const form = attempt(() => find(target));
  const named: any = notices ?? (form && attributeOf(form, 'data-placet-notices')?.match(/\S+/g));
  const cited = named && [named].flat().map((notice) => notice.identifier ? notice : { identifier: notice });
  return { form: target ? { selector: target, map } : null, cited, consent };
}

/** Never rejects. What the callbacks of the older face say, as one value. */
async function record(text: string | undefined, settings: FormSettings): Promise<FormResult> {
  const outcome = outcomeFor();
  setTimeout(() => options || log(NO_KEY)); // what waits in a queue may come before the key
  whenReady(() => put(text, outcome, true));
  const [kind, answer, kept = false] = await outcome.done;
  const result = { stored: kind === 'success', kept, ...answer as object } as FormResult;
  attempt(() => settings?.done?.(result));
  return result;
}

/** Listens before the page does: whatever its own listeners do to the form or to the event, the submission is seen. */
const heard = (event: Event): unknown => attempt(() => {
  const form = event.target as Element;
  const settings = attached.find(({ target }) => target === form || typeof target === 'string' && ask(form, 'matches', target))?.settings;
  if (!settings || settings.manual) return;
  captureLater(form, argumentsOf(form, settings), (text) => record(text, settings));
});

export const sendForm = (target: Element | string | null, settings: FormSettings = {}): Promise<FormResult> => record(attempt(() => capture(argumentsOf(target, settings))()), settings);

export function attach(target: Element | string, given?: FormSettings): AttachedForm {
  const settings = given ?? {};
  const one = { target, settings };
  attempt(() => {
    find(target); // throws at what is no selector, and so it is not among the others
    // A submission is not heard outside the shadow root that its form is in.
    const root: Node = typeof target === 'string' ? document : ask(target, 'getRootNode');
    root.addEventListener('submit', heard, true);
    attached = [one, ...attached];
  });
  return {
    send: (consent) => sendForm(target, { ...settings, consent: { ...settings.consent, ...consent } }),
    detach: () => { attached = attached.filter((other) => other !== one); },
  };
}
