// Phones with the shop in them, in real time, against a real server: `node endtoend.mjs SERVER KEY`.
// Prints what the phones themselves know of it: the ledger that the server's figures are held against.
import { createRealClock } from './host/clock.mjs';
import { phoneWith } from './program.mjs';

const [server, key] = process.argv.slice(2);
const TIMEOUT = 1.5;
const SCENES = [1047, 1011, 1007, 1001, 1047];
const AD = { utm_source: 'poster', source1: 'mall', weixinadinfo: '7.click0.0.1', cq: 'ch-7' };
const ledger = { launches: 0, visits: 0, persons: 0, shares: 0, sharers: 0, milliseconds: 0, pages: {}, entries: {}, scenes: {} };
const add = (book, name, what = 1) => (book[name] = (book[name] ?? 0) + what);

async function sends(request) {
  const answer = await fetch(request.url, {
    method: request.method, body: request.body, headers: { 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0 (iPhone) MicroMessenger/8.0.58', referer: 'https://servicewechat.com/wx0123456789abcdef/12/page-frame.html' },
  });
  const text = await answer.text();
  return { status: answer.status, data: text ? JSON.parse(text) : '', header: Object.fromEntries(answer.headers), delay: 1 };
}

/** Writes down what the phone does, by what the phone alone knows. */
function watch(phone) {
  let hiddenAt = 0;
  let scene = 0;
  let goesOn = false;
  const since = new Map();
  const { pageShows, pageHides, open, hide, show } = phone;
  let entry = false;
  const launch = (of) => {
    ledger.launches++;
    add(ledger.scenes, of);
    scene = of;
    entry = true;
  };
  phone.pageShows = (page) => {
    pageShows(page);
    since.set(page, Date.now());
    if (goesOn) return;
    ledger.visits++;
    add(ledger.pages, page.route);
    if (entry) add(ledger.entries, page.route);
    entry = false;
  };
  const left = (page) => {
    if (since.has(page)) ledger.milliseconds += Date.now() - since.get(page);
    since.delete(page);
  };
  phone.pageHides = (page) => {
    left(page);
    pageHides(page);
  };
  phone.back = async () => {
    left(phone.top());
    phone.route('navigateBack', {});
  };
  phone.open = async (options) => {
    launch(options.scene);
    goesOn = false;
    await open(options);
  };
  phone.hide = async () => {
    hiddenAt = Date.now();
    await hide();
  };
  phone.show = async (given) => {
    goesOn = Date.now() - hiddenAt <= TIMEOUT * 1000 && (!given || given.scene === scene);
    if (!goesOn) launch(given?.scene ?? scene);
    await show(given);
    goesOn = false;
  };
}

async function person(number) {
  const clock = createRealClock();
  const { phone } = phoneWith('shop', { key, server, sessionTimeoutSec: TIMEOUT, remoteConfig: false, batch: { intervalMs: 100 } }, { answer: sends, clock });
  phone.suspendedAfter = 30;
  watch(phone);
  await phone.open({ scene: SCENES[number], query: number ? { utm_source: 'poster' } : AD });
  // known only after the first visit, which then is hers, too
  phone.app.cl_tracker.push({ identityType: 'wechat-unionid', identityValue: `o7QvZ1TT5oo1F8rNJvchn1GGv5t${number}` });
  await clock.wait(150);
  phone.tap('#g1');
  await clock.wait(200);
  await phone.back();
  await clock.wait(100);
  await phone.hide();
  await clock.wait(200);
  await phone.show();
  await clock.wait(150);
  if (number % 2) {
    phone.top().onShareAppMessage({ from: 'menu' });
    ledger.shares++;
    ledger.sharers++;
  }
  if (number === 2) {
    await phone.hide();
    await clock.wait(TIMEOUT * 1000 + 300);
    await phone.show();
    await clock.wait(100);
  }
  if (number === 3) {
    await phone.hide();
    await phone.show({ scene: 1047, path: 'pages/home/index', query: phone.enterOptions.query, referrerInfo: {} });
    await clock.wait(100);
  }
  if (number === 4) {
    // killed with the network down: what it left comes with the next launch
    phone.network.up = false;
    phone.app.cl_tracker.track('pay_success', { value: '19.90', currency: 'CNY' });
    await phone.hide();
    phone.kill();
    phone.network.up = true;
    await phone.open({ scene: 1007 });
    await clock.wait(100);
  }
  await phone.hide();
  await phone.show();
  for (let turn = 0; turn < 100; turn++) {
    phone.app.cl_tracker.flush();
    await clock.wait(100);
    if (!JSON.parse(JSON.parse(phone.storage.get('minilens_queue'))).q.length && turn > 12) break;
  }
  await phone.hide();
  await clock.wait(1200);
  if (phone.errors.length) throw new Error(phone.errors.join());
  phone.kill();
}

await Promise.all(SCENES.map((_, number) => person(number)));
ledger.persons = SCENES.length;
console.log(JSON.stringify(ledger));
