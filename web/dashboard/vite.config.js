import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The server answers /assets/pages, the API and the stored forms; `npx vite dashboard` asks a running one for them.
const server = process.env.PLACET_URL ?? 'http://localhost:8080';

export default defineConfig({
  base: '/assets/dashboard/',
  plugins: [svelte()],
  build: {
    // light-dark() and nesting are kept as written; these are the first browsers with both.
    target: ['chrome125', 'firefox125', 'safari17.5'],
    modulePreload: { polyfill: false },
    rolldownOptions: { external: [/^\/assets\/pages\//] },
  },
  server: { proxy: { '/assets/pages': server, '/api': server, '/sign-out': server, '^/w/[^/]+/forms': server } },
});
