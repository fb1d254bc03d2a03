// The example does what its page says it shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phoneWith } from './program.mjs';

test('the example asks first, then counts what it says it counts', async () => {
  const { phone, collector } = phoneWith('example', { consent: 'remember' }, { files: { 'utils/cl_tracker.js': '' } });
  await phone.open();
  await phone.wait(20000);
  assert.equal(phone.network.requests.length, 0);
  phone.inside(() => phone.tap('#agree'));
  phone.inside(() => phone.tap('#drink-latte'));
  await phone.wait(500);
  phone.inside(() => phone.tap('#order'));
  const shared = phone.inside(() => phone.top().onShareAppMessage({ from: 'menu' }));
  phone.app.signedIn({ id: 'm-7', level: 'gold' });
  await phone.wait(20000);
  assert.match(shared.path, /^\/pages\/drink\/index\?ml_s=.+&id=latte$/);
  assert.deepEqual(
    collector.events('page_view').map((event) => event.p),
    ['pages/menu/index', 'pages/drink/index'],
  );
  const [order] = collector.events('add_to_cart');
  assert.deepEqual([order.tn, order.ti, order.val ?? order.pr.value, order.p], ['Latte', 'latte', 28, 'pages/drink/index']);
  assert.ok(collector.batches.some((batch) => JSON.stringify(batch).includes('m-7')));
});

test('whoever declines is not asked again, and nothing is sent', async () => {
  const { phone } = phoneWith('example', { consent: 'remember' }, { files: { 'utils/cl_tracker.js': '' } });
  await phone.open();
  phone.inside(() => phone.tap('#decline'));
  await phone.wait(20000);
  phone.kill();
  await phone.open();
  await phone.wait(20000);
  phone.inside(() => phone.tap('#agree'));
  assert.deepEqual(
    phone.log.filter(([what]) => what === 'error').map(([, message]) => message),
    ['no #agree on pages/menu/index'],
  );
  assert.equal(phone.network.requests.length, 0);
});
