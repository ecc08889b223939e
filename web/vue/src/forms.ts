// A form of a Vue application whose submissions are recorded.
import type { App, ObjectDirective } from 'vue';
import { loadForms, type Placet } from '../../sdk/src/load_forms';
import type { AttachedForm, Forms, FormSettings } from '../../sdk/types/forms';

export type { FormConsent, FormResult, Forms, FormSettings } from '../../sdk/types/forms';

interface Bound {
  /** One object, which is read anew at each submission. */
  readonly settings: FormSettings;
  readonly attached: Promise<AttachedForm>;
}

/** `<form v-consent="{ subject: { email: 'mail' }, notices: ['privacy_policy'] }">` records each submission of the form. */
export function consentDirective(placet: Placet): ObjectDirective<HTMLFormElement, FormSettings | undefined> {
  const bound = new WeakMap<HTMLFormElement, Bound>();
  return {
    mounted(form, { value }) {
      const settings = { ...value };
      bound.set(form, { settings, attached: loadForms(placet).then((forms) => forms.attach(form, settings)) });
    },
    updated(form, { value }) {
      const settings = bound.get(form)?.settings ?? {};
      for (const name of Object.keys(settings)) delete settings[name as keyof FormSettings];
      Object.assign(settings, value);
    },
    beforeUnmount(form) {
      void bound.get(form)?.attached.then((one) => one.detach());
    },
  };
}

/** `app.use(consentForms, { server, apiKey })` makes `v-consent` known. */
export const consentForms = {
  install: (app: App, placet: Placet): void => void app.directive('consent', consentDirective(placet)),
};

/** For what is not a submission: `(await useForms(placet)).send(form, settings)`. */
export const useForms = (placet: Placet): Promise<Forms> => loadForms(placet);
