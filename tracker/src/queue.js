// What waits to be sent. It outlives the program: written to storage at most once a second and when the program goes
// to the back; an event stays in it until the server has acknowledged it.

import { later, now } from './clock.js';
import { AGENT, QUEUE, WHO, read, remove, write, writeNow } from './storage.js';
import { ready, who } from './who.js';
import { guard } from './guard.js';

var MOST_EVENTS = 500;
var MOST_BYTES = 200000;
var OLDEST = 7 * 86400000 - 3600000;

/** Waiting: {e: event as on the wire, g: its scope, w: its bytes, low: goes first when full, c: callback, f: in flight}. */
export var waiting = [];
export var bytes = 0;
/** Events that will never arrive, and why: {n, why} */
export var lost = { n: 0 };
var writing = null;
var written = 0;

/** Bytes as UTF-8, roughly: three for what is not ASCII. */
function weigh(event) {
  return JSON.stringify(event).replace(/[^\x00-\x7f]/g, '---').length;
}

function put(record) {
  record.w = weigh(record.e);
  waiting.push(record);
  bytes += record.w;
}

/** `scope`: {d, ep, s, ids, src}, the same object for all events that share it. */
export function add(event, scope, low, callback) {
  var record = { e: event, g: scope, low: low, c: callback };
  put(record);
  while (waiting.length > MOST_EVENTS || bytes > MOST_BYTES) drop();
  save();
  return record;
}

/** One has to go: the oldest tap or page first, else the oldest of all. */
function drop() {
  var some = waiting.filter(function (record) {
    return record.low && !record.f;
  });
  take(some[0] || waiting[0], 'full');
}

/** Out of the queue; with a reason it is lost. */
function take(record, reason) {
  var at = waiting.indexOf(record);
  if (at < 0) return;
  waiting.splice(at, 1);
  bytes -= record.w;
  if (reason) missed(reason);
}

/** Events that will never arrive are counted, and the count is sent. */
export function missed(reason) {
  lost = { n: lost.n + 1, why: reason };
}

/** The next events of one person, at most so many: at most 48 KB, and none that the server would find too old. */
export function next(most) {
  var oldest = now() - OLDEST;
  var room = 48000;
  var found = [];
  waiting.slice().forEach(function (record) {
    if (record.e.t < oldest) take(record, 'old');
  });
  waiting.every(function (record) {
    var first = waiting[0].g;
    room -= record.w + 60;
    if (record.g.d !== first.d || record.g.ep !== first.ep || (room < 0 && found.length)) return false;
    return found.push(record) < most;
  });
  return found;
}

/** The server has these and was `told` of those lost; or, with a reason, it never will have them. */
export function settle(records, told, reason) {
  records.forEach(function (record) {
    take(record, reason);
  });
  if (told) lost = { n: Math.max(0, lost.n - told.n), why: lost.why };
  save();
}

/** Once what runs now has ended, then at most once a second. */
export function save() {
  if (writing || !ready) return;
  writing = later(
    function () {
      writing = null;
      written = now();
      if (ready) write(QUEUE, packed());
    },
    Math.max(0, Math.min(1000, written + 1000 - now())),
  );
}

/** At once: the program may never come back. */
export function saveNow() {
  if (!ready) return;
  writeNow(QUEUE, packed());
  // programs clear the storage where people sign out: the device stays the same
  write(WHO, who);
}

/** Where it stands in the list; it is put there. */
export function placeIn(list, one) {
  var at = list.indexOf(one);
  return at < 0 ? list.push(one) - 1 : at;
}

function packed() {
  var scopes = [];
  return {
    q: waiting.map(function (record) {
      return [placeIn(scopes, record.g), record.e, record.low];
    }),
    g: scopes,
    lost: lost,
  };
}

/** What the last run and skills of the AI have left, before what this one has seen. */
export function restore() {
  var mine = waiting;
  waiting = [];
  bytes = 0;
  [QUEUE, AGENT].forEach(function (key) {
    guard(function () {
      var found = read(key);
      found &&
        found.q.forEach(function (one) {
          if (found.g[one[0]] && one[1].id) put({ e: one[1], g: found.g[one[0]], low: one[2] });
        });
      if (found && found.lost.n > 0) lost = found.lost;
    });
  });
  remove(AGENT);
  mine.forEach(put);
}

export function clear() {
  waiting = [];
  bytes = lost.n = 0;
}
