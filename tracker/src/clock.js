// Our own time: the phone's clock without the jumps it makes while the program runs.
//
// `sent` and the times of events are of one clock, so the server can correct both. A timer that fires more than
// five minutes off, although the program was in front all the time, means that the clock was set: from then on the
// difference is taken off.

import { guard } from './guard.js';

var JUMP = 300000;
var shift = 0;
var pauses = 0;

export function now() {
  return Date.now() - shift;
}

/** The program goes to the back or comes from there: what timers say meanwhile is no jump. */
export function pause() {
  pauses++;
}

/** A guarded timer. */
export function later(work, ms) {
  var due = Date.now() + ms;
  var before = pauses;
  return setTimeout(function () {
    var off = Date.now() - due;
    if (before === pauses && (off > JUMP || off < -JUMP)) {
      shift += off;
      pauses++; // the timers that wait will see the same jump
    }
    guard(work);
  }, ms);
}

/** Milliseconds since a moment, within a day; undefined where the clock went back. */
export function since(moment) {
  var ms = now() - moment;
  return ms >= 0 ? Math.min(ms, 86400000) : undefined;
}
