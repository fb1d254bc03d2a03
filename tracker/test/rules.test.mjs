// Events without code: every trigger, every source of values, steps, revisions, the kill switch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phoneWith } from './program.mjs';

const FILES = {
  'app.json': '{"pages":["pages/menu","pages/tea","pages/me"],"tabBar":{"list":[{"pagePath":"pages/menu","text":"m"},{"pagePath":"pages/me","text":"me"}]}}',
  'app.js': "require('./utils/cl_tracker.js'); App({ level: 3, vip: true, basket: {} });",
  'utils/cl_tracker.js': '',
  'pages/menu.js': `Page({ data: { grid: [[10, 20], [30, 40]], list: [{ sku: 'a', sub: [{ n: 1 }, { n: 2 }] }, { sku: 'b', sub: [{ n: 3 }, { n: 4 }] }], goods: { price: 9.5 }, shown: false },
    onPick: function () { wx.navigateTo({ url: '/pages/tea?from=menu' }); }, onStay: function () {}, onPullDownRefresh: function () {},
    onShareAppMessage: function () { return {}; } });`,
  'pages/menu.wxml': '<view id="all" bindtap="onStay"><view id="t" class="tea" data-item-id="7" data-index="1" mark:row="r" bindtap="onPick">x</view><view id="s" class="sub" bindtap="onStay">y</view></view>',
  'pages/tea.js': 'Page({ data: { price: 66, cups: 2, none: null, nan: NaN, obj: {} }, onOrder: function () {} });',
  'pages/tea.wxml': '<view id="order" bindtap="onOrder">o</view>',
  'pages/me.js': 'Page({});',
  'pages/me.wxml': '<view />',
};

const event = (name, ...actions) => ({ name, id: 7, rev: 2, actions: actions.map((action) => ({ action: 'once', ...action })) });
const data = (fields) => Object.entries(fields).map(([field, value]) => ({ field, value }));

async function opened(config, walk = async () => {}) {
  const { phone, collector } = phoneWith(FILES, {});
  collector.config = config && { rev: '1', ...config };
  await phone.open();
  await phone.wait(2000);
  await walk(phone);
  await phone.wait(15000);
  return { phone, collector, of: (name) => collector.events(name).map((one) => one.pr ?? {}) };
}

const walk = async (phone) => {
  const tap = async (id, at) => {
    phone.tap(id, at);
    await phone.wait(200);
  };
  await tap('#t', { x: 30, y: 130 });
  await tap('#order');
  phone.route('navigateBack', {});
  await phone.wait(100);
  phone.top().onPullDownRefresh();
  phone.top().onShareAppMessage({ from: 'menu' });
  phone.top().onShareAppMessage({ from: 'button' });
  phone.route('switchTab', { url: '/pages/me' });
  phone.route('switchTab', { url: '/pages/menu' });
  phone.route('switchTab', { url: '/pages/me' });
  await phone.hide();
  await phone.show();
};

test('every trigger fires when it should, and only then', async () => {
  const page = 'pages/menu';
  const { collector, of } = await opened(
    {
      events: [
        event('clicked', { trigger: 'click', page, element: '#t' }),
        event('entered', { trigger: 'enterPage', page: '/pages/tea' }),
        event('left', { trigger: 'leavePage', page }),
        event('loaded', { trigger: 'pageLoad', page: 'pages/tea' }),
        event('unloaded', { trigger: 'pageUnload', page: 'ANY_PAGE' }),
        event('pulled', { trigger: 'pullDownRefresh', page }),
        event('hid', { trigger: 'background' }),
        event('came', { trigger: 'foreground' }),
        event('shared', { trigger: 'share' }),
        event('shared_any', { trigger: 'share', from: 'any' }),
        event('tabbed', { trigger: 'switchTab', page: 'pages/me' }),
        event('unknown', { trigger: 'shaken' }),
      ],
    },
    walk,
  );
  const counts = Object.fromEntries(['clicked', 'entered', 'left', 'loaded', 'unloaded', 'pulled', 'hid', 'came', 'shared', 'shared_any', 'tabbed', 'unknown'].map((name) => [name, of(name).length]));
  assert.deepEqual(counts, { clicked: 1, entered: 1, left: 3, loaded: 1, unloaded: 1, pulled: 1, hid: 1, came: 1, shared: 1, shared_any: 2, tabbed: 2, unknown: 0 });
  assert.equal(collector.events('clicked')[0].r, '7@2');
  assert.equal(collector.events('clicked')[0].p, 'pages/menu');
});

test('launch fires from the configuration that was kept', async () => {
  const { phone, of } = await opened({ events: [event('begun', { trigger: 'launch' })] });
  assert.equal(of('begun').length, 0);
  phone.kill();
  await phone.open();
  await phone.wait(9000);
  assert.equal(of('begun').length, 1);
});

test('values come from where they are said to come from', async () => {
  const fields = {
    literal: '"tea"', path: 'goods.price', item: 'list[].sku', index: 'list[].$INDEX', dataset: '$DATASET.itemId', mark: '$MARK.row', detail: '$DETAIL.x',
    app: '$APP.level', flag: '$APP.vip', object: '$APP.basket', page: '$CURRENT_PAGE', last: '$LAST_PAGE', missing: 'nothing.here', none: '$QUERY.none', no: 'shown',
  };
  const { of } = await opened({ events: [event('all', { trigger: 'click', element: '@onPick', data: data(fields) })] }, walk);
  assert.deepEqual(of('all'), [
    { literal: 'tea', path: 9.5, item: 'b', index: 1, dataset: '7', mark: 'r', detail: 30, app: 3, flag: true, page: 'pages/menu', last: '', no: false },
  ].map((one) => ({ ...one, dataset: of('all')[0].dataset })));
  assert.equal(String(of('all')[0].dataset), '7');
  const tea = await opened({ events: [event('order', { trigger: 'click', element: '#order', data: data({ price: 'price', none: 'none', nan: 'nan', obj: 'obj', from: '$QUERY.from', last: '$LAST_PAGE', here: '$PAGE_TIME', app: '$APP_TIME' }) })] }, walk);
  const [order] = tea.of('order');
  assert.deepEqual({ ...order, here: 0, app: 0 }, { price: 66, from: 'menu', last: 'pages/menu', here: 0, app: 0 });
  assert.ok(order.here >= 150 && order.app > order.here);
});

test('classes are found in the view by the place of the tap, lists in lists too', async () => {
  const rows = [{ left: 0, top: 0, right: 100, bottom: 100 }, { left: 0, top: 100, right: 100, bottom: 200 }];
  const subs = rows.flatMap(({ top }) => [0, 50].map((left) => ({ left, top, right: left + 50, bottom: top + 100 })));
  const { of } = await opened(
    {
      events: [
        event('row', { trigger: 'click', element: '.tea', data: data({ sku: 'list[].sku', at: 'list[].$INDEX' }) }),
        event('cell', { trigger: 'click', element: '.tea .sub', data: data({ n: 'list[].sub[].n', g: 'grid[][]' }) }),
        event('not', { trigger: 'click', element: '.other' }),
      ],
    },
    async (phone) => {
      phone.layout = { '.tea': rows, '.tea .sub': subs, '.other': [{ left: 500, top: 0, right: 600, bottom: 10 }] };
      phone.tap('#s', { x: 60, y: 150 });
      await phone.wait(500);
    },
  );
  assert.deepEqual([of('row'), of('cell'), of('not')], [[{ sku: 'b', at: 1 }], [{ n: 4, g: 40 }], []]);
});

test('[data-x=v] and a tap that bubbles through several handlers fires once', async () => {
  const { of } = await opened({ events: [event('one', { trigger: 'click', element: '[data-item-id=7]' }), event('two', { trigger: 'click', element: '#t' })] }, walk);
  assert.deepEqual([of('one').length, of('two').length], [1, 1]);
});

// the worked example: 1 starts and collects, 2 collects, 3 reports
const STEPS = event(
  'tea_order',
  { trigger: 'click', page: 'pages/menu', element: '#t', action: 'start', data: data({ sku: 'list[].sku' }) },
  { trigger: 'enterPage', page: 'pages/tea', action: 'collect', data: data({ price: 'price' }) },
  { trigger: 'click', page: 'pages/tea', element: '#order', action: 'report', data: data({ cups: 'cups' }) },
);
for (const [rows, sent] of [
  ['123', 1], ['1233', 1], ['23', 0], ['12', 0], ['12123', 1], ['123123', 2], ['12323', 1],
]) {
  test(`step by step: ${rows} sends ${sent}`, async () => {
    const { of } = await opened({ events: [STEPS] }, async (phone) => {
      const page = () => phone.top().route;
      for (const row of rows) {
        if (row === '1') {
          if (page() === 'pages/tea') phone.route('navigateBack', {});
          phone.tap('#t');
        } else if (row === '2') {
          // a start has already come here; else the page is opened anew
          if (rows[rows.indexOf(row) - 1] !== '1' || page() !== 'pages/tea') {
            if (page() === 'pages/tea') phone.route('navigateBack', {});
            phone.route('navigateTo', { url: '/pages/tea' });
          }
        } else phone.tap('#order');
        await phone.wait(100);
      }
    });
    assert.equal(of('tea_order').length, sent);
    if (sent) assert.deepEqual(of('tea_order')[0], { sku: 'b', price: 66, cups: 2 });
  });
}

test('what was begun dies with the session, and with a new revision of the event', async () => {
  const { of } = await opened({ events: [STEPS] }, async (phone) => {
    phone.tap('#t');
    await phone.hide();
    await phone.wait(400000);
    await phone.show();
    phone.tap('#order');
  });
  assert.equal(of('tea_order').length, 0);
  const changed = await opened({ events: [STEPS] }, async (phone) => {
    phone.tap('#t');
    await phone.hide();
    await phone.wait(1000);
  });
  changed.collector.config = { rev: '2', events: [{ ...STEPS, rev: 3 }] };
  await changed.phone.wait(280000);
  await changed.phone.show();
  await changed.phone.wait(700000);
  await changed.phone.hide();
  await changed.phone.show();
  await changed.phone.wait(2000);
  changed.phone.tap('#order');
  await changed.phone.wait(9000);
  assert.equal(changed.of('tea_order').length, 0);
});

test('asked for at most every ten minutes; 304 keeps it; a receipt that names another revision asks at once', async () => {
  const { phone, collector, of } = await opened({ events: [event('came', { trigger: 'foreground' })] });
  const asked = () => phone.network.requests.filter((one) => one.url.includes('/config')).length;
  assert.equal(asked(), 1);
  await phone.hide();
  await phone.show();
  await phone.wait(9000);
  assert.equal(asked(), 1);
  await phone.hide();
  await phone.wait(601000);
  await phone.show();
  await phone.wait(9000);
  assert.equal(asked(), 2);
  assert.ok(phone.network.requests.filter((one) => one.url.includes('/config')).at(-1).url.endsWith('k=write-key&rev=1'));
  assert.equal(of('came').length, 2);
  collector.config = { rev: '2', events: [] };
  const answer = collector.answer;
  phone.network.answer = (request) => {
    const found = answer(request);
    return request.url.endsWith('/collect') ? { ...found, data: { ...found.data, cfg: '2' } } : found;
  };
  phone.app.cl_tracker.track('x');
  await phone.wait(9000);
  assert.equal(asked(), 3);
  await phone.hide();
  await phone.show();
  await phone.wait(9000);
  assert.equal(of('came').length, 2);
  assert.equal(collector.batches.at(-1).cfg, '2');
});

test('a configuration that does not fit leaves the last good one, on the phone too', async () => {
  const { phone, collector, of } = await opened({ events: [event('came', { trigger: 'foreground' })] });
  for (const bad of [{ events: 7 }, { events: [{ name: 7, actions: [] }] }, { events: [event('x', { action: 'sometimes', trigger: 'launch' })] }, { deny: 'all' }, { events: [event('x', { trigger: 'launch', data: [{ field: 'x' }] })] }, { big: 'x'.repeat(70000) }]) {
    collector.config = { rev: 'bad', ...bad };
    phone.kill();
    await phone.open();
    await phone.wait(2000);
    await phone.hide();
    await phone.show();
    await phone.wait(9000);
  }
  assert.equal(of('came').length, 6);
  assert.equal(collector.batches.at(-1).cfg, '1');
});

test('the kill switch turns wrappers into a way through, is kept, and can be taken back', async () => {
  const { phone, collector } = await opened({ off: true });
  phone.tap('#s');
  phone.app.cl_tracker.track('x');
  phone.kill();
  await phone.open();
  phone.app.cl_tracker.track('y');
  await phone.wait(9000);
  assert.deepEqual(['click', 'x', 'y'].map((name) => collector.events(name).length), [0, 0, 0]);
  collector.config = { rev: '2' };
  phone.kill();
  await phone.open();
  await phone.wait(2000);
  phone.app.cl_tracker.track('z');
  await phone.wait(9000);
  assert.equal(collector.events('z').length, 1);
});

test('a sample keeps the same share of devices; deny adds names; flush changes sizes', async () => {
  let kept = 0;
  for (let n = 0; n < 60; n++) {
    const { phone, collector } = phoneWith(FILES, {});
    collector.config = { rev: '1', sample: 0.5, deny: ['item-id'], flush: { size: 2, seconds: 1 } };
    await phone.open();
    await phone.wait(2000);
    phone.tap('#t');
    await phone.wait(2000);
    const [click] = collector.events('click');
    if (click) kept++;
    if (click) assert.equal(click.pr.data.itemId, undefined);
  }
  assert.ok(kept > 12 && kept < 48, `${kept} of 60`);
});

test('a test walk by a code: its draft, its own environment, nothing of it kept', async () => {
  const { phone, collector } = phoneWith(FILES, {});
  collector.config = { rev: '1' };
  const answer = collector.answer;
  phone.network.answer = (request) => (request.url.includes('test=abc') ? { status: 200, data: { rev: 'draft', events: [event('entered', { trigger: 'enterPage', page: 'pages/tea' })] } } : answer(request));
  await phone.open({ query: { ml_test: 'abc' } });
  await phone.wait(500);
  phone.tap('#t');
  await phone.wait(9000);
  assert.equal(collector.events('entered').length, 1);
  assert.deepEqual([...new Set(collector.batches.map((batch) => batch.ctx.env + batch.test))], ['previewabc']);
  phone.kill();
  await phone.open();
  await phone.wait(9000);
  phone.tap('#t');
  await phone.wait(9000);
  assert.equal(collector.events('entered').length, 1);
  assert.equal(collector.batches.at(-1).ctx.env, 'release');
});
