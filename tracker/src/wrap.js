// Wrapping: the host's function runs first with its own `this` and arguments; its result and what it throws pass
// untouched; our part runs after it, guarded. All is strict (scripts/build.mjs): `this` stays undefined where it was, and
// `arguments` costs nothing.

import { guard, stopped } from './guard.js';
import { KINDS, handled } from './tap.js';

/** The same object with the same properties, so that frozen and shared ones stay as they are. */
export function copy(object) {
  var made = Object.create(object ? Object.getPrototypeOf(object) : Object.prototype);
  Object.getOwnPropertyNames(object || {}).forEach(function (name) {
    var property = Object.getOwnPropertyDescriptor(object, name);
    if ('value' in property) property.writable = true;
    Object.defineProperty(made, name, property);
  });
  return made;
}

/**
 * Puts a wrapper in the place of the host's function, or where `adds`, in the place of none.
 * `before(this, argument)`, the host's, `after(this, argument)`. Where `changes`, `after` also gets the host's result and
 * answers what is handed on.
 */
export function wrap(options, name, before, after, adds, changes) {
  var host = options[name];
  if (typeof host !== 'function' && (host || !adds)) return;
  put(options, name, host, function (argument) {
    if (!stopped && before) guard(before, this, argument);
    if (changes) {
      var result = host.apply(this, arguments);
      var changed = stopped ? result : guard(after, this, argument, result);
      return changed === undefined ? result : changed;
    }
    try {
      return host ? host.apply(this, arguments) : undefined;
    } finally {
      if (!stopped) guard(after, this, argument);
    }
  });
}

/** Functions that may handle taps. They are called often, and mostly for something else. */
export function wrapHandler(options, name) {
  var property = Object.getOwnPropertyDescriptor(options, name);
  var host = property && property.value;
  if (typeof host !== 'function') return;
  put(options, name, host, function (event) {
    if (!event || !event.currentTarget || KINDS[event.type] !== 1 || stopped) return host.apply(this, arguments);
    try {
      return host.apply(this, arguments);
    } finally {
      guard(handled, this, name, event);
    }
  });
}

function put(options, name, host, wrapper) {
  // what hangs on a function (`debounced.cancel`) hangs on its wrapper
  for (var own in host) wrapper[own] = host[own];
  options[name] = wrapper;
}
