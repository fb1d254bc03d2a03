// What WeChat has added, and where it is missing: AI skills, handoffs, rewritten routes, windows, old libraries.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { dist, little, phoneWith } from './program.mjs';

/** A context of a skill: no App, no Page, no getApp; only the calls that the platform lists there. */
function skill(phone, { request = true, config = { key: 'k', server: 'https://c.example' }, ...more } = {}) {
  const sent = [];
  let answer = { statusCode: 200 };
  const wx = {
    getStorage({ key, success, fail, complete }) {
      const found = phone.storage.has(key) ? { data: JSON.parse(phone.storage.get(key)) } : undefined;
      (found ? success : fail)?.(found ?? { errMsg: 'getStorage:fail data not found' });
      complete?.(found ?? {});
    },
    setStorage: ({ key, data }) => phone.storage.set(key, JSON.stringify(data)),
    modelContext: { getSessionId: () => 'conversation-1' },
    ...more,
  };
  if (request) {
    wx.request = (options) => {
      sent.push(JSON.parse(options.data));
      answer === 'fail' ? options.fail?.({}) : options.success?.(answer);
    };
  }
  const module = { exports: {} };
  const text = `var MINILENS=${JSON.stringify(config)};${dist('cl_tracker_agent.js')}`;
  vm.runInNewContext(`(function (module, exports, wx) {${text}\n})`, { Date, console })(module, module.exports, wx);
  return { ...module.exports, wx, sent, answers: (given) => (answer = given), host: wx };
}

async function permitted() {
  const found = phoneWith(little(), {});
  await found.phone.open();
  found.phone.app.cl_tracker.push({ identityType: 'applet-wechat', identityValue: 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM' });
  await found.phone.wait(9000);
  return found;
}
const context = { name: 'order', skillPath: 'skills/tea', arguments: { phone: '+86 139 0000 1111', sku: 1 } };

test('calls of a skill are told: name, time, outcome, names of arguments; result and error pass untouched', async () => {
  const { phone } = await permitted();
  const { agentMiddleware, sent, wx } = skill(phone);
  const middleware = agentMiddleware(wx);
  const result = { content: [], isError: false };
  assert.equal(await middleware(context, async () => result), result);
  const wrong = { isError: true };
  assert.equal(await middleware(context, () => wrong), wrong);
  const error = new RangeError('of the host');
  await assert.rejects(middleware(context, () => Promise.reject(error)), (thrown) => thrown === error);
  assert.throws(() => middleware(context, () => { throw error; }), (thrown) => thrown === error);
  assert.deepEqual(sent.map((batch) => [batch.ev[0].n, batch.ev[0].pr.outcome, batch.ev[0].pr.error]), [
    ['agent_call', 'ok', undefined], ['agent_call', 'is_error', undefined], ['agent_call', 'failed', 'RangeError'], ['agent_call', 'failed', 'RangeError'],
  ]);
  const [first] = sent;
  assert.equal(first.ev[0].pr.arguments, 'phone,sku');
  assert.ok(!JSON.stringify(first).includes('139 0000') && !JSON.stringify(first).includes('conversation-1'));
  assert.equal(first.d, phone.app.cl_tracker.getDeviceId());
  assert.deepEqual(first.ids, { 'applet-wechat': 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM' });
  let nexts = 0;
  await middleware(context, async () => nexts++);
  assert.equal(nexts, 1);
});

test('what a skill or a card cannot send the program sends when it starts next', async () => {
  const { phone, collector } = await permitted();
  const failing = skill(phone);
  failing.answers('fail');
  await failing.agentMiddleware(failing.wx)(context, async () => ({}));
  const card = skill(phone, { request: false });
  card.cardShown('order', card.wx);
  phone.kill();
  await phone.open();
  await phone.wait(9000);
  assert.deepEqual(['agent_call', 'agent_card'].map((name) => collector.events(name).map((event) => event.pr.api)), [['order'], ['order']]);
  assert.equal(phone.storage.has('minilens_agent'), false);
  assert.equal(new Set(collector.events().map((event) => event.d)).size, 1);
});

test('without consent a skill keeps nothing, and a platform without anything breaks nothing', async () => {
  const { phone } = phoneWith(little(), { consent: 'pending' });
  await phone.open();
  const { agentMiddleware, cardShown, sent, wx } = skill(phone);
  await agentMiddleware(wx)(context, async () => 1);
  assert.equal(sent.length, 0);
  assert.equal(phone.storage.size, 0);
  for (const platform of [{}, null, undefined, { getStorage() { throw new Error('x'); } }, { getStorage() {} }]) {
    assert.equal(await agentMiddleware(platform)(context, async () => 1), 1);
    assert.equal(await agentMiddleware(platform)(undefined, async () => 1), 1);
    cardShown('x', platform);
  }
});

test('a handoff is told with its page, and joins the visit it leads to', async () => {
  const { phone, collector } = phoneWith('shop', {});
  await phone.open({ path: 'pages/detail/index', query: { id: '2' }, scene: 1433 });
  phone.fire('handoff', { pageId: 'p-7', path: 'pages/detail/index', query: { id: '2', token: 'x' }, payload: { order: 1 } });
  await phone.wait(9000);
  const [handoff] = collector.events('agent_handoff');
  assert.deepEqual([handoff.p, handoff.pq, handoff.pr], ['pages/detail/index', 'id=2', { page_id: 'p-7' }]);
  assert.equal(handoff.s, collector.events('page_view')[0].s);
});

test('a rewritten route: one visit, of the new page; what the code said is kept beside it', async () => {
  const { phone, collector } = phoneWith('rewrite', {});
  await phone.open({ path: 'pages/old', query: { c: '1' }, scene: 1011 });
  await phone.wait(9000);
  assert.deepEqual(collector.events('page_view').map((event) => [event.p, event.pq, event.source.path, event.source.query]), [['pages/new', 'from=old', 'pages/old', 'c=1']]);
});

test('two pages side by side: each is timed while it is in front, a tap is of the page it was on', async () => {
  const { phone, collector } = phoneWith('shop', {});
  await phone.open();
  const left = phone.top();
  // the platform shows the right page without hiding the left one
  phone.pageHides = ((hides) => (page) => page !== left && hides(page))(phone.pageHides);
  phone.route('navigateTo', { url: '/pages/detail/index?id=1' });
  await phone.wait(2000);
  phone.tap('#g1', { page: left });
  await phone.wait(1000);
  assert.equal(phone.errors.length, 0);
  const [click] = collector.events('click').concat(JSON.parse(JSON.parse(phone.storage.get('minilens_queue'))).q.map(([, event]) => event).filter((event) => event.n === 'click'));
  assert.equal(click.p, 'pages/home/index');
});

test('a minimised window is not in front, and a hide that follows changes nothing', async () => {
  const { phone, collector } = phoneWith('shop', {});
  await phone.open();
  await phone.wait(1000);
  phone.fire('windowState', { state: 'minimize' });
  await phone.wait(200000);
  phone.fire('windowState', { state: 'normalize' });
  await phone.wait(2000);
  await phone.hide();
  await phone.show();
  await phone.wait(9000);
  assert.deepEqual(collector.events('page_leave').map((event) => event.du), [1005, 2000]);
  assert.equal(collector.events('app_hide').length, 2);
  assert.equal(collector.events('page_view').length, 1);
});

test('load times are told where the platform has them', async () => {
  const { phone, collector } = phoneWith('shop', {});
  await phone.open();
  const entries = [{ entryType: 'navigation', name: 'appLaunch', duration: 812.4, path: 'pages/home/index' }, { name: 'route', duration: 120, path: 'pages/detail/index?id=1' }, { name: 'route' }];
  phone.fire('performance', { getEntries: () => entries });
  await phone.wait(9000);
  assert.deepEqual(collector.events('page_load_time').map((event) => [event.p, event.pr]), [['pages/home/index', { type: 'appLaunch', launch_ms: 812 }], ['pages/detail/index', { type: 'route', ms: 120 }]]);
});

test('an old library without any of the new calls, HarmonyOS, a computer', async () => {
  const old = ['getDeviceInfo', 'getAppBaseInfo', 'getWindowInfo', 'getEnterOptionsSync', 'onAppRoute', 'onBeforeAppRoute', 'onWindowStateChange', 'onAgentHandoff', 'getPerformance', 'onAppShow', 'onAppHide', 'getAccountInfoSync', 'onNetworkStatusChange'];
  const { phone, collector } = phoneWith('shop', {}, { faults: Object.fromEntries(old.map((name) => [name, 'missing'])) });
  await phone.open();
  await phone.wait(9000);
  assert.deepEqual(collector.names(), ['app_launch', 'app_show', 'page_view']);
  assert.equal(collector.batches[0].ctx.brand, 'HUAWEI');
  for (const platform of ['ohos', 'ohos_pc', 'windows', 'mac']) {
    const other = phoneWith('shop', {});
    other.phone.device = { platform, system: 'HarmonyOS 5.0' };
    await other.phone.open({ scene: 1154 });
    await other.phone.wait(9000);
    assert.deepEqual([other.collector.batches[0].ctx.plat, other.collector.batches[0].src[0].scene], [platform, 1154]);
  }
});

test('in a plugin there is no App, no Page: nothing is thrown, events can be told by hand', async () => {
  const { phone, collector } = phoneWith(little(), {});
  await phone.open();
  const module = { exports: {} };
  vm.runInContext(`(function (module, exports, wx, App, Page, Component, Behavior, getApp, getCurrentPages) {${phone.tracker}\n})`, phone.context)(module, module.exports, phone.context.wx);
  module.exports.track('in_plugin');
  await phone.wait(9000);
  assert.equal(collector.events('in_plugin').length, 1);
});

test('loaded where there is nothing at all it throws nothing', () => {
  for (const name of ['cl_tracker.js', 'cl_tracker.core.js', 'cl_tracker_agent.js', 'cl_tracker_requests.js', 'cl_tracker_login.js']) {
    const module = { exports: {} };
    vm.runInNewContext(`(function (module, exports) {var MINILENS={key:"k",server:"https://x"};${dist(name)}\n})`, {})(module, module.exports);
    if (!name.includes('_')) module.exports.track('x');
    if (module.exports.track) module.exports.track('x', {}, () => {});
    assert.ok(Object.keys(module.exports).length || typeof module.exports === 'function');
  }
});

test('loaded twice the tracker wraps once', async () => {
  const { phone, collector } = phoneWith(little({ top: "require('./utils/cl_tracker.js'); require('./again.js');" }), {});
  phone.files['again.js'] = phone.tracker;
  await phone.open();
  await phone.wait(9000);
  assert.deepEqual(collector.names(), ['app_launch', 'app_show', 'page_view']);
});

test('requests of the program are told by a file of their own: failures and slow ones, without query or body', async () => {
  const files = {
    'app.json': '{"pages":["pages/a"]}',
    'app.js': "var t = require('./utils/cl_tracker.js'); require('./utils/cl_tracker_requests.js')(t, { slow: 1000 }); App({});",
    'utils/cl_tracker.js': '',
    'utils/cl_tracker_requests.js': dist('cl_tracker_requests.js'),
    'pages/a.js': 'Page({})',
    'pages/a.wxml': '<view />',
  };
  const { phone, collector } = phoneWith(files, {});
  // a file of the tracker that wraps the program's own wx
  phone.tracker = undefined;
  phone.files['utils/cl_tracker.js'] = phoneWith(files, {}).phone.tracker;
  await phone.open();
  const { wx } = phone.context;
  const answer = phone.network.answer;
  phone.network.answer = (request) => {
    if (request.url.includes('/slow')) return { status: 200, data: {}, delay: 3000 };
    if (request.url.includes('/bad')) return { status: 503, data: {} };
    if (request.url.includes('/down')) return 'fail';
    return request.url.includes('shop') ? { status: 200, data: {} } : answer(request);
  };
  const heard = [];
  for (const path of ['fine', 'slow?token=t', 'bad', 'down']) {
    wx.request({ url: `https://shop.example/${path}`, data: { secret: 1 }, success: (got) => heard.push(path + got.statusCode), fail: (got) => heard.push(path + got.errMsg) });
  }
  await phone.wait(15000);
  assert.deepEqual(heard.sort(), ['bad503', 'downrequest:fail', 'fine200', 'slow?token=t200']);
  assert.deepEqual(collector.events().filter((event) => event.n.startsWith('api_')).map((event) => [event.n, event.pr.url, event.pr.status, event.pr.message]).sort(), [
    ['api_error', 'https://shop.example/bad', 503, undefined], ['api_error', 'https://shop.example/down', undefined, 'request:fail'], ['api_time', 'https://shop.example/slow', 200, undefined],
  ]);
});
