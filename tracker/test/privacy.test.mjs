// Consent, opting out, secrets: what must not be kept is not kept.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { little, phoneWith, shipped, told } from './program.mjs';

const own = (phone) => phone.calls.filter(([who]) => who === 'tracker').map(([, name]) => name);

test('while consent is pending there is no id, no storage, no request', async () => {
  const { phone, collector } = phoneWith('shop', { consent: 'pending' });
  await phone.open();
  phone.app.cl_tracker.push({ identityType: 'mobile', identityValue: '13900001111', level: 2 });
  phone.app.cl_tracker.track('first');
  phone.app.cl_tracker.login('m-1');
  await phone.hide();
  await phone.show();
  await phone.wait(60000);
  assert.equal(phone.storage.size, 0);
  assert.equal(phone.network.requests.length, 0);
  assert.equal(phone.app.cl_tracker.getDeviceId(), null);
  assert.deepEqual(own(phone).filter((name) => /storage|request|login|getAccount|getDevice/i.test(name)), []);

  phone.app.cl_tracker.setConsent('granted');
  await phone.wait(9000);
  assert.equal(collector.events('first').length, 1);
  assert.equal(collector.events('app_launch').length, 1);
  assert.deepEqual(collector.events('first')[0].ids, { mobile: '13900001111' });
  assert.equal(new Set(collector.events().map((event) => event.d)).size, 1);
  assert.ok(phone.app.cl_tracker.getDeviceId());
});

test('a hundred events wait for consent, the rest is counted', async () => {
  const { phone, collector } = phoneWith(little(), { consent: 'pending' });
  await phone.open();
  for (let n = 0; n < 120; n++) phone.app.cl_tracker.track('one', { n });
  phone.app.cl_tracker.setConsent('granted');
  await phone.wait(60000);
  assert.equal(collector.events().filter((event) => event.n !== 'page_view').length, 99);
  assert.equal(collector.batches[0].lost.n, 23);
});

test('consent that is refused drops what waited, and nothing follows', async () => {
  const { phone, collector } = phoneWith('shop', { consent: 'pending' });
  const said = [];
  await phone.open();
  phone.app.cl_tracker.setConsent('denied');
  phone.app.cl_tracker.track('after', {}, (error) => said.push(error.code));
  await phone.wait(60000);
  assert.equal(phone.network.requests.length, 0);
  assert.equal(phone.storage.size, 0);
  assert.deepEqual(said, ['denied']);
  assert.equal(collector.events().length, 0);
});

test('`remember` starts by itself once consent was given before', async () => {
  const { phone, collector } = phoneWith(little(), { consent: 'remember' });
  await phone.open();
  await phone.wait(9000);
  assert.equal(phone.storage.size, 0);
  phone.app.cl_tracker.setConsent('granted');
  await phone.wait(9000);
  const before = collector.events().length;
  phone.kill();
  await phone.open();
  await phone.wait(9000);
  assert.equal(collector.events().length, 2 * before);
  assert.equal(new Set(collector.events().map((event) => event.d)).size, 1);
});

test('who opts out is forgotten on the phone, also after the program starts anew, until consent is given again', async () => {
  const { phone, collector } = phoneWith(little(), {});
  await phone.open();
  await phone.wait(9000);
  const id = phone.app.cl_tracker.getDeviceId();
  phone.app.cl_tracker.optOut(true);
  const before = phone.network.requests.length;
  await phone.wait(2000);
  assert.deepEqual([...phone.storage], [['minilens', JSON.stringify('{"out":1}')]]);
  phone.kill();
  await phone.open();
  phone.app.cl_tracker.track('after');
  await phone.wait(9000);
  assert.equal(phone.network.requests.length, before);
  phone.app.cl_tracker.setConsent('granted');
  phone.app.cl_tracker.track('again');
  await phone.wait(9000);
  assert.equal(collector.events('again').length, 1);
  assert.equal(collector.events('after').length, 0);
  assert.notEqual(phone.app.cl_tracker.getDeviceId(), id);
});

test('secrets of queries and elements stay on the phone, typed text too', async () => {
  const { phone, collector } = phoneWith('forms', {});
  await phone.open({ query: { id: '1', token: 't0k', openid: 'o1', Phone: '139', session_key: 's', ok: 'yes' } });
  phone.tap('#submit');
  phone.tap('#name', { value: '张三' }, 'change');
  await phone.wait(9000);
  const text = JSON.stringify(collector.batches);
  for (const secret of ['t0k', 'o1"', '139"', 'secret', '张三', 'c0de']) assert.ok(!text.includes(secret), secret);
  assert.ok(text.includes('ok=yes'));
  assert.deepEqual(collector.events('click').map((event) => event.pr.handler + (event.pr.type ?? '')), ['onSubmit', 'onNamechange']);
});

test('only harmless functions of wx are called', async () => {
  const { phone } = phoneWith('shop', {});
  await phone.open();
  await phone.wait(9000);
  await phone.hide();
  const allowed = /^(get(DeviceInfo|AppBaseInfo|WindowInfo|SystemInfoSync|AccountInfoSync|NetworkType|Performance|(Launch|Enter)OptionsSync|StorageSync)|(set|remove)Storage(Sync)?|request|on(NetworkStatusChange|AppRoute|WindowStateChange|AgentHandoff|AppShow|AppHide))$/;
  assert.deepEqual(own(phone).filter((name) => !allowed.test(name)), []);
});

test('properties are cut and bounded so that the server takes every event', async () => {
  const { phone, collector } = phoneWith(little(), {});
  await phone.open();
  const circle = {};
  circle.self = circle;
  const many = Object.fromEntries([...Array(90).keys()].map((n) => ['k' + n, n]));
  phone.app.cl_tracker.track('odd', {
    long: '长'.repeat(400), half: 'x'.repeat(254) + '😀', nan: NaN, big: 1e20, none: undefined, nothing: null, yes: true, list: [1, undefined, 'a'],
    work() {}, deep: { a: { b: { c: { d: 1 } } } }, circle, get bad() { throw new Error('getter'); }, value: '19.90', currency: 'CNY',
  });
  phone.app.cl_tracker.track('many', many);
  phone.app.cl_tracker.track('huge', Object.fromEntries([...Array(64).keys()].map((n) => ['k' + n, '字'.repeat(255)])));
  phone.app.cl_tracker.track('x'.repeat(200));
  phone.app.cl_tracker.track(undefined);
  phone.app.cl_tracker.track('amount', { value: '1e3' });
  await phone.wait(9000);
  const [odd] = told(collector, 'odd');
  assert.equal(odd.pr.long.length, 255);
  assert.equal(odd.pr.half, 'x'.repeat(254));
  assert.deepEqual(Object.keys(odd.pr), ['long', 'half', 'big', 'nothing', 'yes', 'list', 'deep', 'circle']);
  assert.deepEqual([odd.pr.big, odd.pr.list, odd.pr.deep], ['100000000000000000000', [1, 'a'], { a: { b: {} } }]);
  const [event] = collector.events('odd');
  assert.deepEqual([event.val, event.cur], ['19.90', 'CNY']);
  assert.equal(Object.keys(collector.events('many')[0].pr).length, 64);
  assert.ok(JSON.stringify(collector.events('huge')[0].pr).length <= 16000);
  assert.equal(collector.events().find((one) => one.n.startsWith('xxx')).n.length, 128);
  assert.equal(collector.events('amount')[0].pr.value, '1e3');
  assert.equal(collector.events('').length, collector.events().length);
});

test('the code that the settings page shows starts with the agreement, and leaves those alone who opted out', async () => {
  const recipe = readFileSync(join(shipped, '..', '..', '..', 'templates', '_consent.js'), 'utf8');
  const privacy = { needAuthorization: true };
  const top = 'wx.getPrivacySetting = function (asked) { asked.success(privacy); };';
  const files = { ...little(), 'app.js': `require('./utils/cl_tracker.js');\n${top}\n${recipe}` };
  const { phone, collector } = phoneWith(files, { consent: 'remember' }, { globals: { privacy } });
  await phone.open();
  await phone.wait(9000);
  assert.equal(phone.storage.size + phone.network.requests.length, 0);
  phone.app.agreed();
  await phone.wait(9000);
  assert.equal(collector.events('app_launch').length, 1);
  phone.app.cl_tracker.optOut(true);
  privacy.needAuthorization = false;
  phone.kill();
  await phone.open();
  await phone.wait(9000);
  assert.equal(collector.events('app_launch').length, 1);

  // who agreed before the tracker was there is not asked again
  const other = phoneWith(files, { consent: 'remember' }, { globals: { privacy } });
  await other.phone.open();
  await other.phone.wait(9000);
  assert.equal(other.collector.events('app_launch').length, 1);
  assert.deepEqual([...phone.errors, ...other.phone.errors], []);
});
