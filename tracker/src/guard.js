// Nothing of the tracker reaches the host: what throws inside ends here, and after ten faults the tracker steps aside.

import { settings } from './settings.js';
import { fire } from './signals.js';

var MOST_FAULTS = 10;

var faults = 0;

/** True once the tracker has stepped aside: every wrapper hands the host's own function through. */
export var stopped = false;

/** Calls `work` and swallows what it throws. */
export function guard(work, a, b, c) {
  try {
    return work(a, b, c);
  } catch (error) {
    debug('fault', error);
    if (++faults === MOST_FAULTS) {
      // what is told of it must not fault again
      guard(fire, 'stopped', error);
      stopped = true;
    }
  }
}

/** A new session starts with a clean slate; who has stepped aside stays there until the program starts anew. */
export function forgive() {
  if (!stopped) faults = 0;
}

/** The kill switch of the configuration, and the way back from it. */
export function setStopped(value) {
  stopped = value || faults >= MOST_FAULTS;
}

/** A line in the developer's console, only where the owner asked for it. */
export function debug(what, more) {
  if (settings.debug) warn(what, more);
}

export function warn(what, more) {
  try {
    console.log('cl_tracker ' + what, more || '');
  } catch (_) {}
}
