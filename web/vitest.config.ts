import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte(), svelteTesting({ autoCleanup: false })],
  test: {
    projects: [
      { extends: true, test: { name: 'core', include: ['packages/{core,i18n}/**/*.spec.ts'], environment: 'node' } },
      { extends: true, test: { name: 'kit', include: ['packages/ui/**/*.spec.ts'], environment: 'jsdom', isolate: false, setupFiles: ['packages/ui/test-setup.ts'] } },
      { extends: true, test: { name: 'apps', include: ['apps/*/src/**/*.spec.ts'], environment: 'jsdom', setupFiles: ['packages/ui/test-setup.ts'] } },
    ],
  },
});
