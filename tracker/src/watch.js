// What the platform itself tells where it is new enough: routes, load times, hand-overs from the AI.

import { enters, hidden } from './app.js';
import { notFound } from './autotrack.js';
import { guard } from './guard.js';
import { here } from './here.js';
import { again } from './page.js';
import { ask, start } from './platform.js';
import { fire, listen } from './signals.js';
import { cut, queryText } from './text.js';
import { emit } from './track.js';

var MOST_ENTRIES = 60;
var entries = 0;

var watches;
/** The tab that is switched to, until its page is in front. */
var tab;

function arrived(page) {
  if (page.p !== tab) return;
  tab = 0;
  // where the page has a function for it, that tells
  if (!page.page.onTabItemTap) emit('tab_tap', 0, { page: page }, 1);
  fire('switchTab', page);
}

/** Once the tracker is permitted to run. */
export function watch() {
  if (watches) return;
  watches = 1;
  listen(function (trigger, page) {
    if (trigger === 'enterPage') arrived(page);
  });
  start('onAppRoute', function (route) {
    if (route.notFound) notFound(0, route);
    if (route.openType === 'switchTab') tab = route.path;
    if (here.on) arrived(here);
  });
  // windows on a computer: a minimised one is not looked at
  start('onWindowStateChange', function (answer) {
    if (answer.state === 'minimize') return hidden();
    enters();
    again();
  });
  // the AI hands a conversation over to a page: which, and with what query; never with what content
  start('onAgentHandoff', function (handoff) {
    emit('agent_handoff', { page_id: handoff.pageId }, { page: { p: cut(handoff.path, 512), pq: queryText(handoff.query) } }, 1);
  });
  // not everywhere: without it there are no load times, and that is no fault of ours
  try {
    watchPerformance();
  } catch (_) {}
}

/** How long launches and routes took, in milliseconds. */
function watchPerformance() {
  ask('getPerformance')
    .createObserver(function (list) {
      guard(function () {
        list.getEntries().forEach(measured);
      });
    })
    .observe({ entryTypes: ['navigation'] });
}

function measured(entry) {
  if (!(entry.duration >= 0) || ++entries > MOST_ENTRIES) return;
  var path = cut(entry.path, 512).split('?')[0];
  var pr = { type: entry.name };
  // a launch is more than its page: it is not counted among the times of pages
  pr[entry.name === 'route' ? 'ms' : 'launch_ms'] = Math.round(entry.duration);
  emit('page_load_time', pr, { page: path ? { p: path } : here }, 1);
}
