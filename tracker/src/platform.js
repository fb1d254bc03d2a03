// The one door to `wx`. Each of its functions may be missing, throw, or never answer.

import { debug, guard } from './guard.js';

/** The answer of `wx[name](…)`, or undefined where it is missing or throws. */
export function ask(name, first, second) {
  try {
    return wx[name](first, second);
  } catch (error) {
    debug(name, error);
  }
}

/** Like `ask`, for what answers later, to guarded callbacks; false where the call could not even be made. */
export function start(name, options) {
  try {
    wx[name](guarded(options));
    return true;
  } catch (error) {
    debug(name, error);
  }
}

function guarded(work) {
  if (typeof work === 'function') {
    return function (answer) {
      guard(work, answer || {});
    };
  }
  ['success', 'fail'].forEach(function (name) {
    if (work[name]) work[name] = guarded(work[name]);
  });
  return work;
}
