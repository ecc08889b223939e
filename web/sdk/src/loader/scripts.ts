// Dormant scripts: markup that a browser does not run, brought to life once the services it names are accepted.
import { allowed } from './consents';
import { attempt, complain } from '../guard';
import { markOf } from './marks';

interface Policy {
  createScript(text: string): string;
  createScriptURL(url: string): string;
}

type TrustedTypes = { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };

const taken = new WeakSet<Element>();
let line: Promise<unknown> = Promise.resolve();
let policy: Policy | undefined;

/** Pages that require Trusted Types allow the policy name `placet`; elsewhere the text passes as it is. */
function trusted(): Policy {
  const same = (text: string) => text;
  const rules = { createScript: same, createScriptURL: same };
  return policy ??= attempt(() => (window as TrustedTypes).trustedTypes?.createPolicy('placet', rules)) ?? rules;
}

function copyOf(dormant: HTMLScriptElement): HTMLScriptElement {
  const { attributes, dataset } = dormant;
  const fresh = document.createElement('script');
  for (const { name, value } of attributes) if (name !== 'src') fresh.setAttribute(name, value);
  fresh.async = !dormant.defer; // deferred ones keep their own order and hold up nobody; the line below orders the rest
  fresh.nonce = dormant.nonce; // the attribute is hidden from scripts, the property is not
  fresh.type = dataset.type ?? '';
  const address = dataset.src ?? dormant.getAttribute('src');
  if (address) fresh.src = trusted().createScriptURL(address);
  else fresh.text = trusted().createScript(dormant.text);
  return fresh;
}

/** Settles when the next one may run: document order holds, except around `async` and `defer`. */
const revive = (dormant: HTMLScriptElement) => new Promise<unknown>((next) => {
  const fresh = copyOf(dormant);
  fresh.addEventListener('load', next); // the page may have handlers of its own
  fresh.addEventListener('error', next);
  dormant.replaceWith(fresh);
  if (!fresh.src || dormant.hasAttribute('async') || dormant.defer) next(0);
});

/** Once. */
export function release(dormant: HTMLScriptElement): void {
  if (taken.has(dormant)) return;
  taken.add(dormant);
  line = line.then(() => {
    // It may have been taken back or removed while it waited for its turn.
    if (dormant.isConnected && allowed(markOf(dormant))) return revive(dormant);
    return taken.delete(dormant);
  }).catch((error) => complain('stopped by an error', error));
}
