// Forty events under faults of network and server: none lost, none twice, few failed requests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { little, phoneWith } from './program.mjs';

const EVENTS = 40;

async function started(parts) {
  const { phone, collector } = phoneWith(little(parts), {});
  await phone.open();
  await phone.wait(9000);
  return { phone, collector };
}

async function forty(phone) {
  for (let n = 0; n < EVENTS; n++) {
    phone.inside(() => phone.app.cl_tracker.track('bought', { n }));
    await phone.wait(500);
  }
}

/** Most failed requests within any minute. */
function failures(phone) {
  const failed = phone.network.requests.filter((one) => one.url.endsWith('/collect') && (one.failed || one.status >= 300)).map((one) => one.at);
  return Math.max(0, ...failed.map((at) => failed.filter((other) => other >= at && other < at + 60000).length));
}

const faults = {
  'network up': [() => {}, () => {}, false],
  'network down, then back': [(phone) => (phone.network.up = false), (phone) => (phone.network.up = true), false],
  'HTTP 500, then back': [(phone, collector) => (collector.status = 500), (phone, collector) => (collector.status = 200), false],
  'network down, killed, opened again': [(phone) => (phone.network.up = false), (phone) => (phone.network.up = true), true],
  'HTTP 500, killed, opened again': [(phone, collector) => (collector.status = 500), (phone, collector) => (collector.status = 200), true],
};

for (const [name, [breaks, mends, kills]] of Object.entries(faults)) {
  test(`forty events: ${name}`, async () => {
    const { phone, collector } = await started();
    breaks(phone, collector);
    await forty(phone);
    await phone.wait(60000);
    if (kills) phone.kill();
    mends(phone, collector);
    if (kills) await phone.open();
    else phone.fire('network', { isConnected: true, networkType: 'wifi' });
    await phone.wait(70000);
    const got = collector.events('bought').map((event) => event.pr.n);
    assert.deepEqual(got, [...Array(EVENTS).keys()]);
    assert.equal(collector.twice, 0);
    assert.ok(failures(phone) <= 12, `${failures(phone)} failed requests in a minute`);
    console.log(`${name}: ${got.length}/40, ${failures(phone)} failed requests a minute`);
  });
}

test('a server that hangs is given up after ten seconds, and its late answer still counts', async () => {
  const { phone, collector } = await started();
  let hang = true;
  const answer = phone.network.answer;
  phone.network.answer = (request) => ({ ...answer(request), delay: hang ? 15000 : 20 });
  phone.app.cl_tracker.track('bought', { n: 1 });
  await phone.wait(5500);
  hang = false;
  await phone.wait(30000);
  assert.equal(collector.events('bought').length, 1);
  await phone.wait(60000);
  assert.equal(JSON.parse(JSON.parse(phone.storage.get('minilens_queue'))).q.length, 0);
});

test('a network that comes and goes, and a program that does, cause no storm', async () => {
  const { phone, collector } = await started();
  phone.network.up = false;
  for (let n = 0; n < 60; n++) {
    phone.app.cl_tracker.track('bought', { n });
    phone.fire('network', { isConnected: n % 2 === 0, networkType: n % 2 ? 'none' : '4g' });
    if (n % 5 === 0) {
      phone.suspendedAfter = 100;
      await phone.hide();
      await phone.show();
    }
    await phone.wait(1000);
  }
  assert.ok(failures(phone) <= 12, `${failures(phone)} failed requests in a minute`);
  phone.network.up = true;
  await phone.wait(90000);
  assert.equal(collector.events('bought').length, 60);
});

test('Retry-After is kept to', async () => {
  const { phone, collector } = await started();
  collector.status = 429;
  collector.header = { 'Retry-After': '45' };
  phone.app.cl_tracker.track('bought', { n: 1 });
  await phone.wait(5100);
  const first = phone.network.requests.length;
  await phone.wait(44000);
  assert.equal(phone.network.requests.length, first);
  collector.status = 200;
  await phone.wait(5000);
  assert.equal(collector.events('bought').length, 1);
});

test('a wrong key stops sending and keeps the events', async () => {
  const { phone, collector } = await started();
  collector.status = 403;
  await forty(phone);
  const sent = phone.network.requests.filter((one) => one.status === 403).length;
  assert.equal(sent, 1);
  collector.status = 200;
  phone.kill();
  await phone.open();
  await phone.wait(20000);
  assert.equal(collector.events('bought').length, EVENTS);
});

test('a batch that is too large is halved', async () => {
  const { phone, collector } = await started();
  const answer = phone.network.answer;
  phone.network.answer = (request) => (request.url.endsWith('/collect') && JSON.parse(request.body).ev.length > 3 ? { status: 413, data: {} } : answer(request));
  await forty(phone);
  await phone.wait(120000);
  assert.equal(collector.events('bought').length, EVENTS);
});

test("a page of a hotel's network is no acknowledgement", async () => {
  const { phone, collector } = await started();
  const answer = phone.network.answer;
  phone.network.answer = () => ({ status: 200, data: '<!doctype html><title>Welcome</title>' });
  phone.app.cl_tracker.track('bought', { n: 1 });
  await phone.wait(20000);
  phone.network.answer = answer;
  await phone.wait(70000);
  assert.equal(collector.events('bought').length, 1);
});

test('a full queue drops taps and pages first and says how many', async () => {
  const { phone, collector } = await started({ page: '{ onX: function () {} }' });
  phone.network.up = false;
  const tracker = phone.app.cl_tracker;
  phone.inside(() => phone.tap('#x'));
  for (let n = 0; n < 510; n++) tracker.track('bought', { n });
  await phone.wait(2000);
  phone.network.up = true;
  phone.fire('network', { isConnected: true });
  await phone.wait(200000);
  assert.equal(collector.events('bought').length, 500);
  assert.equal(collector.events('click').length, 0);
  const lost = collector.batches.filter((batch) => batch.lost).map((batch) => batch.lost);
  assert.equal(lost[0].n, 11);
  assert.equal(lost[0].why, 'full');
  assert.equal(lost.length, 1, 'told once');
});

test('events older than a week are counted as lost, not sent', async () => {
  const { phone, collector } = await started();
  phone.network.up = false;
  phone.app.cl_tracker.track('bought', { n: 1 });
  await phone.wait(2000);
  phone.kill();
  await phone.wait(8 * 86400000);
  phone.network.up = true;
  await phone.open();
  await phone.wait(9000);
  assert.equal(collector.events('bought').length, 0);
  assert.deepEqual(collector.batches.at(-1).lost, { n: 1, why: 'old' });
});

test('what the back cuts short is sent when the program is in front again', async () => {
  const { phone, collector } = await started();
  phone.network.answer = () => 'hang';
  phone.app.cl_tracker.track('bought', { n: 1 });
  await phone.hide();
  await phone.wait(3600000);
  phone.network.answer = collector.answer;
  await phone.show();
  await phone.wait(9000);
  assert.equal(collector.events('bought').length, 1);
  assert.equal(collector.twice, 0);
});

test('a clock that is set while the program runs moves no event', async () => {
  const { phone, collector } = await started();
  for (const jump of [86400000, -2 * 86400000]) {
    phone.app.cl_tracker.track('bought', { jump });
    phone.clock.jump(jump);
    await phone.wait(9000);
  }
  for (const batch of collector.batches) for (const event of batch.ev) assert.ok(event.t <= batch.sent && event.t > batch.sent - 20000, `${batch.sent - event.t} ms before it was sent`);
  assert.equal(collector.events('bought').length, 2);
});
