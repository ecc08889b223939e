// Runs before the first paint, so that a member who chose a theme never sees the other one.
(() => {
  const theme = localStorage.getItem('placet-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
})();
