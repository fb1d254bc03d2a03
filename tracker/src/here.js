// The page on top, as events tell of it: {p, pq, rf, props}.

export var here = {};

export function setHere(record) {
  here = record;
}
