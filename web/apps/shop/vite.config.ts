import { svelte } from '@sveltejs/vite-plugin-svelte';
import { messages } from '@brama/i18n/vite';
import { defineConfig } from 'vite';

/** Islands: the pages that hold them are written by the publishing service, which reads the manifest. */
export default defineConfig({
  base: '/assets/shop/',
  plugins: [svelte(), messages()],
  build: {
    manifest: true,
    target: 'es2022',
    assetsDir: '.',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        event: 'src/event/main.ts',
        order: 'src/order/main.ts',
        ticket: 'src/ticket/main.ts',
        'ticket-worker': 'src/ticket/worker.ts',
      },
      // A service worker is known by its address: that one has no digest in its name.
      output: { entryFileNames: ({ name }) => (name === 'ticket-worker' ? '[name].js' : '[name]-[hash].js') },
    },
  },
  server: { proxy: { '/api': 'http://localhost:8700', '/data': 'http://localhost:8700', '/media': 'http://localhost:8700' } },
});
