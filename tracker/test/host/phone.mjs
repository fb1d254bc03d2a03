// A phone with one mini program: opened, sent to the back, killed, opened again. Components are WeChat's own framework
// (glass-easel); App, pages, tabs and routes are here.
import vm from 'node:vm';
import { posix } from 'node:path';
import * as easel from 'glass-easel';
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter';
import { createClock } from './clock.mjs';
import { code, gather, templates } from './files.mjs';
import { createNetwork } from './network.mjs';
import { router } from './routes.mjs';
import { createWx } from './wx.mjs';

// the framework catches what handlers throw; the program whose turn it is hears of it
let turn = null;
easel.globalOptions.throwGlobalError = false;
// frameworks put handlers on the instance while it runs
easel.globalOptions.useMethodCallerListeners = true;
easel.addGlobalErrorListener((error) => {
  turn?.failed(error);
  return false;
});

/** `files`: path → text; `tracker`: text that stands at utils/cl_tracker.js, or nothing. */
export function createPhone({ files, tracker, network = createNetwork(), faults = {}, clock = createClock(), globals = {} }) {
  const phone = {
    files: { ...files }, tracker, network, faults, clock, storage: new Map(), environment: 'release', device: {}, log: [], errors: [],
    calls: [], listeners: {}, layout: {}, globals, alive: false, visible: false, suspendedAfter: 5000, stack: [], tabs: {}, launchOptions: {}, enterOptions: {},
  };
  network.now = () => clock.now();
  phone.easel = easel;
  router(phone);

  /** Code of the program runs in here: what it throws is its own fault, told to App.onError. */
  phone.inside = (work) => {
    turn = phone;
    try {
      const result = work();
      // what nobody catches of a promise is told to the program's end, too
      if (typeof result?.then === 'function') result.then(null, (error) => phone.log.push(['rejected', String(error?.message)]));
      return result;
    } catch (error) {
      phone.failed(error);
    }
  };
  phone.failed = (error) => {
    phone.errors.push(String(error?.message ?? error));
    phone.log.push(['error', String(error?.message ?? error)]);
    try {
      phone.app?.onError?.(String(error?.stack ?? error).split('\n')[0]);
    } catch (again) {
      phone.log.push(['error in onError', again.message]);
    }
  };
  phone.called = (who, name, args) => {
    if (who === 'host') phone.log.push(['wx', name, plain(args)]);
    phone.calls.push([who, name]);
  };
  phone.start = () => start(phone);
  phone.wait = (ms) => clock.wait(ms);
  /** From a code, a chat, the list of recent ones: a cold start where nothing runs. */
  phone.open = async (options = {}) => {
    const entry = { path: phone.home(), query: {}, scene: 1001, referrerInfo: {}, ...options };
    if (phone.alive) return phone.show(entry);
    phone.launchOptions = phone.enterOptions = entry;
    phone.start();
    phone.inside(() => phone.app?.onLaunch?.(entry));
    phone.visible = true;
    phone.inside(() => phone.app?.onShow?.(entry));
    phone.fire('appShow', entry);
    phone.launchPage(entry);
    await clock.wait(5);
  };
  phone.hide = async () => {
    if (!phone.visible) return;
    phone.pageHides(phone.top());
    phone.visible = false;
    phone.inside(() => phone.app?.onHide?.());
    phone.fire('appHide', { reason: 3 });
    await clock.wait(phone.suspendedAfter);
    clock.freeze(true);
  };
  /** In front again; `entry` where something opened it. */
  phone.show = async (entry) => {
    clock.freeze(false);
    phone.enterOptions = entry ?? phone.enterOptions;
    phone.visible = true;
    const here = phone.top();
    phone.inside(() => phone.app?.onShow?.(phone.enterOptions));
    phone.fire('appShow', phone.enterOptions);
    if (entry?.path && entry.again !== false && (entry.path !== here?.route || JSON.stringify(entry.query) !== JSON.stringify(here.options))) {
      phone.route('reLaunch', { url: address(entry) });
    } else if (here) phone.pageShows(here);
    await clock.wait(5);
  };
  phone.kill = () => {
    phone.alive = phone.visible = false;
    clock.freeze(false);
    clock.clear();
    Object.assign(phone, { stack: [], tabs: {}, listeners: {}, app: undefined });
  };
  phone.fire = (name, given) => (phone.listeners[name] ?? []).slice().forEach((work) => phone.inside(() => work(given)));
  phone.tap = (selector, detail = {}, type = 'tap') => tap(phone, selector, detail, type);
  phone.selector = () => selector(phone);
  return phone;
}

export function address({ path, query = {} }) {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return '/' + path + (pairs.length ? '?' + pairs.join('&') : '');
}

function plain(value) {
  return JSON.stringify(value, (_, one) => (typeof one === 'function' ? 'ƒ' : one));
}

/** A fresh context with everything of the program loaded. */
function start(phone) {
  phone.alive = true;
  phone.app = undefined;
  phone.listeners = {};
  const context = vm.createContext({ console: phone.console ?? { log() {}, warn() {}, error() {}, info() {} }, ...phone.globals });
  phone.context = context;
  context.global = context.globalThis = context;
  const { clock } = phone;
  const mine = (work, args) => () => phone.inside(() => work(...args));
  context.setTimeout = (work, ms, ...args) => clock.set(mine(work, args), ms);
  context.setInterval = (work, ms, ...args) => clock.set(mine(work, args), ms, true);
  context.clearTimeout = context.clearInterval = (id) => clock.cancel(id);
  context.wallClock = () => clock.wall();
  vm.runInContext(
    'Date = (function (True) { function D() { return arguments.length ? new (Function.prototype.bind.apply(True, [null].concat([].slice.call(arguments))))() : new True(wallClock()); }' +
      ' D.prototype = True.prototype; D.now = function () { return wallClock(); }; D.UTC = True.UTC; D.parse = True.parse; return D; })(Date)',
    context,
  );
  context.trace = (...said) => phone.log.push(['trace', plain(said)]);
  const host = createWx(phone, 'host');
  const own = createWx(phone, 'tracker');
  context.wx = host;
  context.getApp = () => phone.app;
  context.getCurrentPages = () => phone.stack.slice();
  context.App = (options) => {
    const app = {};
    for (const name in options) app[name] = options[name];
    phone.app = app;
  };
  phone.config = JSON.parse(phone.files['app.json']);
  const paths = [...phone.config.pages];
  for (const sub of phone.config.subPackages ?? phone.config.subpackages ?? []) paths.push(...sub.pages.map((page) => posix.join(sub.root, page)));
  if (phone.config.tabBar?.custom) paths.push('custom-tab-bar/index');
  const configs = gather(phone.files, paths);
  const space = new MiniProgramEnv().createCodeSpace('program', true);
  const backend = new easel.EmptyComposedBackendContext();
  const compiled = templates(phone.files, Object.keys(configs));
  for (const [path, config] of Object.entries(configs)) {
    space.addComponentStaticConfig(path, { component: true, ...config });
    if (compiled[path]) space.addCompiledTemplate(path, { groupList: compiled, content: compiled[path], fallbackListenerOnNativeNode: true });
  }
  Object.assign(phone, { space, backend, configs });
  const modules = {};
  // what is defined belongs to the file that is being loaded
  let loading = '';
  const env = () => space.componentEnv(loading, (found) => found);
  context.Page = (options) => env().Page(options);
  context.Component = (options) => env().Component(options);
  context.Behavior = (options) => env().Behavior(options);
  const load = (path) => {
    const name = /\.(js|ts)$/.test(path) ? path : phone.files[`${path}.ts`] === undefined ? `${path}.js` : `${path}.ts`;
    if (modules[name]) return modules[name].exports;
    const isTracker = /(^|\/)cl_tracker(_\w+)?\.js$/.test(name) && phone.tracker !== undefined;
    const text = name.endsWith('utils/cl_tracker.js') && isTracker ? phone.tracker : phone.files[name] ?? phone.files[name.replace(/\.js$/, '/index.js')];
    if (text === undefined) throw new Error(`module '${name}' is not defined`);
    const module = (modules[name] = { exports: {} });
    const wrapped = vm.runInContext(`(function (require, module, exports, wx) {${code(name, text)}\n})`, context, { filename: name });
    wrapped.call(module.exports, (to) => load(to.startsWith('.') ? posix.join(posix.dirname(name), to) : to), module, module.exports, isTracker ? own : host);
    return module.exports;
  };
  phone.load = load;
  phone.require = (path) => phone.inside(() => ((loading = path), load(path)));
  phone.require('app');
  for (const path of Object.keys(configs).reverse()) {
    if (phone.files[`${path}.js`] !== undefined || phone.files[`${path}.ts`] !== undefined) phone.require(path);
  }
}

function find(component, selector) {
  const root = component.getShadowRoot?.();
  if (!root) return null;
  const direct = root.querySelector(selector);
  if (direct) return direct;
  let found = null;
  root.forEachNodeInSpecifiedSlot?.(null, () => {});
  const look = (node) => {
    for (const child of node.childNodes ?? []) {
      if (found) return;
      if (child.getShadowRoot && child.getShadowRoot()) found = find(child, selector);
      if (!found) look(child);
    }
  };
  look(root);
  return found;
}

/** A finger on an element of the page on top (or of `page`); bubbles as on a phone. */
function tap(phone, selector, detail, type) {
  const { page = phone.top(), x = 10, y = 10, ...more } = detail;
  turn = phone;
  const element = find(page.$root.getComponent(), selector);
  if (!element) throw new Error(`no ${selector} on ${page.route}`);
  const place = { x, y, ...more };
  const event = new easel.Event(type, place, { bubbles: true, composed: true });
  event.changedTouches = [{ clientX: x, clientY: y }];
  event.timeStamp = phone.clock.now();
  element.dispatchEvent(event);
}

/** Rectangles as `phone.layout` has them by selector. */
function selector(phone) {
  const lists = [];
  const query = {
    in: () => query,
    selectAll(one) {
      lists.push(phone.layout[one] ?? []);
      return { boundingClientRect: () => query };
    },
    exec: (work) => phone.clock.set(() => phone.alive && phone.inside(() => work(lists)), 10, false, true),
  };
  return query;
}
