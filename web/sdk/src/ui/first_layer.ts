// The first layer: who asks, for what, and the three answers.
import { CROSS, h, icon } from './dom';
import { held, root } from './lent';
import { drop, rule } from './sheets';
import { fill, isAgain, PURPOSES_HERE, raw, say } from './words';

export interface Answers {
  refuse(): void;
  settings(): void;
  accept(): void;
  close(): void;
}

/** A line feed starts a new block: short ones, so that none becomes the page's largest paint. */
export function paragraphs(key: string): HTMLElement[] {
  return raw(key).split('\n').map((line) => h('p', line.includes(PURPOSES_HERE) ? 'text purposes' : 'text', {}, fill(line)));
}

/** The purposes are named in plain words before the buttons, also when a text has no place for them. */
function disclaimer(key: string): HTMLElement[] {
  const missing = !raw(key).includes(PURPOSES_HERE);
  const controller = held()[0].controllerName ? paragraphs('controllerLine') : [];
  return [...paragraphs(key), ...missing ? [h('p', 'text purposes', {}, fill(PURPOSES_HERE))] : [], ...controller];
}

export const preview = (): HTMLElement | false => !!held()[0].developerMode && h('p', 'preview', {}, say('previewMessage'));

export const signalNote = (): HTMLElement | false => held()[2] && h('p', 'note', {}, say('gpcMessage'));

export function noticeLink(): HTMLElement | false {
  const [{ cookieNoticeUrl }] = held();
  return !!cookieNoticeUrl && h('a', 'link', { href: cookieNoticeUrl }, say('noticeUrlButtonLabel'));
}

export const copyright = (): HTMLElement | false => !held()[0].hideCopyright && h('span', '', {}, say('poweredByLabel') + ' Placet');

export const cross = (label: string, close: () => void): HTMLElement =>
  h('button', 'close', { 'aria-label': say(label), click: close }, icon(CROSS));

export const button = (label: string, classes: string, click: () => void): HTMLElement =>
  h('button', 'button ' + classes, { click }, say(label));

/**
 * The focused element of the page is scrolled clear of the layer (WCAG 2.4.11), also at the page's very end. The room is
 * a margin: padding would shrink a page that is as high as the window.
 */
function makeRoom(layer: HTMLElement): () => void {
  let room: CSSStyleSheet | undefined;
  const observer = new ResizeObserver(() => {
    drop(room);
    const edge = /^Top/.test(held()[0].position ?? '') ? 'top' : 'bottom';
    const height = layer.offsetHeight + 32 + 'px';
    room = rule('html', [['scroll-padding-' + edge, height], ['margin-bottom', height]]);
  });
  observer.observe(layer);
  return () => {
    observer.disconnect();
    drop(room);
  };
}

/** Answers how to take it away again. */
export function showFirstLayer(answers: Answers): () => void {
  const title = h('p', 'title', { id: 'dastra-cw-first-title' }, say(isAgain() ? 'newTitle' : 'startupTitle'));
  const { showCloseButton } = held()[0];
  const escape = ({ key }: KeyboardEvent) => { if (showCloseButton && key === 'Escape') answers.close(); };
  const layer = h('section', 'container first', { 'aria-labelledby': title.id, keydown: escape },
    preview(),
    h('div', 'words', {},
      h('div', 'head', {}, title, !!showCloseButton && cross(held()[0].closeEffect === 'Refuse' ? 'closeRefuseLabel' : 'closeLabel', answers.close)),
      ...disclaimer(isAgain() ? 'newDisclaimer' : 'startupDisclaimer'),
      h('p', 'links', {}, noticeLink(), copyright()),
      signalNote()),
    h('div', 'choices', {},
      button('buttonLaterLabel', '', answers.refuse),
      button('buttonSettingsLabel', 'quiet', answers.settings),
      button('buttonAcceptLabel', '', answers.accept)));
  root.prepend(layer);
  const free = makeRoom(layer);
  return () => {
    free();
    layer.remove();
  };
}
