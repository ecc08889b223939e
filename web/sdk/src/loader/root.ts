// The widget's own root in the page and the floating button, which returning visitors see without the ui being loaded.
// Every rule weighs one element: a page's plain rules lose by order, a customer's single class wins.
import { settings } from './consents';

/** The server has checked colours and address. A picture takes the place of the icon, which stays for the contract's sake. */
function style(): string {
  const { position, bgColor, colorTitle, buttonLogoUrl: logo, customCSS } = settings;
  return `button:where(.dastra-cw-trigger-button){all:revert;position:fixed;z-index:999999999;color-scheme:light dark;bottom:max(16px,env(safe-area-inset-bottom));${/Right/.test(position ?? '') ? 'right' : 'left'}:16px;padding:10px;border:1px solid #8888;border-radius:50%;background:${bgColor ?? 'Canvas'}${logo ? ` url("${logo}") 50%/22px no-repeat` : ''};color:${logo ? '#0000' : colorTitle ?? 'CanvasText'}}`
    + 'svg:where(#dastra-widget svg){display:block;width:22px;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round}div:where(#dastra-widget){all:initial;position:absolute}'
    + (customCSS ?? '');
}

const COOKIE = 'M17 10a7 7 0 1 1-7-7 3.5 3.5 0 0 0 4 4 3 3 0 0 0 3 3zM7 8h0M8 13h0M12 12h0';

export const root = document.createElement('div');
const button = document.createElement('button');

/** Also called for every change of the page: single-page applications replace the body. */
export function mount(): void {
  if (root.id && !root.isConnected) document.body?.prepend(root);
}

export function prepareRoot(open: () => void): void {
  if (root.id) return;
  root.id = 'dastra-widget';
  root.lang = settings.lang;
  button.className = 'dastra-cw-trigger-button';
  button.setAttribute('aria-label', settings.translation.triggerLabel ?? 'Cookies');
  button.append(icon());
  button.onclick = open;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style());
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  mount();
}

function icon(): Element {
  const element = (name: string) => document.createElementNS('http://www.w3.org/2000/svg', name);
  const svg = element('svg');
  const path = element('path');
  svg.setAttribute('viewBox', '0 0 20 20');
  path.setAttribute('d', COOKIE);
  svg.append(path);
  return svg;
}

/** The floating button, if the settings want one. */
export function showTrigger(): HTMLElement {
  if (settings.showFixedButton !== false && !button.isConnected) root.append(button);
  return button;
}
