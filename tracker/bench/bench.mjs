// What the tracker costs: loading, and a wrapped call over an unwrapped one. Ratios count, not the machine's nanoseconds.
import { Script } from 'node:vm';
import { dist } from '../test/program.mjs';

const TIMES = 2_000_000;
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const script = new Script(
  // as the platform loads a module: a function of what it may see
  `(function (module, wx, App, Page, Component, Behavior, getApp, getCurrentPages) {var MINILENS={key:"k",server:"https://x"};${dist()}\n return Page; })`,
);

function loaded() {
  const storage = {};
  let page;
  const wx = { getStorageSync: (key) => storage[key] ?? '', setStorage() {}, request() {}, getNetworkType() {}, onNetworkStatusChange() {}, getLaunchOptionsSync: () => ({ scene: 1001 }) };
  const load = script.runInThisContext();
  const began = performance.now();
  const Page = load({ exports: {} }, wx, () => {}, (options) => (page = options), () => {}, () => {}, () => {}, () => []);
  const ms = performance.now() - began;
  Page({ onX(a, b) { return a + b; }, onLoad() {}, onShow() {} });
  return { ms, page };
}

function each(work) {
  const turns = [];
  for (let turn = 0; turn < 9; turn++) {
    const began = performance.now();
    let sum = 0;
    for (let n = 0; n < TIMES; n++) sum += work(n, 1);
    turns.push(((performance.now() - began) * 1e6) / TIMES);
    if (sum < 0) throw new Error('never');
  }
  return median(turns);
}

const { page } = loaded();
const bare = { onX(a, b) { return a + b; } };
const alone = each((a, b) => bare.onX(a, b));
const wrapped = each((a, b) => page.onX(a, b));
const loads = median([...Array(15)].map(() => loaded().ms));
console.log(`a call            ${alone.toFixed(1)} ns`);
console.log(`the same, wrapped ${wrapped.toFixed(1)} ns   + ${(wrapped - alone).toFixed(1)} ns  (≤ 50)   × ${(wrapped / alone).toFixed(1)}`);
console.log(`loading           ${loads.toFixed(2)} ms  (≤ 5), median of 15`);
setTimeout(() => process.exit(), 0);
