// What people and programs hand over, made fit for the wire: the server refuses an event for one property too long.

import { settings } from './settings.js';

var SECRETS =
  /token|secret|passw|^pwd$|^auth|^jwt$|ticket|apikey|^(js)?code$|session|openid|unionid|phone|mobile|^tel$|signature|idcard/;

/** More names of parameters that never leave the phone, from the configuration. */
var denied = [];

export function deny(names) {
  denied = names.map(bare);
}

function bare(name) {
  return String(name).toLowerCase().replace(/[-_. ]/g, '');
}

/** Whether a parameter or key of this name holds a secret. */
export function isSecret(name) {
  name = bare(name);
  return SECRETS.test(name) || denied.indexOf(name) >= 0;
}

/** As text of at most so many characters, never half of one; nothing is no text. */
export function cut(value, length) {
  if (value === undefined || value === null) return '';
  var text = String(value).slice(0, length);
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

/** A query as text, without secrets. */
export function queryText(query) {
  var parts = [];
  for (var name in query) {
    // half of an emoji cannot be encoded
    try {
      if (!isSecret(name)) parts.push(encodeURIComponent(name) + '=' + encodeURIComponent(cut(query[name], 1024)));
    } catch (_) {}
  }
  return cut(parts.join('&'), 1024);
}

/** A value as JSON can hold it; undefined where it holds nothing. */
function fit(value, depth) {
  var kind = typeof value;
  if (kind === 'string') return cut(value, settings.maxStringLength);
  if (kind === 'boolean' || value === null) return value;
  if (kind === 'number') return isFinite(value) ? (Math.abs(value) < 9e18 ? value : value + '') : undefined;
  if (kind !== 'object' || depth > 2) return;
  if (value instanceof Date) return value.toISOString();
  if (!Array.isArray(value)) return props(value, depth + 1);
  return value
    .slice(0, 64)
    .map(function (one) {
      return fit(one, depth + 1);
    })
    .filter(function (one) {
      return one !== undefined;
    });
}

/** Own properties as the server takes them: at most 64, keys and texts cut, three levels deep. */
export function props(given, depth) {
  var found = {};
  Object.keys(given || {})
    .slice(0, 64)
    .forEach(function (name) {
      try {
        var value = fit(given[name], depth || 0);
        if (name && value !== undefined) found[cut(name, 64)] = value;
      } catch (_) {}
    });
  return found;
}

/** The properties of all, the later ones win. */
export function merged() {
  var found = {};
  for (var i = 0; i < arguments.length; i++) {
    for (var name in arguments[i]) {
      try {
        found[name] = arguments[i][name];
      } catch (_) {}
    }
  }
  return found;
}
