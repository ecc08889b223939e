// Events on window, under the names pages already listen to.
export const announce = (name: string, detail?: unknown): unknown => window.dispatchEvent(new CustomEvent('dastra:' + name, { detail }));
