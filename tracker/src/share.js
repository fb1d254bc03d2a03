// Sharing. No callback says that something was shared: what counts is that it was asked for.

import { short } from './ids.js';
import { settings } from './settings.js';
import { merged } from './text.js';
import { emit } from './track.js';

/** The path with a mark by which the visit it leads to finds this share. For any way of sharing. */
export function sharePath(path, kind) {
  return marked(path, told(kind || 'path'));
}

function told(from) {
  var id = short(12);
  emit('share', { from: from, share_id: id });
  return id;
}

function marked(path, id) {
  return path && path.replace(/(\?|$)/, '?ml_s=' + id + (/\?./.test(path) ? '&' : ''));
}

/** After the host's handler: the share is counted, and its result handed on, marked only where the owner asked for it. */
export function shared(from, result) {
  var id = told(from);
  if (settings.share !== 'append' || !result || result.then) return result;
  if (from === 'timeline') return result.query ? merged(result, { query: 'ml_s=' + id + '&' + result.query }) : result;
  return result.path ? merged(result, { path: marked(result.path, id) }) : result;
}
