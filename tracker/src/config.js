// The configuration: fetched from the server, kept on the phone, used at once when the program starts. One that does
// not fit leaves the last good one in place.

import { now } from './clock.js';
import { preview, setPreview } from './context.js';
import { debug, setStopped } from './guard.js';
import { start } from './platform.js';
import { useEvents } from './rules.js';
import { settings } from './settings.js';
import { CONFIG, read, write } from './storage.js';
import { cut, deny } from './text.js';
import { ready, who } from './who.js';

var MOST_BYTES = 65536;
var EVERY = 600000;

var askedAt = 0;

/** The one that was kept. */
export function loadConfig() {
  var found = read(CONFIG);
  if (fits(found)) use(found);
}

/** A newer one, at most every ten minutes, or where an answer of the server names another revision. */
export function refresh(told) {
  if (!ready || (told && told === settings.rev) || Math.abs(now() - askedAt) < (told ? 5000 : EVERY)) return;
  askedAt = now();
  start('request', {
    url:
      settings.server + '/v1/config?k=' + settings.key + '&rev=' + (settings.rev || '') +
      (preview ? '&test=' + encodeURIComponent(preview) : ''),
    success: function (answer) {
      if (answer.statusCode !== 200) return;
      var text = typeof answer.data === 'string' ? answer.data : JSON.stringify(answer.data);
      var found = text.length <= MOST_BYTES && JSON.parse(text);
      if (!fits(found)) return debug('configuration refused');
      debug('configuration', found.rev);
      use(found);
      if (!preview) write(CONFIG, found);
    },
  });
}

/** As config.schema.json says, as far as it could do harm. A trigger that only a later tracker knows never fires. */
function fits(found) {
  try {
    return (
      isText(found.rev) &&
      (found.deny || []).every(isText) &&
      (found.events || []).every(function (event) {
        return (
          isText(event.name) &&
          event.actions.every(function (action) {
            return (
              /^(once|start|collect|report)$/.test(action.action) &&
              (action.data || []).every(function (one) {
                return isText(one.field) && isText(one.value);
              })
            );
          })
        );
      })
    );
  } catch (_) {}
}

function isText(value) {
  return typeof value === 'string';
}

function use(found) {
  var flush = found.flush || {};
  settings.rev = found.rev;
  if (flush.size) settings.batch.size = flush.size;
  if (flush.seconds) settings.batch.intervalMs = flush.seconds * 1000;
  deny(found.deny || []);
  // always the same devices are kept
  var share = ((who.d.charCodeAt(19) * 64 + who.d.charCodeAt(20)) % 1000) / 1000;
  setStopped(found.off || share >= (found.sample === undefined ? 1 : found.sample));
  useEvents(found.events || []);
}

/** A code that was scanned begins a test walk, until the program ends. */
export function walk(code) {
  code = cut(code, 64);
  if (!code || code === preview) return;
  setPreview(code);
  askedAt = 0;
}
