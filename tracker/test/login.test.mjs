// Signing in by code: a file of its own, which asks WeChat for a code and the server who that is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dist, little, phoneWith } from './program.mjs';

/** A program that has the file; `said` is what the server answers a sign-in with, `faults` are of the phone's `wx`. */
async function signIn({ said = { status: 200, data: { openid: 'o1', unionid: 'u1', ts: 1 } }, options = {}, faults = {}, before } = {}) {
  const { phone, collector } = phoneWith(little(), options, { faults, files: { 'utils/cl_tracker_login.js': dist('cl_tracker_login.js') } });
  await phone.open();
  await phone.wait(2000);
  const answer = phone.network.answer;
  phone.network.answer = (request) => (request.url.includes('/v1/login') ? said : answer(request));
  const heard = [];
  before?.(phone.app.cl_tracker);
  await phone.wait(2000);
  phone.require('utils/cl_tracker_login.js')(phone.app.cl_tracker, { key: 'write-key', server: 'https://collect.example/' }, (error, who) => heard.push([error?.code, who]));
  await phone.wait(20000);
  const asked = phone.network.requests.filter((one) => one.url === 'https://collect.example/v1/login').map((one) => JSON.parse(one.body));
  return { phone, collector, heard: JSON.parse(JSON.stringify(heard)), asked };
}

test('who WeChat says it is, is told with all events from then on', async () => {
  const { phone, collector, heard, asked } = await signIn();
  assert.deepEqual(heard, [[null, { openid: 'o1', unionid: 'u1' }]]);
  assert.deepEqual(asked.map(({ k, code, d, ep }) => ({ k, code, d, ep })), [{ k: 'write-key', code: 'c0de', d: phone.app.cl_tracker.getDeviceId(), ep: undefined }]);
  phone.app.cl_tracker.track('after');
  await phone.wait(9000);
  assert.deepEqual({ ...collector.events('after')[0].ids }, { 'applet-wechat': 'o1', 'wechat-unionid': 'u1' });
});

test('without a unionid there is an openid; after signing out the episode is said', async () => {
  const { asked, heard } = await signIn({ said: { status: 200, data: { openid: 'o2', ts: 1 } }, before: (tracker) => tracker.logout() });
  assert.deepEqual(heard, [[null, { openid: 'o2' }]]);
  assert.equal(asked[0].ep, 1);
});

test('a refusal is handed on once, and names nobody', async () => {
  for (const [said, code] of [
    [{ status: 422, data: { code: 'bad_code', message: 'x' } }, 'bad_code'],
    [{ status: 503, data: '<html>' }, 'no_answer'],
    [{ status: 200, data: '<html>' }, 'no_answer'],
    ['fail', 'no_answer'],
  ]) {
    const { phone, collector, heard } = await signIn({ said });
    assert.deepEqual(heard.map(([error]) => error), [code]);
    phone.app.cl_tracker.track('after');
    await phone.wait(9000);
    assert.equal(collector.events('after')[0].ids, undefined);
  }
});

test('no code, no question: WeChat refuses, has no such call, or throws', async () => {
  for (const login of ['fail', 'missing', 'throw']) {
    const { asked, heard } = await signIn({ faults: { login } });
    assert.deepEqual([asked, heard.map(([error]) => error)], [[], ['no_code']]);
  }
});

test('before consent nothing is asked', async () => {
  const { asked, heard } = await signIn({ options: { consent: 'pending' } });
  assert.deepEqual([asked, heard.map(([error]) => error)], [[], ['pending']]);
});
