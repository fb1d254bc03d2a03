// How an event comes to be: what is told of it, who and where, and into the queue.

import { later, now } from './clock.js';
import { debug, stopped } from './guard.js';
import { uuid } from './ids.js';
import { here } from './here.js';
import { add, missed, waiting } from './queue.js';
import { count, scopeNow } from './session.js';
import { settings } from './settings.js';
import { listen } from './signals.js';
import { cut, merged, props } from './text.js';
import { nudge, tell } from './transport.js';
import { ready, refused, who } from './who.js';

var MOST_PENDING = 100;
var PATIENCE = 10000;

/** Properties of every event until the program ends. */
export var registered = {};

export function register(given) {
  registered = given ? merged(registered, props(given)) : {};
}

var target = ['', ''];

/**
 * Puts an event into the queue. `more`: further fields of the wire, or `page` for another page than that on top.
 * `low`: may go first when the queue is full. Answers the record, or nothing where the event was not taken.
 */
export function emit(name, given, more, low, callback) {
  var record = { e: {}, c: callback };
  var fail = function (code) {
    tell(record, code);
  };
  if (refused) return fail('denied');
  if (stopped) return fail('stopped');
  if (!name) return fail('bad_name');
  if (!ready && waiting.length >= MOST_PENDING) {
    missed('pending');
    return fail('pending');
  }
  more = more || {};
  var page = more.page || here;
  var scope = scopeNow();
  var pr = props(more.ty ? given : merged(who.props, registered, page.props, given));
  var event = { id: uuid(now()), n: name, t: now(), q: count(), p: page.p };
  if (name === 'page_view' || name === 'agent_handoff') {
    event.pq = page.pq || undefined;
    event.rf = page.rf;
  }
  for (var field in more) if (field !== 'page') event[field] = more[field];
  pr = heard(event, pr);
  if (!pr) return fail('dropped');
  takeAmount(event, pr);
  while (JSON.stringify(pr).length > 16000) delete pr[Object.keys(pr).pop()];
  event.pr = Object.keys(pr).length ? pr : undefined;
  record = add(event, scope, low, callback);
  debug(name, event);
  if (callback) waitFor(record);
  nudge();
  return record;
}

/** No callback waits for longer than ten seconds. */
export function waitFor(record) {
  later(function () {
    tell(record, 'waiting');
  }, PATIENCE);
}

/** `value` and `currency` have fields of their own where they are an amount. */
function takeAmount(event, pr) {
  if (/^-?\d{1,14}(\.\d{1,40})?$/.test(pr.value)) {
    event.val = pr.value;
    delete pr.value;
    if (/^[a-z]{3}$/i.test(pr.currency)) {
      event.cur = pr.currency;
      delete pr.currency;
    }
  }
}

/** The owner's last word on an event: false drops it; what it changes of the properties stands. */
function heard(event, pr) {
  // launch, show, hide, view, leave, load_time, error, click, share …
  if (settings.autoTrack[event.n.replace(/^(app|page)_/, '')] === false) return;
  if (!settings.before) return pr;
  var shown = { name: event.n, page: event.p, query: event.pq, properties: pr };
  try {
    var said = settings.before(shown);
  } catch (error) {
    debug('before', error);
  }
  if (said === false) return;
  said = said || shown;
  event.n = cut(said.name, 128) || event.n;
  event.pq = said.query;
  return props(said.properties);
}

/**
 * `track(name, {targetName, targetId, …}, callback)` or `track(name, targetName, targetId, {…}, callback)`.
 * What it was done to is remembered: later calls may leave it out.
 */
export function track(name, second, third) {
  var given = { targetName: second, targetId: third };
  var callback;
  for (var at = 1; at < arguments.length; at++) {
    var one = arguments[at];
    if (typeof one === 'function') callback = callback || one;
    else if (typeof one === 'object') given = merged(given, one);
  }
  target = [named(given.targetName) || target[0], named(given.targetId) || target[1]];
  delete given.targetName;
  delete given.targetId;
  emit(cut(name, 128), given, { tn: target[0] || undefined, ti: target[1] || undefined }, 0, callback);
}

function named(value) {
  return /function|object/.test(typeof value) ? '' : cut(value, 255);
}

listen(function (trigger, error) {
  if (trigger === 'stopped') emit('sdk_error', { code: trigger, message: cut(error.message || error, 255) });
});
