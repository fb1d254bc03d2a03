// For skills of WeChat's AI mode, where there is no App, no Page, no getApp: each skill loads this file by itself.
//
// Each call of an atomic API is counted: its name, how long it took, how it ended, the keys of its arguments, never
// their values. What cannot be sent now is put into the storage that the skill shares with the program, which sends it
// when it starts next. Consent is the program's: without what it has stored nothing is kept.

import { uuid } from './ids.js';
import { AGENT, WHO } from './storage.js';

var config = typeof MINILENS === 'object' ? MINILENS : {};
var session = '';
var sequence = 0;

function safely(work, a, b, c, d) {
  try {
    return work(a, b, c, d);
  } catch (_) {}
}

function parsed(text) {
  return safely(JSON.parse, text) || undefined;
}

/** FNV-1a: conversations are told apart by it, not known. */
function hashed(text) {
  var hash = 0x811c9dc5;
  for (var at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash += (hash << 1) + (hash << 4) + (hash << 7) + (hash << 8) + (hash << 24);
  }
  return (hash >>> 0).toString(36);
}

function conversation(wx) {
  var id = wx.modelContext && wx.modelContext.getSessionId && wx.modelContext.getSessionId();
  return typeof id === 'string' && id ? hashed(id) : undefined;
}

/** Names of handed over arguments. */
function keys(given) {
  return given && typeof given === 'object' ? Object.keys(given).slice(0, 16).join(',').slice(0, 255) || undefined : undefined;
}

function tell(wx, name, pr) {
  if (!wx || typeof wx.getStorage !== 'function') return;
  wx.getStorage({
    key: WHO,
    success: function (answer) {
      var who = safely(parsed, answer && answer.data);
      if (who && who.consent && who.d && !who.out) safely(put, wx, who, name, pr);
    },
    fail: function () {},
  });
}

function put(wx, who, name, pr) {
  var now = Date.now();
  for (var empty in pr) if (pr[empty] === undefined) delete pr[empty];
  var ids = {};
  for (var slot in who.slots) if (who.slots[slot][1]) ids[who.slots[slot][0]] = who.slots[slot][1];
  for (var type in who.ids) ids[type] = who.ids[type];
  session = session || uuid(now);
  var event = { id: uuid(now), n: name, t: now, q: ++sequence, pr: pr };
  var scope = { d: who.d, ep: who.ep || 0, s: session, ids: ids, src: {} };
  if (typeof wx.request !== 'function' || !config.key) return keep(wx, scope, event);
  wx.request({
    url: config.server + '/v1/collect',
    method: 'POST',
    timeout: 10000,
    header: { 'content-type': 'application/json' },
    data: JSON.stringify({
      v: 1, k: config.key, lib: 'mp-agent/__VERSION__', sent: now, d: who.d, ep: who.ep || undefined, s: session, ids: ids, ev: [event],
    }),
    success: function (answer) {
      if (!answer || answer.statusCode === 408 || answer.statusCode === 429 || answer.statusCode >= 500) safely(keep, wx, scope, event);
    },
    fail: function () {
      safely(keep, wx, scope, event);
    },
  });
}

/** Into a queue of the skills' own, so that no two contexts write what the program writes. */
function keep(wx, scope, event) {
  wx.getStorage({
    key: AGENT,
    complete: function (answer) {
      safely(function () {
        var found = parsed(answer && answer.data) || { q: [], g: [], lost: { n: 0 } };
        if (found.q.length >= 200) found.q.shift();
        found.q.push([found.g.push(scope) - 1, event, 0]);
        wx.setStorage({ key: AGENT, data: JSON.stringify(found) });
      });
    },
  });
}

/**
 * `skill.use(agentMiddleware())`. With a framework that replaces `wx`, hand over WeChat's own: `agentMiddleware(wx)`.
 * The result and what is thrown pass untouched, and nothing is waited for.
 */
export function agentMiddleware(platform) {
  var host = platform || (typeof wx === 'object' ? wx : undefined);
  return function (context, next) {
    var began = Date.now();
    var told = function (outcome, error) {
      safely(function () {
        var ctx = context || {};
        tell(host, 'agent_call', {
          api: text(ctx.name),
          skill: text(ctx.skillPath),
          ms: Math.max(0, Date.now() - began),
          outcome: outcome,
          error: error,
          arguments: keys(ctx.arguments),
          conversation: safely(conversation, host),
        });
      });
    };
    var failed = function (error) {
      told('failed', text((error && error.name) || typeof error));
      throw error;
    };
    var result;
    try {
      result = next();
    } catch (error) {
      return failed(error);
    }
    if (!result || typeof result.then !== 'function') {
      told(result && result.isError ? 'is_error' : 'ok');
      return result;
    }
    return result.then(function (found) {
      told(found && found.isError ? 'is_error' : 'ok');
      return found;
    }, failed);
  };
}

function text(value) {
  return value === undefined || value === null ? undefined : String(value).slice(0, 128);
}

/** In an atomic component: its card was shown. */
export function cardShown(name, platform) {
  safely(tell, platform || (typeof wx === 'object' ? wx : undefined), 'agent_card', { api: text(name) });
}
