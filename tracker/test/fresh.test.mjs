// What is shipped is made of this source, is ES5, and small.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';
import { FILES, built } from '../scripts/build.mjs';
import { LIMITS } from '../scripts/limits.mjs';
import { dist } from './program.mjs';

for (const [entry, name, format] of FILES.filter(([, , format]) => format === 'cjs')) {
  test(`${name} is fresh, ES5, without surprises, and within its size`, async () => {
    const text = await built(entry, format);
    assert.equal(dist(name), text, 'npm run build makes it anew; once released, a change is a new version');
    parse(text, { ecmaVersion: 5, sourceType: 'script' });
    assert.doesNotMatch(text, /\beval\b|new Function|Proxy|Symbol|Promise|require\(/);
    const bytes = gzipSync(text, { level: 9 }).length;
    assert.ok(!LIMITS[name] || bytes <= LIMITS[name], `${bytes} bytes`);
  });
}

test('the module is the same, as a module', async () => {
  const text = await built('index.js', 'es');
  assert.equal(dist('cl_tracker.esm.js'), text);
  parse(text, { ecmaVersion: 6, sourceType: 'module' });
  assert.match(text, /export\s*\{.*default/);
});
