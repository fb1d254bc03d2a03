// Events without code: what the configuration describes is watched for, collected and reported.

import { since } from './clock.js';
import { debug } from './guard.js';
import { hit } from './hit.js';
import { current, inFront } from './session.js';
import { emit } from './track.js';
import { value } from './values.js';

var events = [];
/** By event: what a start has opened. {session, data} */
var open = {};
/** By action: the tap it fired for, so that handlers of one tap fire it once. */
var fired = {};

/** Takes up other events. What was begun for one that has changed is dropped. */
export function useEvents(given) {
  var before = events.map(function (event) {
    return JSON.stringify(event);
  });
  events = given;
  events.forEach(function (event) {
    if (before.indexOf(JSON.stringify(event)) < 0) delete open[event.name];
  });
}

export function heard(trigger, page, more) {
  events.forEach(function (event) {
    event.actions.forEach(function (action, at) {
      if (action.trigger !== trigger || !ofPage(action, page)) return;
      var from = action.from || 'menu';
      if (trigger === 'share' && from !== 'any' && from !== more.from) return;
      if (trigger !== 'click') return perform(event, action, page, more);
      var tap = more.event.timeStamp;
      at = event.name + at;
      hit(action.element || '', more, function (found) {
        if (!found || (tap && fired[at] === tap)) return;
        fired[at] = tap;
        perform(event, action, page, { event: more.event, at: found });
      });
    });
  });
}

function ofPage(action, page) {
  return (
    /ground$|launch/.test(action.trigger) || !action.page || action.page === 'ANY_PAGE' || action.page.replace(/^\//, '') === page.p
  );
}

function perform(event, action, page, more) {
  var name = event.name;
  var kind = action.action;
  var begun = open[name];
  if (kind === 'once' || kind === 'start') begun = { session: current(), data: {} };
  if (!begun || begun.session !== current()) return debug('fired, not begun', name);
  (action.data || []).forEach(function (one) {
    var found = value(one.value, page, more, { inFront: inFront(), onPage: since(page.at) });
    if (found !== undefined) begun.data[one.field] = found;
  });
  if (kind === 'start') open[name] = begun;
  if (kind === 'start' || kind === 'collect') return;
  if (kind === 'report') delete open[name];
  emit(name, begun.data, { page: page.p ? page : 0, r: event.id + '@' + event.rev });
}
