// Addresses of the dashboard. The History API is the only state: whatever is shown can be reloaded or sent to a colleague.

export const PAGES = ['consents', 'subjects', 'legal_notices', 'documents', 'widgets', 'members', 'keys', 'audit'] as const;
export type PageName = typeof PAGES[number];

export type Route =
  | { page: PageName; workspace: string; id: string | null }
  | { page: 'missing' };

export const place = $state({ path: location.pathname, query: location.search });

export function routeOf(path: string): Route {
  const [root, workspace, noun = 'consents', id, ...rest] = path.split('/').filter(Boolean).map(decodeURIComponent);
  const page = PAGES.find((known) => known === noun);
  const known = root === 'w' && workspace && page && rest.length === 0;
  return known ? { page, workspace, id: id ?? null } : { page: 'missing' };
}

export function pageAddress(workspace: string | number, page: PageName, id?: string | number, query = place.query): string {
  const path = `/w/${workspace}/${page}`;
  return (id === undefined ? path : `${path}/${encodeURIComponent(id)}`) + query;
}

export function consentsAddress(workspace: string | number, consent?: string, query = place.query): string {
  return pageAddress(workspace, 'consents', consent, query);
}

export function go(address: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  read();
}

function read(): void {
  place.path = location.pathname;
  place.query = location.search;
}

// Plain left clicks on links of the dashboard stay in this document; everything else is the browser's.
function followed(event: MouseEvent): HTMLAnchorElement | null {
  if (event.button !== 0 || event.defaultPrevented) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest('a');
  const ours = link?.origin === location.origin && link.pathname.startsWith('/w/') && !link.target;
  return ours ? link : null;
}

function follow(event: MouseEvent): void {
  const link = followed(event);
  if (!link) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export function listen(): () => void {
  addEventListener('popstate', read);
  addEventListener('click', follow);
  return () => {
    removeEventListener('popstate', read);
    removeEventListener('click', follow);
  };
}
