// Moves SvelteKit's inline start script into a file: the site's CSP allows no inline script.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join('dist', 'index.html');
const html = readFileSync(page, 'utf8');
let moved = 0;
const strict = html.replace(/<script>([\s\S]*?)<\/script>/g, (_, code) => {
  const name = `_app/start.${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`;
  writeFileSync(join('dist', name), code);
  moved += 1;
  return `<script src="/admin/${name}"></script>`;
});
if (moved !== 1) throw new Error(`${page}: expected one inline script, found ${moved}`);
writeFileSync(page, strict);
