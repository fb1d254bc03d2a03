// The phone's storage, all as text.

import { ask, start } from './platform.js';

/** Who it is; what waits; the configuration; what skills of the AI, which share the storage, have left. */
export var WHO = 'minilens';
export var QUEUE = 'minilens_queue';
export var CONFIG = 'minilens_config';
export var AGENT = 'minilens_agent';

export function read(key) {
  try {
    var found = JSON.parse(ask('getStorageSync', key));
    return typeof found === 'object' && found ? found : undefined;
  } catch (_) {}
}

export function write(key, value) {
  start('setStorage', { key: key, data: JSON.stringify(value) });
}

export function writeNow(key, value) {
  ask('setStorageSync', key, JSON.stringify(value));
}

export function remove(key) {
  start('removeStorage', { key: key });
}
