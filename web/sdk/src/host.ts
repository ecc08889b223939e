// What the loader lends to the other files, and what it asks of them. They are separate on the wire; this is their
// whole contract. The loader keeps what every page view needs; showing, deciding and sending live in the ui.
//
// A loader that was cached before an upgrade gets the current files: lists only grow at their end, names stay.
import type { announce } from './announce';
import type { Choice } from './choice';
import type { found } from './cookies';
import type { stringify } from './json';
import type { DeclaredCookie, Group, Service, Settings } from './settings';
import type { recall, retain } from './storage';
import type { h } from './ui/dom';
import type { rule } from './ui/sheets';

/** How a choice was made, as the proof says it. */
export type How = 'accept_all' | 'refuse_all' | 'selection' | 'close' | 'placeholder' | 'script';

/** The site's own page with its policy: the cookie table is put here. */
export const NOTICE = '[data-placet-notice]';

export interface FrameBlock {
  readonly selector: string;
  readonly service: string;
  readonly body?: string;
  readonly buttonLabel?: string;
  readonly buttonClass?: string;
}

/** What holds on this page. Lists by position, here and below, because names would be sent to every visitor. */
export type Held = readonly [
  settings: Settings,
  services: readonly Service[],
  /** The browser asks for privacy and the widget honours it. */
  signal: boolean,
  choice: Choice | null,
  /** Outlives the choice: without a valid cookie the visitor is asked again under the same id. */
  consentId: string | undefined,
  /** Of our own files and of the interface. */
  address: URL,
  /**
   * What the page said, and may say late: the number of the widget (`widgetid`), the visitor (`cookie:userId`), and
   * that it wants to be loaded again after a withdrawal, because it runs what cannot be stopped (`reload`).
   */
  page: { readonly [name: string]: string | undefined },
];

export type Lent = [
  /** The digest of the ui file, as the loader knows it. */
  sdk: string,
  /** `#dastra-widget`, in the page. */
  root: HTMLElement,
  held: () => Held,
  consented: (service: Service) => boolean,
  /** The services a `data-consent` value names; undefined stands for a name that is not known. */
  named: (consent: string | undefined) => (Service | undefined)[],
  /** From here on this choice holds. */
  take: (choice: Choice) => void,
  announceServices: (services: readonly Service[]) => void,
  /** Scripts, frames and cookies follow what holds now. */
  carryOut: () => void,
  /** Shows the floating button, if the settings want one. */
  trigger: () => HTMLElement,
  blocks: readonly FrameBlock[],
  recall: typeof recall,
  retain: typeof retain,
  stringify: typeof stringify,
  announce: typeof announce,
  found: typeof found,
  purposeNames: readonly string[],
  isDue: (service: Service) => boolean,
  markOf: (element: HTMLElement) => string | undefined,
];

/** A slug and what was decided about it. */
export type Entry = readonly [string, boolean];

export interface Ui {
  ask(): void;
  open(): void;
  close(): void;
  decide(how: How, choices: readonly Entry[]): void;
  /**
   * Empties these frames and puts the offer to consent in their place; all others are uncovered. Deletes what services
   * store that may not.
   */
  carryOut(frames: readonly HTMLIFrameElement[], unwanted: readonly DeclaredCookie[]): void;
  /**
   * What earlier page views left: a saved choice is made, the outbox is sent, localStorage follows a cookie that a
   * sibling sub-domain set.
   */
  catchUp(follow: boolean): void;
  /** Takes over what was decided elsewhere. */
  follow(): void;
}

/** What the ui lends to the details. */
export type Tools = readonly [
  h: typeof h,
  held: () => Held,
  say: (key: string, service?: string) => string,
  span: (seconds: number) => string,
  groupWord: (group: Group, word: 'Label' | 'Excerpt' | 'Description') => string,
  shownGroups: () => Group[],
  adopt: (rules: string) => void,
];

export interface DetailsModule {
  /** A picture or initial, and everything that is known of a service. */
  describe(tools: Tools, service: Service): readonly [logo: HTMLElement, detail: HTMLElement];
  /** The table of cookies for the site's own policy page. */
  fillNotice(tools: Tools, place: HTMLElement): void;
}

/** What the ui lends to the covers of frames. */
export type FrameTools = readonly [
  h: typeof h,
  say: (key: string, service?: string) => string,
  rule: typeof rule,
  root: HTMLElement,
  consented: (service: Service) => boolean,
  /** The services that a frame waits for. */
  named: (frame: HTMLIFrameElement) => (Service | undefined)[],
  adopt: (rules: string) => void,
  allow: (service: Service) => void,
  settings: () => void,
];

/** A frame, and how the page wants it to be covered. The file that covers it may answer two calls in either order. */
export type BlockedFrame = HTMLIFrameElement & { placetBlock?: FrameBlock | undefined };

export interface FramesModule {
  /** Covers these frames and uncovers all others. */
  coverFrames(tools: FrameTools, frames: readonly BlockedFrame[]): void;
}

export interface SignalsModule {
  /** Tells the vendors of these services what holds. */
  send(services: readonly Service[], consented: (service: Service) => boolean): void;
}

/** Status and message of an answer. */
export type Refusal = readonly [status: number, message: string | undefined];

export interface AdviceModule {
  /** Why there is no window, and what to do about it. */
  advise(address: URL, refusal: Refusal | undefined): void;
}

export interface UiModule {
  create(...lent: Lent): Ui;
}
