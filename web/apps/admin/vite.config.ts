import { messages } from '@brama/i18n/vite';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** SvelteKit hides its announcer of page titles by an inline style, which the site's CSP refuses: a class does it. */
const announcer: Plugin = {
  name: 'brama-announcer',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/kit/src/runtime/components/root.svelte')) return;
    const strict = code.replace(/(id="svelte-announcer"[^>]*?)style="[^"]*"/s, '$1class="heard"');
    if (strict === code) throw new Error('SvelteKit changed its announcer: look whether it still has an inline style');
    return { code: strict, map: null };
  },
};

export default defineConfig({
  plugins: [
    announcer,
    sveltekit({
      adapter: adapter({ pages: 'dist', assets: 'dist', fallback: 'index.html' }),
      paths: { base: '/admin', relative: false },
    }),
    messages(),
  ],
  build: { assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://localhost:8700', '/media': 'http://localhost:8700' } },
});
