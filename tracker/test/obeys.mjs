// A phone that does what it is told by lines of its input, against a real server: `node obeys.mjs SERVER KEY`.
// Each answer is a line: what the server acknowledged since the answer before, and the revision of the plan.
import { createInterface } from 'node:readline';
import { createRealClock } from './host/clock.mjs';
import { phoneWith } from './program.mjs';

const [server, key] = process.argv.slice(2);
const clock = createRealClock();
let events = [];
let asked = 0;
let referer = 'https://servicewechat.com/wx0123456789abcdef/12/page-frame.html';

async function sends(request) {
  const answer = await fetch(request.url, { method: request.method, body: request.body, headers: { 'content-type': 'application/json', referer, 'user-agent': 'MicroMessenger' } });
  const text = await answer.text();
  if (request.url.includes('/v1/collect') && answer.ok) events.push(...JSON.parse(request.body).ev);
  if (request.url.includes('/v1/config')) asked++;
  return { status: answer.status, data: text ? JSON.parse(text) : '', header: {}, delay: 1 };
}

const { phone } = phoneWith('shop', { key, server, batch: { intervalMs: 50 } }, { answer: sends, clock });
phone.suspendedAfter = 30;

const DEEDS = {
  open: (query = '') => phone.open({ scene: 1047, query: Object.fromEntries(new URLSearchParams(query)) }),
  restart: async (query) => {
    await phone.hide();
    phone.kill();
    await DEEDS.open(query);
  },
  tap: async () => {
    phone.tap('#g1');
    await clock.wait(30);
    await phone.route('navigateBack', {});
  },
  track: (text) => phone.app.cl_tracker.track(...JSON.parse(text)),
  // ["tap", "#g1"] of the phone; ["onPullDownRefresh"] of the page that is in front
  phone: (text) => {
    const [name, ...given] = JSON.parse(text);
    return phone[name](...given);
  },
  page: (text) => {
    const [name, ...given] = JSON.parse(text);
    return phone.top()[name](...given);
  },
  // where elements of a class lie, for taps that are found by their place
  layout: (text) => {
    phone.layout = JSON.parse(text);
  },
  referer: (text) => {
    referer = text;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [deed, ...words] = line.split(' ');
  await DEEDS[deed](words.join(' ') || undefined);
  await clock.wait(250);
  if (phone.errors.length) throw new Error(phone.errors.join());
  const kept = phone.storage.get('minilens_config');
  console.log(JSON.stringify({ events: events.map(({ n, r, pr }) => ({ n, r, pr })), asked, rev: kept ? JSON.parse(JSON.parse(kept)).rev : null }));
  events = [];
}
process.exit();
