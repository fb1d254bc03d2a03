// The program comes, goes to the back, comes again. Each step once, whether it is told automatically, by hand, or both.

import { start } from './platform.js';
import { address, away, returned } from './page.js';
import { saveNow } from './queue.js';
import { hiddenAt, hide, launch, show } from './session.js';
import { fire } from './signals.js';
import { emit } from './track.js';
import { flush, unblock, wake } from './transport.js';

/** Steps that have happened and are still to be told, after the host's own function. */
var due = {};

/** Before the host's onLaunch, onShow: the session is there, so that what the host tracks belongs to it. */
export function launches(_, options) {
  due.launch = launch(options) || due.launch;
}

export function shows(_, options) {
  due.show = show(options, address()) || due.show;
}

/** After it. */
export function launched() {
  if (!due.launch) return;
  due = {};
  emit('app_launch', 0, { page: {} });
  fire('launch');
}

export function shown(_, options) {
  if (!due.show) return;
  due = {};
  unblock();
  var query = (options || {}).query || {};
  emit('app_show', { share_id: query.ml_s }, { page: {} });
  fire('opened', 0, query);
  if (hiddenAt) fire('foreground');
  returned();
  wake();
}

export function hidden() {
  if (!hide()) return;
  away();
  emit('app_hide', 0, 0, 1);
  fire('background');
  saveNow();
  flush(true);
}

export function enters(options) {
  shows(0, options);
  shown(0, options);
}

var watches;

/** Where App could not be wrapped the platform itself tells of the back and the front. */
export function watchApp() {
  if (watches) return;
  watches = 1;
  start('onAppShow', enters);
  start('onAppHide', hidden);
}
