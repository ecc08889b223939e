// The widget's own root in the page and the floating button, which returning visitors see without the ui being loaded.
// Every rule weighs one element: a page's plain rules lose by order, a customer's single class wins.
import { settings } from './consents';

const style = () => 'button:where(.dastra-cw-trigger-button){all:revert;position:fixed;z-index:999999999;color-scheme:light dark;'
  + `bottom:max(16px,env(safe-area-inset-bottom));${/Right/.test(settings.position ?? '') ? 'right' : 'left'}:16px;padding:10px;border:1px solid #8888;`
  + 'border-radius:50%;cursor:pointer}svg:where(#dastra-widget svg){display:block;width:22px;fill:none;stroke:currentColor;stroke-width:1.7;'
  + 'stroke-linecap:round}div:where(#dastra-widget){all:initial}';

const COOKIE = 'M17 10a7 7 0 1 1-7-7 3.5 3.5 0 0 0 4 4 3 3 0 0 0 3 3zM7 8h0M8 13h0M12 12h0';

export const root = document.createElement('div');
let button: HTMLElement | undefined;

/** Also called for every change of the page: single-page applications replace the body. */
export function mount(): void {
  if (root.id && !root.isConnected) document.body?.prepend(root);
}

export function prepareRoot(): void {
  if (root.id) return;
  root.id = 'dastra-widget';
  root.lang = settings.lang;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style());
  // Set as properties, so that no text of the settings is ever parsed as a rule.
  const { style: look } = sheet.cssRules[0] as CSSStyleRule;
  look.background = settings.bgColor ?? 'Canvas';
  look.color = settings.colorTitle ?? 'CanvasText';
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  mount();
}

function icon(): Element {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const path = document.createElementNS(space, 'path');
  svg.setAttribute('viewBox', '0 0 20 20');
  path.setAttribute('d', COOKIE);
  svg.append(path);
  return svg;
}

export function showTrigger(open: () => void): HTMLElement | undefined {
  if (settings.showFixedButton === false || button) return button;
  button = document.createElement('button');
  button.className = 'dastra-cw-trigger-button';
  button.setAttribute('aria-label', settings.translation.triggerLabel ?? 'Cookies');
  button.append(icon());
  button.onclick = open;
  root.append(button);
  return button;
}
