// Merges messages/<app>.<locale>.json into one catalogue a locale and compiles it with paraglide.
// Stops with every fault named: a key outside its file's prefix, in two files, or missing in a language.
import { compile } from '@inlang/paraglide-js';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const MESSAGES = join(here, 'messages');
const LOCALES = ['uk', 'en'];
/** Plural forms that a language must spell out wherever a message chooses by a count. */
const PLURALS = { uk: ['one', 'few', 'many'], en: ['one'] };

/** @param {string} file @returns {Promise<Record<string, unknown>>} */
async function read(file) {
  const text = await readFile(join(MESSAGES, file), 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {unknown} message @param {string} locale */
function missingPlurals(message, locale) {
  const text = JSON.stringify(message);
  if (!text.includes(': plural')) return [];
  return PLURALS[locale].filter((form) => !text.includes(`=${form}`));
}

async function merge() {
  /** @type {Record<string, Record<string, unknown>>} */
  const catalogue = Object.fromEntries(LOCALES.map((locale) => [locale, {}]));
  const faults = [];
  for (const file of (await readdir(MESSAGES)).sort()) {
    const [app, locale, ext] = file.split('.');
    if (ext !== 'json' || !LOCALES.includes(locale)) continue;
    for (const [key, message] of Object.entries(await read(file))) {
      if (!key.startsWith(`${app}_`)) faults.push(`${file}: "${key}" must begin with "${app}_"`);
      for (const form of missingPlurals(message, locale)) faults.push(`${file}: "${key}" lacks "${form}"`);
      catalogue[locale][key] = message;
    }
  }
  const keys = new Set(LOCALES.flatMap((locale) => Object.keys(catalogue[locale])));
  for (const key of keys) {
    for (const locale of LOCALES) {
      if (!(key in catalogue[locale])) faults.push(`"${key}" has no ${locale} text`);
    }
  }
  if (faults.length > 0) throw new Error(`messages:\n  ${faults.join('\n  ')}`);
  return catalogue;
}

/** Writes a file in one step, and only when its text differs. @param {string} path @param {string} text */
async function replace(path, text) {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === text) return;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, path);
}

/** Brings `to` to the content of `from` file by file: a build that reads it meanwhile finds every file. */
async function mirror(/** @type {string} */ from, /** @type {string} */ to) {
  const options = /** @type {const} */ ({ recursive: true, withFileTypes: true });
  await mkdir(join(to, 'messages'), { recursive: true });
  const fresh = new Set();
  for (const entry of await readdir(from, options)) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    fresh.add(path.slice(from.length));
    await replace(join(to, path.slice(from.length)), await readFile(path, 'utf8'));
  }
  for (const entry of await readdir(to, options)) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !fresh.has(path.slice(to.length))) await rm(path, { force: true });
  }
}

/** Compiles all messages into generated/. */
export async function compileMessages() {
  const catalogue = await merge();
  const generated = join(here, 'generated');
  await mkdir(join(generated, 'catalogue'), { recursive: true });
  for (const locale of LOCALES) {
    await replace(join(generated, 'catalogue', `${locale}.json`), JSON.stringify(catalogue[locale], null, 1));
  }
  const outdir = await mkdtemp(join(generated, 'next-'));
  await compile({
    project: join(here, 'project.inlang'),
    outdir,
    strategy: ['globalVariable', 'baseLocale'],
    outputStructure: 'message-modules',
    isServer: 'false',
    emitTsDeclarations: true,
    disableAsyncLocalStorage: true,
    emitGitIgnore: false,
    emitPrettierIgnore: false,
    emitReadme: false,
  });
  await mirror(outdir, join(generated, 'paraglide'));
  await rm(outdir, { recursive: true });
  return Object.keys(catalogue.uk).length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = await compileMessages().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
  console.log(`${count} messages in ${LOCALES.join(', ')}`);
  process.exit(0); // The compiler keeps a timer for half a minute.
}
