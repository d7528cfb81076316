// Compiles the messages again whenever one of their files is saved under a dev server.
import { MESSAGES, compileMessages } from './compile.js';

/** @returns {import('vite').Plugin} */
export function messages() {
  return {
    name: 'brama-messages',
    apply: 'serve',
    async configureServer(server) {
      server.watcher.add(MESSAGES);
      server.watcher.on('change', (path) => {
        if (!path.startsWith(MESSAGES)) return;
        compileMessages().catch((error) => server.config.logger.error(error.message));
      });
    },
  };
}
