// The ui: asks, shows the settings, carries a choice through, and covers blocked frames.
import type { Entry, How, Lent, Ui } from '../host';
import { SAVING } from '../outbox';
import { PROOF, type StoredProof } from '../proof';
import { decide, followCookie } from './decide';
import { fillNotices } from './details';
import { erase } from './expire';
import { coverFrames } from './frames';
import { showFirstLayer } from './first_layer';
import { announceServices, carryOut, held, lend, recall, retain, root, stringify, take, trigger } from './lent';
import { flush } from './outbox';
import { openPanel, showProof } from './panel';
import { adoptAll } from './sheets';
import { hush, prepareStatus, saySaved, saySignal } from './status';
import { whenDue } from './triggers';
import { countVisit, isNew } from './visits';
import { about } from './words';

const CLOSED = 'placet-closed';
const DAY = 864e5;
const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/i;

let hideFirst: (() => void) | undefined;
let panel: HTMLDialogElement | undefined;

function hideLayers(): void {
  panel?.close();
  hideFirst?.();
  hideFirst = undefined;
}

/** The focus would be lost with the layer that held it. */
function leave(): void {
  const focused = root.contains(document.activeElement);
  hideLayers();
  const button = trigger();
  if (focused) button.focus();
}

function choose(how: How, choices: readonly Entry[]): void {
  decide(how, choices);
  if (how === 'placeholder') return;
  leave();
  if (how !== 'script') saySaved(() => showProof(open()));
  retain(CLOSED, null);
}

const all = (how: How, consent: boolean) => () => choose(how, about().map(({ slug }) => [slug, consent]));

function open(): HTMLDialogElement {
  hush();
  if (!panel?.isConnected) panel = openPanel(choose);
  return panel;
}

/** Refuses like the button, or decides nothing and asks again tomorrow. */
function dismiss(): void {
  if (held()[0].closeEffect === 'Refuse') return all('close', false)();
  retain(CLOSED, Date.now());
  leave();
}

/** Where services may be on before a choice, the browser's signal is the answer: nobody is asked, and it is confirmed. */
function isAnswered(): boolean {
  const [{ regime }, , signal, choice] = held();
  const isSignal = regime === 'OptOut' && signal && !choice;
  if (isSignal && isNew()) saySignal();
  return isSignal || Math.abs(Date.now() - (recall<number>(CLOSED) ?? 0)) < DAY;
}

function ask(): void {
  if (isAnswered()) return void trigger();
  whenDue(held()[0], () => {
    if (hideFirst || !about().length) return;
    hideFirst = showFirstLayer({ refuse: all('refuse_all', false), accept: all('accept_all', true), settings: open, close: dismiss });
    countVisit(() => !!hideFirst);
  });
}

function follow(): void {
  const choice = recall<StoredProof>(PROOF)?.choice;
  if (!choice || stringify(choice) === stringify(held()[3])) return;
  take(choice);
  leave();
  announceServices(held()[1]);
  carryOut();
}

export function create(...lent: Lent): Ui {
  lend(lent);
  root.className = 'dastra-cw dastra-cw-' + (held()[0].position ?? 'BottomLeft');
  root.dir = RIGHT_TO_LEFT.test(root.lang) ? 'rtl' : 'ltr';
  root.setAttribute('data-nosnippet', '');
  adoptAll();
  prepareStatus();
  return {
    ask,
    open,
    follow,
    close: leave,
    decide: choose,
    carryOut(frames, unwanted) {
      coverFrames(frames, ({ slug }) => choose('placeholder', [[slug, true]]), open);
      erase(unwanted);
      fillNotices();
    },
    catchUp(isBehind) {
      const saved = recall<Entry[]>(SAVING);
      if (saved) choose('script', saved);
      if (isBehind) followCookie();
      flush();
    },
  };
}
