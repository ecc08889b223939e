// What the loader lends to the ui, and what it asks of it. The two are separate files on the wire; this is their whole
// contract. The loader keeps what every page view needs; showing, deciding and sending live in the ui.
import type { announce } from './announce';
import type { Choice } from './choice';
import type { expire } from './cookies';
import type { stringify } from './json';
import type { Service, Settings } from './settings';
import type { recall, retain } from './storage';

/** How a choice was made, as the proof says it. */
export type How = 'accept_all' | 'refuse_all' | 'selection' | 'placeholder' | 'script';

export interface FrameBlock {
  readonly selector: string;
  readonly service: string;
  readonly body?: string;
  readonly buttonLabel?: string;
  readonly buttonClass?: string;
}

export interface Place {
  readonly origin: string;
  readonly settingsUrl: string;
  readonly collectUrl: string;
  /** Asked when a proof is made: the page may set it late. */
  userId(): string | undefined;
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
  place: Place,
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
  trigger: () => HTMLElement | undefined,
  blocks: readonly FrameBlock[],
  recall: typeof recall,
  retain: typeof retain,
  stringify: typeof stringify,
  announce: typeof announce,
  expire: typeof expire,
  purposeNames: readonly string[],
];

/** A slug and what was decided about it. */
export type Entry = readonly [string, boolean];

export interface Ui {
  ask(): void;
  open(): void;
  close(): void;
  decide(how: How, choices: readonly Entry[]): void;
  /** Empties these frames and puts the offer to consent in their place; all others are uncovered. */
  cover(frames: readonly HTMLIFrameElement[]): void;
  /** What earlier page views left: the outbox is sent, localStorage follows a cookie that a sibling sub-domain set. */
  catchUp(follow: boolean): void;
}

export interface UiModule {
  create(...lent: Lent): Ui;
}
