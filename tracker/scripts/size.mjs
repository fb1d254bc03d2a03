// Sizes as they travel (gzip -9), beside what they must not exceed.
import { gzipSync } from 'node:zlib';
import { built } from './build.mjs';

const rows = [['everything', 'index.js', 9.5], ['core', 'core.js', 7.5], ['AI skills', 'agent.js', 0], ['wx.request', 'requests.js', 0], ['login', 'login.js', 0]];
for (const [name, entry, limit] of rows) {
  const code = await built(entry, 'cjs');
  const size = gzipSync(code, { level: 9 }).length / 1000;
  console.log(`${name.padEnd(12)} ${String(code.length).padStart(6)} B  ${size.toFixed(2).padStart(6)} KB gzip` + (limit ? `  ≤ ${limit} KB` : ''));
}
