// node budget.js DIST ENTRY KILOBYTES: fails when an entry and all it imports at once weigh more, as gzip.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [dist = 'dist', entry = '', limit = '0'] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));
const start = Object.keys(manifest).find((key) => manifest[key].name === entry && manifest[key].isEntry);
if (start === undefined) throw new Error(`no entry "${entry}" in ${dist}`);

const seen = new Set();
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  (manifest[key].imports ?? []).forEach(visit);
};
visit(start);
const bytes = [...seen].reduce((sum, key) => sum + gzipSync(readFileSync(join(dist, manifest[key].file))).length, 0);
console.log(`${entry}: ${(bytes / 1000).toFixed(1)} kB of JavaScript (gzip), at most ${limit} kB`);
if (bytes > Number(limit) * 1000) process.exit(1);
