// What is told by itself: launches, sessions, pages and their times, taps, shares, errors.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { little, phoneWith, told } from './program.mjs';
import { WALKS } from './walks.mjs';

const views = (collector) => collector.events('page_view').map((event) => `${event.rf ?? ''}>${event.p}`);
const sessions = (collector) => new Set(collector.events().map((event) => event.s)).size;

async function opened(name, options, more) {
  const found = phoneWith(name, options, more);
  await found.phone.open({ scene: 1047 });
  return found;
}

test('pages are visited once a showing, with what came before, and timed while they are in front', async () => {
  const { phone, collector } = await opened('shop');
  await phone.wait(2000);
  phone.tap('#g1');
  await phone.wait(3000);
  phone.route('navigateBack', {});
  await phone.wait(1000);
  await phone.hide();
  await phone.wait(9000);
  assert.deepEqual(views(collector), ['>pages/home/index', 'pages/home/index>pages/detail/index', 'pages/detail/index>pages/home/index']);
  assert.deepEqual(collector.events('page_leave').map((event) => event.du), [2006, 2999, 1000]);
  assert.equal(sessions(collector), 1);
});

test('a short return goes on with session and page, and its time is added', async () => {
  const { phone, collector } = await opened('shop');
  await phone.hide();
  await phone.wait(200000);
  await phone.show();
  await phone.wait(4000);
  await phone.hide();
  await phone.show();
  await phone.wait(9000);
  assert.equal(sessions(collector), 1);
  assert.equal(views(collector).length, 1);
  assert.deepEqual(collector.events('page_leave').map((event) => event.du), [5, 4005]);
});

for (const [what, away, entry] of [
  ['five minutes in the back', 301000, undefined],
  ['another scene', 1000, { scene: 1011, path: 'pages/home/index', query: {} }],
  ['another path', 1000, { scene: 1047, path: 'pages/detail/index', query: { id: '2' } }],
  ['another campaign', 1000, { scene: 1047, path: 'pages/home/index', query: { utm_campaign: 'spring' } }],
]) {
  test(`a new session after ${what}`, async () => {
    const { phone, collector } = await opened('shop');
    await phone.hide();
    await phone.wait(away);
    await phone.show(entry && { referrerInfo: {}, ...entry });
    await phone.wait(9000);
    assert.equal(sessions(collector), 2);
    assert.equal(views(collector).length, 2);
    const last = collector.events('page_view')[1];
    assert.equal(last.source.scene, entry?.scene ?? 1047);
    assert.equal(collector.events('app_show').at(-1).s, last.s);
  });
}

test('the page on top when the program went to the back is no new entry', async () => {
  const { phone, collector } = await opened('shop');
  phone.tap('#g1');
  await phone.hide();
  await phone.show({ scene: 1047, path: 'pages/detail/index', query: { id: '1' } });
  await phone.wait(9000);
  assert.equal(sessions(collector), 1);
});

test('what the host tracks in onLaunch, onLoad and onShow is of this session and page', async () => {
  const { phone, collector } = phoneWith(
    little({ app: "this.cl_tracker.track('in_launch')", show: "this.cl_tracker.track('in_show')", page: "{ onLoad: function () { getApp().cl_tracker.track('in_load') }, onShow: function () { getApp().cl_tracker.track('in_page') } }" }),
    {},
  );
  await phone.open();
  await phone.wait(9000);
  assert.deepEqual(collector.names(), ['in_launch', 'app_launch', 'in_show', 'app_show', 'in_load', 'in_page', 'page_view']);
  assert.equal(sessions(collector), 1);
  assert.deepEqual(['in_load', 'in_page'].map((name) => collector.events(name)[0].p), ['pages/a', 'pages/a']);
});

test('pages that are components count like others, components in them do not', async () => {
  const { phone, collector } = phoneWith('content', {});
  await WALKS.content(phone);
  const seen = collector.events('page_view').map((event) => event.p);
  assert.deepEqual([...new Set(seen)], ['pages/list', 'pages/article', 'pages/frozen', 'pages/shared', 'pages/inherits', 'more/about']);
  assert.equal(seen.filter((page) => page === 'pages/shared').length, 1, 'a host that calls its own onShow');
  assert.equal(collector.events('page_leave').length, seen.length - 1 + 3, 'three short returns');
  const [open] = collector.events('click');
  assert.deepEqual([open.pr.handler, open.pr.mark, open.p], ['onOpen', { id: 'a2' }, 'pages/list']);
  const heart = collector.events('click').find((event) => event.pr.handler === 'onHeart');
  assert.deepEqual([heart.p, heart.pr.component, heart.pr.data], ['pages/article', 'components/like', { kind: 'heart' }]);
  assert.deepEqual(collector.events('share').map((event) => event.pr.from), ['timeline', 'menu']);
  assert.deepEqual(collector.events('page_not_found').map((event) => event.p), ['pages/nowhere', 'pages/nowhere'].slice(0, collector.events('page_not_found').length));
});

test('a tap is one event with its innermost handler, whatever bubbles', async () => {
  const { phone, collector } = await opened('shop');
  phone.tap('#g2', { x: 33.4, y: 71.6 });
  await phone.wait(9000);
  assert.deepEqual(told(collector, 'click'), [
    { p: 'pages/home/index', pr: { handler: 'onGoods', element: 'g2', class: 'goods', data: { sku: 2, index: 1 }, x: 33, y: 72, handlers: ['onOuter'] } },
  ]);
});

test('of a page at most fifty taps a minute are kept, the others counted', async () => {
  const { phone, collector } = await opened(little({ page: '{ onX: function () {} }' }));
  for (let n = 0; n < 60; n++) {
    await phone.wait(10);
    phone.tap('#x');
  }
  await phone.wait(9000);
  assert.equal(collector.events('click').length, 50);
  assert.equal(collector.batches.reduce((sum, batch) => sum + (batch.lost?.n ?? 0), 0) > 0, true);
});

test('errors of the host are told once each, and only where it throws', async () => {
  const { phone, collector } = await opened('shop');
  phone.tap('#boom');
  phone.tap('#boom');
  await phone.wait(9000);
  assert.deepEqual(told(collector, 'app_error').map((event) => event.pr.message), ['Error: boom of the host']);
});

test('pull-down, reaching the bottom, tab and favourites only where the page has them', async () => {
  const { phone, collector } = await opened('shop');
  phone.top().onPullDownRefresh();
  phone.route('switchTab', { url: '/pages/mine/index' });
  phone.top().onTabItemTap({ index: 1, text: '我的' });
  await phone.wait(9000);
  assert.equal(collector.events('pull_down_refresh').length, 1);
  assert.deepEqual(collector.events('tab_tap').map((event) => event.pr), [{ index: 1, text: '我的' }]);
  // a page without a function for it: the switch itself is told
  phone.route('switchTab', { url: '/pages/home/index' });
  await phone.wait(9000);
  assert.deepEqual(collector.events('tab_tap').map((event) => event.p), ['pages/mine/index', 'pages/home/index']);
});

test('a share is counted and left alone, or marked where asked for; sharePath marks any path', async () => {
  for (const share of ['off', 'append']) {
    const { phone, collector } = await opened('shop', { share });
    const result = phone.top().onShareAppMessage({ from: 'button' });
    const path = phone.app.cl_tracker.sharePath('/pages/home/index?a=1#x', 'poster');
    await phone.wait(9000);
    const [first, second] = collector.events('share').map((event) => event.pr);
    assert.equal(result.path, share === 'off' ? '/pages/home/index?from=friend' : `/pages/home/index?ml_s=${first.share_id}&from=friend`);
    assert.equal(path, `/pages/home/index?ml_s=${second.share_id}&a=1#x`);
    assert.deepEqual([first.from, second.from], ['button', 'poster']);
    assert.match(phone.app.cl_tracker.sharePath('pages/a'), /^pages\/a\?ml_s=[\w-]{12}$/);
  }
});

test('the visit that a share leads to names it', async () => {
  const { phone, collector } = phoneWith('shop', {});
  await phone.open({ scene: 1007, query: { ml_s: 'abcdefghijkl' } });
  await phone.wait(9000);
  assert.equal(collector.events('app_show')[0].pr.share_id, 'abcdefghijkl');
});

test('properties: event over page over register over push', async () => {
  const { phone, collector } = await opened('shop');
  const tracker = phone.app.cl_tracker;
  tracker.push({ a: 'push', b: 'push', c: 'push', d: 'push' });
  tracker.register({ b: 'register', c: 'register', d: 'register' });
  tracker.setPageProps({ c: 'page', d: 'page' });
  tracker.track('all', { d: 'event' });
  tracker.clearAllRegister();
  tracker.track('none');
  await phone.wait(9000);
  assert.deepEqual(collector.events('all')[0].pr, { a: 'push', b: 'register', c: 'page', d: 'event' });
  assert.deepEqual(collector.events('none')[0].pr, { c: 'page', d: 'page' });
});

test('login, profile, logout and reset: who is known, and who comes after', async () => {
  const { phone, collector } = await opened('shop');
  const tracker = phone.app.cl_tracker;
  tracker.login('m-1');
  tracker.identify('mobile', '13900001111');
  tracker.profile({ gender: 'female' });
  tracker.setOnceProfile({ city: 'Shanghai' });
  tracker.setOnceProfile({ city: 'Beijing', age: 30 });
  tracker.track('known');
  const device = tracker.getDeviceId();
  tracker.logout();
  tracker.track('nobody');
  tracker.login('m-2');
  tracker.track('other');
  tracker.reset();
  tracker.track('new');
  await phone.wait(30000);
  const of = (name) => collector.events(name)[0];
  assert.deepEqual(of('known').ids, { c_memberid: 'm-1', mobile: '13900001111' });
  assert.deepEqual([of('nobody').ids, of('nobody').d], [undefined, device]);
  assert.deepEqual(of('other').ids, { c_memberid: 'm-2' });
  assert.notEqual(of('new').d, device);
  assert.deepEqual([...new Set(collector.batches.map((batch) => `${batch.d === device}${batch.ep ?? 0}`))], ['true0', 'true1', 'false0']);
  const profiles = collector.events('profile').map((event) => [event.ty, event.pr]);
  assert.deepEqual(profiles.filter(([, pr]) => pr), [['profile', { gender: 'female' }], ['profile', { city: 'Shanghai' }], ['profile', { age: 30 }]]);
});

test('`before` has the last word, and its faults are its own', async () => {
  const { phone, collector } = phoneWith(little(), undefined, { npm: true });
  phone.files['app.js'] = `var tracker = require('./utils/cl_tracker.js');
    tracker.init({ key: 'k', server: 'https://c.example/', before: function (event) {
      if (event.name === 'secret') return false;
      if (event.name === 'bad') throw new Error('x');
      event.properties.seen = true;
    } });
    App({});`;
  await phone.open();
  for (const name of ['secret', 'bad', 'good']) phone.app.cl_tracker.track(name);
  await phone.wait(9000);
  assert.deepEqual(['secret', 'bad', 'good'].map((name) => collector.events(name).map((event) => event.pr)), [[], [undefined], [{ seen: true }]]);
  assert.ok(phone.network.requests.every((one) => one.url.startsWith('https://c.example/v1/')));
});

test('without a configuration nothing is sent until init', async () => {
  const { phone, collector } = phoneWith(little(), undefined, { npm: true });
  await phone.open();
  phone.app.cl_tracker.track('early');
  await phone.wait(9000);
  assert.equal(phone.network.requests.length, 0);
  phone.app.cl_tracker.init({ key: 'k', server: 'https://c.example' });
  await phone.wait(9000);
  assert.deepEqual(collector.names(), ['app_launch', 'app_show', 'page_view', 'early']);
});

test('ten faults of its own and the tracker steps aside; the host goes on', async () => {
  const { phone, collector } = await opened('shop');
  const { log } = phone;
  // a time that cannot be had breaks every event
  vm.runInContext("whole = Math.floor; Math.floor = function () { throw new Error('broken'); };", phone.context);
  for (let n = 0; n < 12; n++) phone.app.cl_tracker.track('x');
  vm.runInContext('Math.floor = whole', phone.context);
  const before = collector.events().length;
  phone.tap('#g1');
  await phone.wait(20000);
  assert.ok(log.some((line) => String(line).includes('detail.onLoad')));
  assert.equal(collector.events('page_view').length, 1);
  assert.ok(before <= collector.events().length);
  assert.equal(collector.events('click').length, 0);
});

test('explicit wrappers serve where the globals cannot be replaced', async () => {
  const files = little();
  files['app.js'] = `var theirs = App, tracker = require('./utils/cl_tracker.js');
    theirs(tracker.wrapApp({ onLaunch: function () { this.cl_tracker.track('x'); return 5; } }));`;
  files['pages/a.js'] = "Page(getApp().cl_tracker.wrapPage({}));";
  const { phone, collector } = phoneWith(files, {});
  await phone.open();
  await phone.wait(9000);
  assert.deepEqual(collector.names(), ['x', 'app_launch', 'app_show', 'page_view']);
});

test('a program that clears the storage keeps its device', async () => {
  const { phone, collector } = await opened('shop');
  await phone.wait(9000);
  phone.storage.clear();
  await phone.hide();
  phone.kill();
  await phone.open();
  await phone.wait(9000);
  assert.equal(collector.events('app_launch').length, 2);
  assert.equal(new Set(collector.events().map((event) => event.d)).size, 1);
});
