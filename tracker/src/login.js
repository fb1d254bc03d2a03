// Only for those who want it: openid and unionid by way of the server, which asks WeChat with the app's AppSecret.
//
//   require('./utils/cl_tracker_login.js')(tracker, { key: '…', server: 'https://…' }, function (error, who) {});
//
// The tracker itself never calls wx.login. Who is known by this is told with all events from then on.

import { WHO } from './storage.js';

var config = typeof MINILENS === 'object' ? MINILENS : {};

/** `who`: {openid, unionid}. `error`: {code, message}, of the server or one of our own: pending, no_code, no_answer. */
export default function login(tracker, options, callback) {
  options = options || {};
  var key = options.key || config.key;
  var server = String(options.server || config.server).replace(/\/+$/, '');
  var done;

  function tell(error, who) {
    if (done) return;
    done = 1;
    if (typeof callback === 'function') callback(error ? { code: error.code || error, message: error.message || error } : null, who);
  }

  function failed(code) {
    return function () {
      tell(code);
    };
  }

  function exchange(code) {
    var kept = {};
    try {
      kept = JSON.parse(wx.getStorageSync(WHO)) || kept;
    } catch (_) {}
    wx.request({
      url: server + '/v1/login',
      method: 'POST',
      timeout: 10000,
      header: { 'content-type': 'application/json' },
      data: JSON.stringify({ k: key, code: code, d: tracker.getDeviceId(), ep: kept.ep || undefined, lib: 'mp-login/__VERSION__' }),
      success: function (answer) {
        var said = answer.data || {};
        if (answer.statusCode !== 200 || !said.openid) return tell(said.code ? said : 'no_answer');
        tracker.identify('applet-wechat', said.openid);
        if (said.unionid) tracker.identify('wechat-unionid', said.unionid);
        tell(null, { openid: said.openid, unionid: said.unionid });
      },
      fail: failed('no_answer'),
    });
  }

  try {
    // before consent there is no device, and nothing is asked
    if (!tracker.getDeviceId()) return tell('pending');
    wx.login({
      success: function (answer) {
        try {
          if (answer && answer.code) exchange(answer.code);
          else tell('no_code');
        } catch (_) {
          tell('no_answer');
        }
      },
      fail: failed('no_code'),
    });
  } catch (_) {
    tell('no_code');
  }
}
