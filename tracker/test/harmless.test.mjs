// The same walks with and without the tracker, under faults: what the host sees must not differ by one line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dist, phoneWith } from './program.mjs';
import { WALKS } from './walks.mjs';

/** What the tracker calls of `wx`; each may be missing, throw, hang, fail. */
const CALLED = [
  'getDeviceInfo', 'getAppBaseInfo', 'getWindowInfo', 'getSystemInfoSync', 'getAccountInfoSync', 'getLaunchOptionsSync', 'getEnterOptionsSync',
  'getNetworkType', 'onNetworkStatusChange', 'onAppShow', 'onAppHide', 'onWindowStateChange', 'onAppRoute', 'onAgentHandoff', 'getStorageSync',
  'setStorageSync', 'setStorage', 'removeStorage', 'getPerformance', 'request',
];

async function trace(name, options, more = {}) {
  const { phone, collector } = phoneWith(name, options, {
    ...more,
    answer: (request) => (request.url.includes('shop.example') ? { status: 201, data: {} } : more.server?.(request)) ?? undefined,
  });
  const collect = collector.answer;
  phone.network.answer = (request) => (request.url.includes('shop.example') ? { status: 201, data: {} } : (more.server ?? collect)(request));
  const said = [];
  phone.console = Object.fromEntries(['log', 'warn', 'error', 'info'].map((name) => [name, (...words) => said.push(words.join(' '))]));
  await WALKS[name](phone);
  await more.then?.(phone);
  return { log: phone.log, said, phone, collector };
}

const without = {};
async function same(name, options, more) {
  const key = name + JSON.stringify(more?.faults ?? {}) + (more?.then ?? '');
  without[key] ??= await trace(name, false, more);
  const withTracker = await trace(name, options, more);
  assert.deepEqual(withTracker.log, without[key].log);
  assert.deepEqual(withTracker.said, without[key].said);
  return withTracker;
}

for (const name of Object.keys(WALKS)) {
  test(`${name}: no difference`, async () => {
    const { collector, log } = await same(name, {});
    assert.ok(collector.events('page_view').length > 0 && log.length > 0);
    assert.equal(collector.events('sdk_error').length, 0);
  });
}

test('the small one makes no difference either, and counts the same but for what only newer platforms tell', async () => {
  const { phone, collector } = phoneWith('shop', {});
  phone.tracker = `var MINILENS=${JSON.stringify({ key: 'k', server: 'https://x.example' })};${dist('cl_tracker.core.js')}`;
  await WALKS.shop(phone);
  without['shop{}'] ??= await trace('shop', false);
  assert.deepEqual(phone.log, without['shop{}'].log);
  // it does not know of tabs that are switched to
  const others = (names) => names.filter((name) => name !== 'tab_tap');
  assert.deepEqual(others(collector.names()), others((await trace('shop', {})).collector.names()));
});

for (const fault of ['missing', 'throw', 'hang', 'fail', 'null']) {
  test(`each function of wx, one at a time: ${fault}`, async () => {
    for (const called of CALLED) await same('shop', {}, { faults: { [called]: fault } });
  });
  test(`all functions of wx that the tracker calls: ${fault}`, async () => {
    const faults = Object.fromEntries(CALLED.map((name) => [name, fault]));
    await same('shop', {}, { faults });
    await same('content', {}, { faults });
  });
}

test('with sharing, taps, before and debug of all kinds the host is the same, but for what was asked for', async () => {
  await same('shop', { autoTrack: { click: false, view: false } });
  await same('content', { consent: 'pending' });
  await same('forms', { consent: 'denied' });
});

test('a server that answers nonsense, and a configuration of nonsense', async () => {
  for (const data of ['', '{', 'null', { refused: 7, cfg: {} }, { rev: 'x', events: [{}] }, { rev: '1', events: [{ name: 'a', actions: [{ trigger: 'click', action: 'once', element: 5, data: [] }] }] }]) {
    for (const status of [200, 404, 500, 302, undefined]) await same('shop', {}, { server: () => ({ status, data }) });
  }
});

test('clocks that jump by a day, both ways, in the middle of it', async () => {
  for (const jump of [86400000, -86400000]) {
    const then = async (phone) => {
      phone.clock.jump(jump);
      await phone.hide();
      await phone.show();
      await phone.wait(9000);
    };
    await same('shop', {}, { then });
  }
});

test('a tracker that does harm is seen', async () => {
  const bad = {
    'forgets results': 'var p = Page; Page = function (o) { var f = o.onLoad; if (f) o.onLoad = function (q) { f.call(this, q); }; p(o); };',
    'adds a share menu': 'var p = Page; Page = function (o) { o.onShareAppMessage = o.onShareAppMessage || function () { trace("menu"); }; p(o); };',
    'asks the network of the host': 'wx.request({ url: "https://x.example" }); require("./shop");',
    'swallows exceptions': 'var p = Page; Page = function (o) { var f = o.onBoom; if (f) o.onBoom = function () { try { f.call(this); } catch (e) {} }; p(o); };',
  };
  const differs = [];
  for (const [what, text] of Object.entries(bad)) {
    const { phone } = phoneWith('shop', false);
    phone.tracker = text;
    await WALKS.shop(phone);
    without['shop{}'] ??= await trace('shop', false);
    if (JSON.stringify(phone.log) !== JSON.stringify(without['shop{}'].log)) differs.push(what);
  }
  assert.deepEqual(differs, Object.keys(bad));
});
