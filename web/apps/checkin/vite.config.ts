import { svelte } from '@sveltejs/vite-plugin-svelte';
import { messages } from '@brama/i18n/vite';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

export default defineConfig({
  base: '/checkin/',
  plugins: [
    svelte(),
    messages(),
    VitePWA({
      // A new version waits until nobody is scanning: the app asks, it never reloads by itself.
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        id: '/checkin/',
        name: 'Брама · вхід',
        short_name: 'Вхід',
        lang: 'uk',
        start_url: '/checkin/',
        scope: '/checkin/',
        display: 'standalone',
        orientation: 'portrait',
        background_color: '#000000',
        theme_color: '#000000',
        icons: [
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,woff2,wasm,png,svg,webmanifest}'],
        maximumFileSizeToCacheInBytes: 4_000_000,
        navigateFallback: '/checkin/index.html',
        navigateFallbackAllowlist: [/^\/checkin\//],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': 'http://localhost:8700' } },
});
