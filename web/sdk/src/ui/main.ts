// The ui: asks, shows the settings, carries a choice through, and covers blocked frames.
import type { Entry, How, Lent, Ui } from '../host';
import { isAsked } from '../services';
import { decide, followCookie } from './decide';
import { showFirstLayer } from './first_layer';
import { held, lend, recall, retain, root, trigger } from './lent';
import { flush } from './outbox';
import { openPanel, showProof } from './panel';
import { coverFrames } from './placeholder';
import { adopt } from './sheets';
import { hush, prepareStatus, saySaved } from './status';
import { whenDue } from './triggers';

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
  if (focused) button?.focus();
}

function choose(how: How, choices: readonly Entry[]): void {
  decide(how, choices);
  if (how === 'placeholder') return;
  leave();
  if (how !== 'script') saySaved(() => showProof(open()));
  retain(CLOSED, null);
}

const all = (how: How, consent: boolean) => () => choose(how, held()[1].filter(isAsked).map(({ slug }) => [slug, consent]));

function open(): HTMLDialogElement {
  hush();
  if (!panel?.isConnected) panel = openPanel(choose);
  return panel;
}

/** Nothing was decided; the visitor is asked again tomorrow. */
function dismiss(): void {
  retain(CLOSED, Date.now());
  leave();
}

function ask(): void {
  const closed = recall<number>(CLOSED) ?? 0;
  if (Math.abs(Date.now() - closed) < DAY) {
    trigger();
    return;
  }
  whenDue(held()[0], () => {
    const [, , , choice] = held();
    if (hideFirst || choice && !choice.p) return;
    hideFirst = showFirstLayer({ refuse: all('refuse_all', false), accept: all('accept_all', true), settings: open, close: dismiss });
  });
}

export function create(...lent: Lent): Ui {
  lend(lent);
  root.className = 'dastra-cw dastra-cw-' + (held()[0].position ?? 'BottomLeft');
  root.dir = RIGHT_TO_LEFT.test(root.lang) ? 'rtl' : 'ltr';
  root.setAttribute('data-nosnippet', '');
  adopt();
  prepareStatus();
  return {
    ask,
    open,
    close: leave,
    decide: choose,
    cover: (frames) => coverFrames(frames, ({ slug }) => choose('placeholder', [[slug, true]]), open),
    catchUp(follow) {
      if (follow) followCookie();
      flush();
    },
  };
}
