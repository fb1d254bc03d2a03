// Bytes on the wire, ten events in a batch, with all that the batch says once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phoneWith } from './program.mjs';

const MOST = 180;

async function batchOfTen(walk) {
  const { phone, collector } = phoneWith('shop', {});
  await phone.open({ scene: 1047, query: { scene: 'a%3D1' } });
  phone.app.cl_tracker.push({ identityType: 'applet-wechat', identityValue: 'oI_M5xC_YlVhrGe5kcYhkzEQM6wM' });
  await phone.wait(9000);
  collector.batches.length = phone.network.requests.length = 0;
  await walk(phone);
  await phone.wait(9000);
  const bodies = phone.network.requests.filter((one) => one.url.endsWith('/collect')).map((one) => one.body);
  const ten = bodies.find((body) => JSON.parse(body).ev.length === 10);
  return { bytes: Buffer.byteLength(ten) / 10, events: JSON.parse(ten).ev.map((event) => event.n) };
}

test('ten custom events', async () => {
  const { bytes } = await batchOfTen(async (phone) => {
    for (let n = 0; n < 10; n++) phone.app.cl_tracker.track('add_to_cart', { sku: `sku-100${n}`, price: 88.5 });
  });
  console.log(`custom events: ${bytes} bytes an event`);
  assert.ok(bytes <= MOST, `${bytes} bytes an event`);
});

test('ten events of a walk: pages, taps, leaving', async () => {
  const { bytes, events } = await batchOfTen(async (phone) => {
    for (let n = 0; n < 2; n++) {
      phone.tap('#g1');
      await phone.wait(100);
      phone.tap('#buy');
      phone.route('navigateBack', {});
      await phone.wait(100);
    }
  });
  console.log(`a walk (${[...new Set(events)].join(', ')}): ${bytes} bytes an event`);
  assert.ok(bytes <= MOST, `${bytes} bytes an event`);
});
