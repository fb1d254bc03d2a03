// From src/ to dist/: one readable source, three files of ES5 without dependencies, and what the server hands out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { minify } from 'terser';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
export const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
/** Entry, name of what is made of it, its format. */
export const FILES = [
  ['index.js', 'cl_tracker.js', 'cjs'],
  ['index.js', 'cl_tracker.esm.js', 'es'],
  ['core.js', 'cl_tracker.core.js', 'cjs'],
  ['agent.js', 'cl_tracker_agent.js', 'cjs'],
  ['requests.js', 'cl_tracker_requests.js', 'cjs'],
  ['login.js', 'cl_tracker_login.js', 'cjs'],
];

const named = { name: 'version', transform: (code) => ({ code: code.replaceAll('__VERSION__', version), map: null }) };

/** The text of one file. */
export async function built(entry, format) {
  const bundle = await rollup({ input: join(home, 'src', entry), plugins: [named], onwarn: (warning) => { throw new Error(warning.message); } });
  const { output } = await bundle.generate({ format, exports: 'auto', strict: false, generatedCode: 'es5' });
  await bundle.close();
  // strict, whatever line a server puts before it
  const text = format === 'es' ? output[0].code : `(function () { 'use strict'; ${output[0].code} })();`;
  const { code } = await minify(text, {
    ecma: 5,
    ie8: false,
    module: format === 'es',
    toplevel: true,
    compress: { passes: 3, pure_getters: true, hoist_funs: true, conditionals: false, comparisons: false },
    format: { ascii_only: true, comments: false },
  });
  return code + '\n';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = join(home, 'dist');
  const shipped = join(home, '..', 'src', 'minilens', 'static', 'tracker', version);
  mkdirSync(dist, { recursive: true });
  mkdirSync(shipped, { recursive: true });
  for (const [entry, name, format] of FILES) {
    const code = await built(entry, format);
    for (const where of [dist, shipped]) writeFileSync(join(where, name), code);
  }
}
