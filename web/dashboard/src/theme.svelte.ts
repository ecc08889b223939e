// The member's theme. `system` is the absence of a choice; public/theme.js applies the stored one before the first paint.
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'placet-theme';

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const theme = $state({ chosen: stored() });

export function choose(value: Theme): void {
  theme.chosen = value;
  if (value === 'system') {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset.theme;
    return;
  }
  localStorage.setItem(KEY, value);
  document.documentElement.dataset.theme = value;
}
