// A form of a React application whose submissions are recorded.
import { useCallback, useEffect, useRef, useState, type RefCallback } from 'react';
import { loadForms, type Placet } from '../../sdk/src/load_forms';
import type { AttachedForm, FormConsent, FormResult, FormSettings } from '../../sdk/types/forms';

export type { FormConsent, FormResult, FormSettings } from '../../sdk/types/forms';

export interface ConsentForm {
  /** For the form: `<form ref={consent.ref}>`. */
  readonly ref: RefCallback<HTMLFormElement>;
  /** Of the latest submission. */
  readonly result: FormResult | null;
  /** With `manual`: records what the form holds now. */
  send(consent?: FormConsent): Promise<FormResult>;
}

/** Records each submission of the form; with `manual`, only those that the page sends. Settings may change at any time. */
export function useConsentForm({ server, apiKey, ...settings }: Placet & FormSettings): ConsentForm {
  const [form, ref] = useState<HTMLFormElement | null>(null);
  const [result, setResult] = useState<FormResult | null>(null);
  const latest = useRef<FormSettings>({}); // one object, which is read anew at each submission
  const attached = useRef<Promise<AttachedForm> | null>(null);

  useEffect(() => {
    const done = (next: FormResult) => {
      setResult(next);
      settings.done?.(next);
    };
    for (const name of Object.keys(latest.current)) delete latest.current[name as keyof FormSettings];
    Object.assign(latest.current, settings, { done });
  });

  useEffect(() => {
    if (!form) return undefined;
    const attaching = loadForms({ server, apiKey }).then((forms) => forms.attach(form, latest.current));
    attached.current = attaching;
    return () => void attaching.then((one) => one.detach());
  }, [form, server, apiKey]);

  const send = useCallback(async (consent?: FormConsent) => {
    if (!attached.current) throw new Error('the form is not on the page yet: pass the ref of useConsentForm to it');
    return (await attached.current).send(consent);
  }, []);

  return { ref, result, send };
}
