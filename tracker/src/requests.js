// Only for those who want it: how long requests of the program take, and which fail.
//
//   require('./utils/cl_tracker_requests.js')(tracker, { slow: 1000, share: 0.1 });
//
// A request that failed or took longer than `slow` ms is told; of all others the `share`. Address without query, never a
// body or a header. The tracker's own requests are not counted.

/** Wraps `wx.request`; false where it cannot be replaced. */
export default function watchRequests(tracker, options) {
  options = options || {};
  var slow = options.slow || 3000;
  var share = options.share || 0;
  var original = wx.request;
  if (typeof original !== 'function') return false;

  function tell(url, began, status, error) {
    try {
      var ms = Math.max(0, Date.now() - began);
      var bad = error || status >= 400;
      if (!bad && ms < slow && Math.random() >= share) return;
      var address = String(url).split(/[?#]/)[0].slice(0, 255);
      tracker.event(bad ? 'api_error' : 'api_time', { url: address, status: status, ms: ms, message: error });
    } catch (_) {}
  }

  function request(given) {
    if (!given || typeof given !== 'object' || /\/v1\/(collect|config|login)(\?|$)/.test(given.url)) return original.apply(this, arguments);
    var began = Date.now();
    var mine = {};
    for (var name in given) mine[name] = given[name];
    mine.success = function (answer) {
      tell(given.url, began, answer && answer.statusCode);
      if (given.success) return given.success.apply(this, arguments);
    };
    mine.fail = function (answer) {
      tell(given.url, began, undefined, String((answer && answer.errMsg) || 'fail').slice(0, 255));
      if (given.fail) return given.fail.apply(this, arguments);
    };
    return original.call(this, mine);
  }

  try {
    // on phones it cannot be assigned to, but defined anew
    Object.defineProperty(wx, 'request', { value: request, configurable: true, writable: true, enumerable: true });
    return wx.request === request;
  } catch (_) {
    return false;
  }
}
