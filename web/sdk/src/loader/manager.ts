// The object the page scripts against, as `cookieReady` hands it out.
import type { Service } from '../settings';
import { isAsked } from '../services';
import { bySlug, choice, consented, ofPurpose, services, set } from './consents';
import { announceServices } from './events';
import { carryOut, close, open, save } from './widget';

const accepted = (some: Service[]) => !!some[0] && some.every(consented);
const setServiceConsent = (slug: string, consent: boolean) => bySlug(slug).forEach((service) => set(service, consent));

export const manager = {
  consent: {
    open,
    close,
    getAllConsents: () => services.map((service) => ({ ...service, consent: consented(service) })),
    hasConsented: () => !!choice,
    getPurposeConsent: (label: string | number) => accepted(ofPurpose(label).filter((service) => isAsked(service) || consented(service))),
    setPurposeConsent: (label: string | number, consent: boolean) => ofPurpose(label).forEach((service) => set(service, consent)),
    getServiceConsent: (slug: string) => accepted(bySlug(slug)),
    setServiceConsent,
    setServicePurpose: setServiceConsent,
    save,
    dispatchEvent: () => {
      announceServices(services);
      carryOut();
    },
  },
};
