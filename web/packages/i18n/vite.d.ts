import type { Plugin } from 'vite';

/** Compiles the messages again whenever one of their files is saved under a dev server. */
export function messages(): Plugin;
