// Every snippet of the mini program monitoring guide runs as it is printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { little, phoneWith, told } from './program.mjs';

async function run(parts, options, more) {
  const { phone, collector } = phoneWith(little(parts), options, more);
  const said = [];
  phone.globals.said = said;
  phone.console = { log: (...words) => said.push(words.join(' ')), warn() {}, error() {} };
  await phone.open();
  await phone.wait(12000);
  assert.deepEqual(phone.errors, []);
  return { phone, collector, said };
}
const custom = (collector) => told(collector, 'mini_program_open');
const where = { p: 'pages/a' };

test('the first line of app.js is enough', async () => {
  const { collector } = await run();
  assert.deepEqual(collector.names(), ['app_launch', 'app_show', 'page_view']);
});

test('this.cl_tracker is there in onLaunch', async () => {
  const { collector } = await run({
    app: "this.cl_tracker.track('mini_program_open', '测试小程序', 'mini_program_appid');",
  });
  assert.deepEqual(custom(collector), [{ tn: '测试小程序', ti: 'mini_program_appid' }]);
});

test('the file may have any name', async () => {
  const files = little({ top: "require('./utils/tracking.js');", app: "this.cl_tracker.track('x_y', 'a', 'b')" });
  const { phone, collector } = phoneWith(files, { name: 'cl_tracker' });
  phone.files['utils/tracking.js'] = phone.tracker;
  phone.tracker = undefined;
  await phone.open();
  await phone.wait(9000);
  assert.equal(collector.events('x_y').length, 1);
});

test('track with an object and a callback', async () => {
  const { collector, said } = await run({
    app: `
    var callback = function (error, info) { said.push(error + typeof info.id); };
    this.cl_tracker.track(
      'mini_program_open',
      {
        targetName:'小程序名称',
        targetId:'xiao_cheng_xu_id',
        level: 3,
      },
      callback // 事件回调,可以不传
    );`,
  });
  assert.deepEqual(custom(collector), [{ tn: '小程序名称', ti: 'xiao_cheng_xu_id', pr: { level: 3 } }]);
  assert.deepEqual(said, ['nullstring']);
});

test('track with name and id of the target, an object and a callback', async () => {
  const { collector, said } = await run({
    app: `
    var callback = function () { said.push('called'); };
    this.cl_tracker.track(
      'mini_program_open',
      '小程序名称',
      'xiao_cheng_xu_appid',
      {}, // 其他参数,可以不传
      callback // 事件回调,可以不传
    );`,
  });
  assert.deepEqual(custom(collector), [{ tn: '小程序名称', ti: 'xiao_cheng_xu_appid' }]);
  assert.deepEqual(said, ['called']);
});

test('the target is remembered, by both forms', async () => {
  const { collector } = await run({
    app: `
    var t = this.cl_tracker;
    t.track('one', '甲', '1'); t.track('two'); t.track('three', '', '', { n: 1 }); t.track('four', { m: 2 });
    t.track('five', { targetName: '乙' }); t.track('six', '丙', '3');  t.track('seven', {}, function () {});`,
  });
  const targets = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((name) => collector.events(name)[0]).map((event) => event.tn + event.ti);
  assert.deepEqual(targets, ['甲1', '甲1', '甲1', '甲1', '乙1', '丙3', '丙3']);
});

test('push with one identity names the events after it', async () => {
  const { phone, collector } = await run({
    page: `{ onLoad: function () {
      var app = getApp();

      app.cl_tracker.push({
      identityType: 'applet-wechat', //如果identityValue使用unionid,identityType请设置为"wechat-unionid"
      identityValue: 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM' // identityValue 是用户的open_id或unionid
      });
    } }`,
  });
  assert.deepEqual(told(collector, 'page_view'), [{ ...where, ids: { 'applet-wechat': 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM' } }]);
  assert.ok(collector.batches.length, 1);
  assert.equal(phone.network.requests.filter((one) => one.url.endsWith('/collect')).length, 1, 'push sends nothing');
});

test('push with three identities in one call', async () => {
  const { collector } = await run({
    app: `this.cl_tracker.push({
    identityType: 'applet-wechat',
    identityValue: 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM', // identityValue 是用户的open_id
    identityType2: 'wechat-unionid',
    identityValue2: 'o7QvZ1TT5oo1F8rNJvchn1GGv5t8',
    identityType3: 'customer_identity1',
    identityValue3: 'the_customer_identity_value1',
    });`,
  });
  assert.deepEqual(told(collector, 'page_view')[0].ids, {
    'applet-wechat': 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM',
    'wechat-unionid': 'o7QvZ1TT5oo1F8rNJvchn1GGv5t8',
    customer_identity1: 'the_customer_identity_value1',
  });
});

test('push with identities one after the other, each in its slot', async () => {
  const { collector, said } = await run({
    app: `var app = this;
    app.cl_tracker.push({
    identityType: 'applet-wechat',
    identityValue: 'openId_openId_openId',
    });

    app.cl_tracker.push({
    identityType2: 'wechat-unionid',
    identityValue2: 'unionId_unionId_union_Id',
    });`,
  });
  assert.deepEqual(told(collector, 'page_view')[0].ids, { 'applet-wechat': 'openId_openId_openId', 'wechat-unionid': 'unionId_unionId_union_Id' });
  assert.deepEqual(said, []);
});

test('a second type takes the slot, the first is no longer sent, and one warning says so', async () => {
  const { collector, said } = await run({
    app: `var app = this;
    app.cl_tracker.push({
    identityType: 'applet-wechat',
    identityValue: 'openId_openId_openId',
    });
    app.cl_tracker.track('between');
    app.cl_tracker.push({
    identityType: 'wechat-unionid',
    identityValue: 'unionId_unionId_union_Id',
    });`,
  });
  assert.deepEqual(told(collector, 'page_view')[0].ids, { 'wechat-unionid': 'unionId_unionId_union_Id' });
  assert.deepEqual(told(collector, 'between')[0].ids, { 'applet-wechat': 'openId_openId_openId' });
  assert.equal(said.length, 1);
  assert.equal(collector.events('sdk_error').length, 1);
});

test('events are anonymous until an identity is known, and identities outlive the program', async () => {
  const { phone, collector } = await run({ app: "if (!getApp().known) this.cl_tracker.track('first')" });
  assert.equal(collector.events('first')[0].ids, undefined);
  phone.app.cl_tracker.push({ identityType: 'applet-wechat', identityValue: 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM', vip: true });
  await phone.wait(2000);
  phone.kill();
  await phone.open();
  await phone.wait(9000);
  const last = collector.events('page_view')[1];
  assert.deepEqual(last.ids, { 'applet-wechat': 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM' });
  assert.deepEqual(last.pr, { vip: true });
  assert.equal(new Set(collector.events().map((event) => event.d)).size, 1);
});

test('where app.cl_tracker is null onAppLaunch and onAppShow start it by hand', async () => {
  // nothing can take the place of App here
  const files = little();
  files['app.js'] = `var cl_tracker = require('./utils/tracking.js');
    App({
    onLaunch: function() {
    said.push(this.cl_tracker === undefined);
    cl_tracker.onAppLaunch.apply(this);
    this.cl_tracker.track('mini_program_open', '测试小程序', 'mini_program_appid');
    },
    onShow: function (params) {
    cl_tracker.onAppShow(params);
    },
    });`;
  const { phone, collector } = phoneWith(files);
  // the platform's App, whatever the tracker has put in its place
  phone.files['app.js'] = 'var theirs = App;' + files['app.js'].replace('    App({', '    theirs({');
  phone.files['utils/tracking.js'] = phone.tracker;
  phone.tracker = undefined;
  phone.globals.said = [];
  await phone.open({ scene: 1011, query: { utm_source: 'poster' } });
  await phone.wait(9000);
  assert.deepEqual(phone.globals.said, [true]);
  assert.deepEqual(collector.names(), ['app_launch', 'mini_program_open', 'app_show', 'page_view']);
  assert.equal(new Set(collector.events().map((event) => event.s)).size, 1);
  assert.equal(collector.events('app_launch')[0].source.scene, 1011);
  await phone.hide();
  await phone.show();
  await phone.wait(9000);
  assert.deepEqual(collector.names().slice(4), ['page_leave', 'app_hide', 'app_show']);
});

test('automatic and manual calls count once', async () => {
  const { phone, collector } = await run({
    top: "var cl_tracker = require('./utils/cl_tracker.js');",
    app: 'cl_tracker.onAppLaunch.apply(this);',
    show: 'cl_tracker.onAppShow(params);',
  });
  await phone.hide();
  await phone.wait(400000);
  await phone.show();
  await phone.wait(9000);
  assert.deepEqual(collector.names(), ['app_launch', 'app_show', 'page_view', 'page_leave', 'app_hide', 'app_show', 'page_view']);
});
