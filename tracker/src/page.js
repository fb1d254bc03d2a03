// Pages: which are in front, since when, and what came before. Two may be in front at once on a large screen.

import { now, since } from './clock.js';
import { here, setHere } from './here.js';
import { current, hiddenAt, visible } from './session.js';
import { fire } from './signals.js';
import { queryText } from './text.js';
import { emit } from './track.js';

/** Live pages: {page: the host's instance, p, pq, rf, query, at: in front since, on: in front, props, stays: session}. */
var pages = [];
var left;
var early = [];

/** What the platform calls the page: for pages of Page and of Component alike. */
export function routeOf(instance) {
  return ((instance && (instance.route || instance.__route__)) || '').replace(/^\//, '');
}

/** Of a page that is not known yet the record is made. */
function recordOf(instance, query) {
  for (var at = 0; at < pages.length; at++) if (pages[at].page === instance) return pages[at];
  query = query || instance.options;
  var record = { page: instance, p: routeOf(instance), pq: queryText(query), query: query };
  if (pages.push(record) > 60) pages.shift();
  return record;
}

export function address() {
  return here.p + '?' + here.pq;
}

/** Before the host's onLoad and onShow: what it tracks there is of this page. */
export function turn(instance, query) {
  var record = recordOf(instance, query);
  if (record.on || record === here) return;
  record.rf = here.p;
  setHere(record);
}

export function loaded(instance) {
  var record = recordOf(instance);
  if (!record.loaded) fire('pageLoad', record);
  record.loaded = 1;
}

/** After the host's onShow: a visit, unless the program only came back to the page it was left at. */
export function shown(instance) {
  var record = recordOf(instance);
  if (record.on) return;
  // before App.onShow: whether this is a new session is not known yet
  if (hiddenAt && !visible) return early.push(instance);
  var stays = record.stays === current();
  pages.forEach(function (other) {
    other.stays = 0;
  });
  left = 0;
  record.on = 1;
  record.at = now();
  if (!stays) emit('page_view', 0, { page: record }, 1);
  fire('enterPage', record);
}

/** The program is in front again: pages that said so too early have their turn. */
export function returned() {
  early.splice(0).forEach(shown);
}

export function hidden(instance) {
  var record = recordOf(instance);
  if (!record.on) return;
  record.on = 0;
  left = record;
  emit('page_leave', 0, { page: record, du: since(record.at) }, 1);
  fire('leavePage', record);
}

/** The program went to the back: whoever was in front stays the page of this session, should it go on. */
export function away() {
  pages.forEach(function (record) {
    if (!record.on && record !== left) return;
    hidden(record.page);
    record.stays = current();
  });
}

export function unloaded(instance) {
  var record = recordOf(instance);
  hidden(instance);
  pages.splice(pages.indexOf(record), 1);
  fire('pageUnload', record);
}

/** A window that was minimised is there again; the platform shows no page anew then. */
export function again() {
  pages.forEach(function (record) {
    if (record.stays) shown(record.page);
  });
}

/** The page on which something was handled: a component belongs to that which is on top. */
export function pageOf(instance) {
  return routeOf(instance) ? recordOf(instance) : here;
}
