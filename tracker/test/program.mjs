// Fixture programs with the tracker in them, as tests ask for them.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folder } from './host/files.mjs';
import { createCollector, createNetwork } from './host/network.mjs';
import { createPhone } from './host/phone.mjs';

const home = dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(readFileSync(join(home, '..', 'package.json'), 'utf8'));
/** What the server hands out; that it is made of this source, fresh.test.mjs says. */
export const shipped = join(home, '..', '..', 'src', 'minilens', 'static', 'tracker', version);
export const dist = (name = 'cl_tracker.js') => readFileSync(join(shipped, name), 'utf8');
/** A program of the fixtures, or the one that people are shown. */
export const program = (name) => folder(name === 'example' ? join(home, '..', 'example') : join(home, 'fixtures', name));

/** The file as a server hands it out. */
export function downloaded(options = {}) {
  return `var MINILENS=${JSON.stringify({ key: 'write-key', server: 'https://collect.example', ...options })};${dist()}`;
}

/** {phone, collector}: a program, not opened yet. `options` of the tracker; false: without it. */
export function phoneWith(name, options = {}, more = {}) {
  const collector = createCollector();
  const files = { ...(typeof name === 'string' ? program(name) : name), ...more.files };
  const tracker = options === false ? '' : more.npm ? dist() : downloaded(options);
  const phone = createPhone({ ...more, files, tracker, network: createNetwork(more.answer ?? collector.answer) });
  return { phone, collector };
}

/** The least program there is: `app` in onLaunch, `page` of one page. */
export function little({ app = '', top = "require('./utils/cl_tracker.js');", page = '{}', show = '' } = {}) {
  return {
    'app.json': '{"pages":["pages/a","pages/b"]}',
    'app.js': `${top}\nApp({ onLaunch: function (options) { ${app} }, onShow: function (params) { ${show} } });`,
    'utils/cl_tracker.js': '',
    'pages/a.js': `Page(${page});`,
    'pages/a.wxml': '<view id="x" class="x" bindtap="onX" data-a="1">x</view>',
    'pages/b.js': 'Page({})',
    'pages/b.wxml': '<view />',
  };
}

/** What the collector got by name, without what the tracker made. */
export function told(collector, name) {
  return collector.events(name).map(({ p, tn, ti, pr, ids }) => JSON.parse(JSON.stringify({ p, tn, ti, pr, ids })));
}
