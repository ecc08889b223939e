// Everything that is known of a service, and the table of cookies for the site's own policy page.
import { NOTICE, type DetailsModule, type Tools } from '../host';
import type { Service } from '../settings';
import { h } from './dom';
import { withFile } from './files';
import { held } from './lent';
import { adopt } from './sheets';
import { groupWord, say, shownGroups, span } from './words';

declare const __PLACET_DETAILS__: string;

const tools: Tools = [h, () => held(), say, span, groupWord, shownGroups, adopt];

const withDetails = (use: (details: DetailsModule) => void): void => withFile('details', __PLACET_DETAILS__, use);

/** Puts a picture before, and everything that is known of the service behind. */
export function detail(item: HTMLElement, service: Service): void {
  withDetails(({ describe }) => {
    const [logo, rest] = describe(tools, service);
    item.prepend(logo);
    item.append(rest);
  });
}

export function fillNotices(): void {
  document.querySelectorAll<HTMLElement>(NOTICE + ':empty').forEach((place) => withDetails(({ fillNotice }) => fillNotice(tools, place)));
}
