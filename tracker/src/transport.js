// Sending: one request at a time, again after 2, 4, 8 … 60 s with jitter, and never more than ten failures a minute.

import { later, now } from './clock.js';
import { about, preview } from './context.js';
import { debug } from './guard.js';
import { start } from './platform.js';
import { bytes, lost, next, placeIn, settle, waiting } from './queue.js';
import { settings } from './settings.js';
import { fire } from './signals.js';
import { merged } from './text.js';
import { ready } from './who.js';

var TIMEOUT = 10000;
var MOST_FAILURES = 10;

/** {records, at, lost, timer, over} */
var attempt = null;
var failures = 0;
var failed = [];
var notBefore = 0;
var timer = null;
var timerAt = 0;
var blocked = false;
var most = 50;

/** Something was added. Full batches go at once, others soon; a failure is waited out either way. */
export function nudge() {
  if (waiting.length >= (settings.batch.size || 10) || bytes >= 48000) flush();
  else plan(settings.batch.intervalMs || 5000);
}

/** Now, unless a failure is to be waited out. `urgent`: the program goes to the back, one try is worth it. */
export function flush(urgent) {
  if (!ready || blocked || !waiting.length) return;
  if (attempt) {
    if (now() - attempt.at < TIMEOUT + 1000) return;
    ended(attempt, {});
  }
  failed = failed.filter(function (at) {
    return Math.abs(now() - at) < 60000;
  });
  var rest = failed.length < MOST_FAILURES ? 0 : failed[0] + 60000 - now();
  var wait = Math.max(urgent ? 0 : notBefore - now(), rest);
  if (wait > 0) plan(wait);
  else send(next(most));
}

function plan(ms) {
  var at = now() + ms;
  if (timer && timerAt <= at && timerAt >= now()) return;
  clearTimeout(timer);
  timerAt = at;
  timer = later(function () {
    timer = null;
    flush();
  }, ms);
}

/** The way is free again (network, back in front): what failed before says nothing about now. */
export function wake() {
  failures = notBefore = 0;
  plan(1000);
}

/** A new session may try what an earlier one was refused. */
export function unblock() {
  blocked = false;
  most = 50;
}

function envelope(records) {
  var first = records[0].g;
  var base = JSON.stringify(first.ids);
  var sources = [];
  var at = now();
  return {
    v: 1,
    k: settings.key,
    lib: 'mp/__VERSION__',
    sent: at,
    d: first.d,
    ep: first.ep,
    s: first.s,
    ids: base === '{}' ? undefined : first.ids,
    ctx: about(),
    src: sources,
    lost: lost.n ? lost : undefined,
    cfg: settings.rev,
    test: preview,
    ev: records.map(function (record) {
      var scope = record.g;
      var event = merged(record.e);
      // its id says when it was made; only a clock that went back has to be put right
      event.t = event.t > at ? at : undefined;
      event.s = scope.s === first.s ? undefined : scope.s;
      event.ids = JSON.stringify(scope.ids) === base ? undefined : scope.ids;
      event.o = placeIn(sources, scope.src) || undefined;
      return event;
    }),
  };
}

function send(records) {
  if (!records.length) return;
  var body = envelope(records);
  var mine = (attempt = { records: records, at: now(), lost: body.lost });
  records.forEach(function (record) {
    record.f = 1;
  });
  mine.timer = later(failure, TIMEOUT);
  function failure() {
    ended(mine, {});
  }
  if (
    !start('request', {
      url: settings.server + '/v1/collect',
      method: 'POST',
      data: JSON.stringify(body),
      timeout: TIMEOUT,
      success: function (answer) {
        ended(mine, answer);
      },
      fail: failure,
    })
  ) {
    failure();
  }
}

/** An attempt is over: answered, failed, or given up. An answer that comes too late is still an answer. */
function ended(mine, answer) {
  debug('answer', answer);
  var status = answer.statusCode;
  var records = mine.records;
  // a hotel's page of welcome is no acknowledgement
  var taken = status >= 200 && status < 300 && !/^\s*</.test(answer.data);
  if (mine.over && !taken) return;
  clearTimeout(mine.timer);
  if (attempt === mine) attempt = null;
  mine.over = 1;
  if (taken) return acknowledged(mine, answer.data || {});
  records.forEach(function (record) {
    record.f = 0;
  });
  failed.push(now());
  if (/^40[13]$/.test(status)) {
    blocked = true;
  } else if (status === 413 && records.length > 1) {
    most = Math.ceil(records.length / 2);
    flush();
  } else if (/^4(00|05|13|22)$/.test(status)) {
    settle(records, 0, 'refused');
    records.forEach(function (record) {
      tell(record, 'refused');
    });
    nudge();
  } else {
    var wait = Math.min(60000, 1000 * Math.pow(2, ++failures));
    var header = answer.header || {};
    var asked = (header['Retry-After'] || header['retry-after']) * 1000;
    wait = Math.max((wait * (1 + Math.random())) / 2, Math.min(asked || 0, 3600000));
    notBefore = now() + wait;
    plan(wait);
  }
}

function acknowledged(mine, answer) {
  failures = notBefore = 0;
  settle(mine.records, mine.lost);
  var refused = {};
  [].concat(answer.refused || []).forEach(function (one) {
    refused[one.index] = one;
  });
  mine.records.forEach(function (record, at) {
    tell(record, refused[at] || null);
  });
  fire('answer', answer);
  if (waiting.length) nudge();
}

/** A callback is the host's: it runs apart, once, with nothing, the server's refusal, or a code of our own. */
export function tell(record, error) {
  var callback = record.c;
  record.c = 0;
  if (typeof callback === 'function') {
    setTimeout(function () {
      callback(typeof error === 'string' ? { code: error, message: error } : error, { id: record.e.id });
    }, 0);
  }
}
