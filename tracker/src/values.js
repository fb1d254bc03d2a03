// Where a field's value comes from. What is not there is left out: never 0, never an empty text.

/** `written` as in the configuration; `more`: {event, at: indexes}; `times`: {inFront, onPage}. */
export function value(written, page, more, times) {
  var found = read(written, page, more, times);
  return /string|boolean/.test(typeof found) || (typeof found === 'number' && isFinite(found)) ? found : undefined;
}

function read(written, page, more, times) {
  var quoted = /^(["'])([^]*)\1$/.exec(written);
  if (quoted) return quoted[2];
  var event = more.event || {};
  var whole = {
    $PAGE_TIME: times.onPage,
    $APP_TIME: times.inFront,
    $CURRENT_PAGE: page.p,
    $LAST_PAGE: page.rf || '',
  };
  if (written in whole) return whole[written];
  var named = /^\$([A-Z]+)\.(.+)$/.exec(written);
  if (named) {
    return within(
      {
        APP: named[1] === 'APP' && getApp(),
        DATASET: (event.currentTarget || {}).dataset,
        DETAIL: event.detail,
        MARK: event.mark,
        QUERY: page.query,
      }[named[1]],
      named[2],
    );
  }
  // list[][].name: with each pair of brackets one index of the tapped element
  var found = (page.page || {}).data;
  var at = more.at || [];
  var parts = written.split('[]');
  for (var depth = 0; depth < parts.length; depth++) {
    if (depth) {
      if (at[depth - 1] === undefined) return;
      if (parts[depth] === '.$INDEX') return at[depth - 1];
      found = found && found[at[depth - 1]];
    }
    found = within(found, parts[depth]);
  }
  return found;
}

function within(object, path) {
  path.split('.').forEach(function (name) {
    if (name) object = object === undefined || object === null ? undefined : object[name];
  });
  return object;
}
