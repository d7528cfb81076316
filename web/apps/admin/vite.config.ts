import { messages } from '@brama/i18n/vite';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ pages: 'dist', assets: 'dist', fallback: 'index.html' }),
      paths: { base: '/admin', relative: false },
    }),
    messages(),
  ],
  build: { assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://localhost:8700', '/media': 'http://localhost:8700' } },
});
