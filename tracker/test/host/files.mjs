// The files of a program: from a folder, with npm packages beside, as code and templates that the host can run.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { TmplGroup } from 'glass-easel-template-compiler';

const NPM = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'node_modules');
const ROOTS = { 'tdesign-miniprogram': 'miniprogram_dist', '@vant/weapp': 'dist' };
const cache = new Map();

function walk(folder, found = {}, top = folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) walk(path, found, top);
    else found[relative(top, path)] = readFileSync(path, 'utf8');
  }
  return found;
}

/** Path → text of a folder's files. */
export function folder(path) {
  if (!cache.has(path)) cache.set(path, walk(path));
  return { ...cache.get(path) };
}

/** Code as CommonJS: what is written as modules or in TypeScript is translated. */
export function code(path, text) {
  if (!path.endsWith('.ts') && !/^\s*(import|export)\s/m.test(text)) return text;
  const key = path + text;
  if (!cache.has(key)) {
    const loader = path.endsWith('.ts') ? 'ts' : 'js';
    cache.set(key, transformSync(text, { loader, format: 'cjs', target: 'es2017' }).code);
  }
  return cache.get(key);
}

/** Where a component of an npm package lies: `tdesign-miniprogram/button/button`. */
function npm(path) {
  const name = Object.keys(ROOTS).find((one) => path.startsWith(one + '/'));
  return name && join(NPM, name, ROOTS[name], path.slice(name.length + 1));
}

/** Adds what pages and components use, all the way down; answers the configuration of each by its path. */
export function gather(files, entries) {
  const configs = {};
  const queue = [...entries];
  while (queue.length) {
    const path = queue.pop();
    if (configs[path]) continue;
    const config = files[`${path}.json`] ? JSON.parse(files[`${path}.json`]) : {};
    configs[path] = { ...config, usingComponents: {} };
    for (const [tag, at] of Object.entries(config.usingComponents ?? {})) {
      const to = resolved(files, path, at);
      configs[path].usingComponents[tag] = '/' + to;
      queue.push(to);
    }
  }
  return configs;
}

function resolved(files, from, at) {
  const near = at.startsWith('/') ? at.slice(1) : posix.join(posix.dirname(from), at);
  if (files[`${near}.json`] || files[`${near}.js`] || files[`${near}.ts`]) return near;
  const place = npm(at);
  if (!place || !existsSync(`${place}.json`)) throw new Error(`${from} uses ${at}, which is not there`);
  const name = Object.keys(ROOTS).find((one) => at.startsWith(one + '/'));
  const top = join(NPM, name, ROOTS[name]);
  for (const [path, text] of Object.entries(folder(top))) files[posix.join('npm', name, path)] ??= text;
  return posix.join('npm', at);
}

/** Compiled templates by path. */
export function templates(files, paths) {
  const key = 'tmpl' + paths.join() + paths.map((path) => files[`${path}.wxml`]?.length).join();
  if (cache.has(key)) return cache.get(key);
  const group = new TmplGroup();
  const wanted = new Set();
  const add = (path) => {
    const text = files[`${path}.wxml`];
    if (wanted.has(path) || text === undefined) return;
    wanted.add(path);
    for (const [, src] of text.matchAll(/<(?:import|include)[^>]*src="([^"]+?)(?:\.wxml)?"/g)) {
      add(src.startsWith('/') ? src.slice(1) : posix.join(posix.dirname(path), src));
    }
    for (const [, src] of text.matchAll(/<wxs[^>]*src="([^"]+?)(?:\.wxs)?"/g)) script(posix.join(posix.dirname(path), src));
    group.addTmpl(path, text);
  };
  const script = (path) => {
    const text = files[`${path}.wxs`];
    if (wanted.has(path + '.wxs') || text === undefined) return;
    wanted.add(path + '.wxs');
    for (const [, src] of text.matchAll(/require\(["']([^"']+?)(?:\.wxs)?["']\)/g)) script(posix.join(posix.dirname(path), src));
    // the compiler knows them without their ending
    group.addScript(path, text.replace(/(require\(\s*["'][^"']+?)\.wxs(["'])/g, '$1$2'));
  };
  paths.forEach(add);
  const list = new Function('getRegExp', 'getDate', `return ${group.getTmplGenObjectGroups()}`)(
    (source, flags) => new RegExp(source, flags),
    (...args) => new Date(...args),
  );
  group.free();
  cache.set(key, list);
  return list;
}
