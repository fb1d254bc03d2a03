// Taps and what is like them. What is not kept here can never be counted backwards; what is typed is never kept.

import { now as time } from './clock.js';
import { pageOf } from './page.js';
import { missed } from './queue.js';
import { fire } from './signals.js';
import { cut, isSecret } from './text.js';
import { emit } from './track.js';

var MOST_A_MINUTE = 50;
/** Types of events that are kept. */
export var KINDS = { tap: 1, longpress: 1, confirm: 1, change: 1 };

/** Of the last tap: what tells it from others, its record, who has handled it at which element. */
var key;
var last;
var seen;

/** After the host's handler. Inner and outer handlers of one tap make one event: the innermost, the others listed. */
export function handled(instance, handler, event) {
  var page = pageOf(instance);
  var tap = event.type === 'tap';
  var element = event.currentTarget;
  var detail = (tap && event.detail) || {};
  var now = [event.type, event.timeStamp, detail.x, detail.y, page.p].join();
  var by = handler + '#' + element.id + element.offsetTop;
  // the same handler at the same element again is another tap, however quick
  if (now !== key || seen.indexOf(by) >= 0) {
    key = now;
    seen = [];
    last = recorded(page, instance, handler, event, tap, detail);
  } else if (last) {
    last.e.pr.handlers = (last.e.pr.handlers || []).concat(handler).slice(0, 3);
  }
  seen.push(by);
  if (tap) fire('click', page, { event: event, instance: instance, handler: handler });
}

function recorded(page, instance, handler, event, tap, at) {
  var minute = Math.floor(time() / 60000);
  page.taps = page.minute === minute ? page.taps + 1 : 1;
  page.minute = minute;
  if (page.taps > MOST_A_MINUTE) return missed('taps');
  var element = event.currentTarget;
  var touched = event.target || {};
  return emit(
    'click',
    {
      type: tap ? undefined : event.type,
      handler: handler,
      element: text(element.id),
      class: text(element.class),
      target: touched.id === element.id ? undefined : text(touched.id),
      data: some(element.dataset, some(touched.dataset)),
      mark: some(event.mark),
      component: instance.is === page.p ? undefined : instance.is,
      x: Math.round(at.x),
      y: Math.round(at.y),
    },
    { page: page },
    1,
  );
}

function text(value) {
  return cut(value, 64) || undefined;
}

/** At most ten keys with a plain value, without what looks like a secret, on top of others. */
function some(given, found) {
  for (var name in given) {
    var value = given[name];
    if (isSecret(name) || !/string|number|boolean/.test(typeof value)) continue;
    found = found || {};
    if (Object.keys(found).length < 10) found[cut(name, 32)] = value.slice ? cut(value, 64) : value;
  }
  return found;
}
