// What happens, told to whoever listens: the triggers of the no-code engine, and a few of our own (`session`, `stopped`).

var listeners = [];

export function listen(listener) {
  listeners.push(listener);
}

/** `page`: the record of the page it belongs to; `more`: what it is about. */
export function fire(trigger, page, more) {
  listeners.forEach(function (listener) {
    listener(trigger, page || {}, more || {});
  });
}
