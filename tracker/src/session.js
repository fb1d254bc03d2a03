// Launches, what brought them, and what each event shares with its neighbours.
//
// A session is new at a cold start, after five minutes in the back, and when the program is opened by something else
// than before: another scene, path or query.

import { now, pause, since } from './clock.js';
import { forgive } from './guard.js';
import { short } from './ids.js';
import { ask } from './platform.js';
import { settings } from './settings.js';
import { cut, queryText } from './text.js';
import { ids, who } from './who.js';

/** The id of the session; '' before the first. */
var session = '';
var sequence = 0;
var source = {};
var scope;
var launched = false;
var shownAt = 0;

export var visible = false;
export var hiddenAt = 0;

function begin(from) {
  session = short(12);
  sequence = 0;
  source = from;
  scope = null;
  forgive();
}

function sourceOf(options, otherwise) {
  options = options || ask(otherwise) || {};
  return {
    scene: +options.scene || 0,
    path: cut(options.path, 1024),
    query: queryText(options.query),
    ref: cut((options.referrerInfo || {}).appId, 64),
  };
}

/** The session that runs; one begins where none does, as what the program was launched with. */
export function current() {
  if (!session) begin(sourceOf(0, 'getLaunchOptionsSync'));
  return session;
}

/** The next number within the session. */
export function count() {
  return ++sequence;
}

/** What this event shares with others: the same object as long as nothing of it changes. */
export function scopeNow() {
  current();
  if (!scope || scope.d !== who.d || scope.ep !== who.ep || scope.ids !== ids) {
    scope = { d: who.d, ep: who.ep, s: session, ids: ids, src: source };
  }
  return scope;
}

/** Whether this is the first launch of this run: automatic and manual calls count once. */
export function launch(options) {
  if (launched) return;
  launched = true;
  begin(sourceOf(options, 'getLaunchOptionsSync'));
  return true;
}

/** The program comes to the front. `here`: path and query of the page on top, which is no new entry. */
export function show(options, here) {
  if (visible) return;
  var from = sourceOf(options, 'getEnterOptionsSync');
  if (!session) begin(from);
  else if (!source.scene && !hiddenAt) {
    // launched by hand without options: now it is known what by
    for (var name in from) source[name] = from[name];
  } else if ((hiddenAt && since(hiddenAt) > settings.sessionTimeoutSec * 1000) || (from.scene && isOther(from, here))) {
    begin(from.scene ? from : source);
  }
  visible = true;
  shownAt = now();
  pause();
  return true;
}

function isOther(from, here) {
  if (from.scene !== source.scene) return true;
  var address = from.path + '?' + from.query;
  return from.path && address !== source.path + '?' + source.query && address !== here;
}

/** The program goes to the back. */
export function hide() {
  if (!visible) return;
  visible = false;
  hiddenAt = now();
  pause();
  return true;
}

/** Milliseconds since the program came to the front. */
export function inFront() {
  return since(shownAt);
}
