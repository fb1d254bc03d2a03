// What the program sees: `app.cl_tracker`, and the same from require.

import { enters, hidden, launched, launches, watchApp } from './app.js';
import { adopt, install, wrapApp, wrapComponent, wrapPage, wrapped } from './autotrack.js';
import { watchNetwork } from './context.js';
import { guard } from './guard.js';
import { here } from './here.js';
import * as queue from './queue.js';
import { current } from './session.js';
import { set, settings } from './settings.js';
import { sharePath } from './share.js';
import { fire, listen } from './signals.js';
import { props } from './text.js';
import { emit, register, track, waitFor } from './track.js';
import { flush, nudge, tell, wake } from './transport.js';
import * as who from './who.js';

var watching;

function init(given) {
  set(given);
  if (settings.consent === 'denied') who.close();
  else if (settings.consent !== 'pending') begin(settings.consent === 'remember');
  return tracker;
}

/** Configured and permitted: from here on there is an id, and something may be stored and sent. */
function begin(remembered, again) {
  if (!settings.key || !settings.server || !who.open(remembered, again)) return;
  queue.waiting.forEach(function (record) {
    record.g.d = record.g.d || who.who.d;
  });
  queue.restore();
  fire('ready');
  if (!watching) {
    watching = 1;
    watchNetwork(wake);
  }
  if (queue.waiting.length) nudge();
}

function profile(given) {
  emit('profile', given, { ty: 'profile' });
}

function identify(type, value) {
  who.identify(type, value);
  profile();
}

/** Each is guarded: what may be called from outside never throws. */
var methods = {
  init: init,
  track: track,
  /** Like track, without a target: for files that come with the tracker. */
  event: emit,
  push: function (given) {
    who.push(given, function (slot, before, type) {
      emit('sdk_error', { code: 'slot_taken', slot: slot, before: before, type: type });
    });
  },
  identify: identify,
  login: function (member) {
    identify('c_memberid', member);
  },
  logout: who.logout,
  reset: function () {
    who.reset();
    register();
  },
  register: register,
  setPageProps: function (given) {
    here.props = props(given);
  },
  profile: profile,
  setProfile: profile,
  setOnceProfile: function (given) {
    profile(who.once(given));
  },
  clearAllRegister: function () {
    who.forgetProperties();
    register();
  },
  setConsent: function (said) {
    if (said === 'granted') return begin(0, 1);
    queue.clear();
    who.close(who.ready);
  },
  optOut: function (purge) {
    queue.clear();
    who.close(true, purge);
  },
  flush: function (callback) {
    var record = { e: {}, c: callback };
    if (!queue.waiting.length) tell(record, null);
    // with the next answer, whatever it is about
    listen(function (trigger) {
      if (trigger === 'answer') tell(record, null);
    });
    waitFor(record);
    flush();
  },
  onAppLaunch: function (given) {
    if (this !== tracker) adopt(this);
    if (!wrapped) watchApp();
    launches(this, given);
    launched();
  },
  onAppShow: function (given) {
    if (!wrapped) watchApp();
    enters(given);
  },
  onAppHide: hidden,
  wrapApp: wrapApp,
  wrapPage: wrapPage,
  wrapComponent: wrapComponent,
  getDeviceId: function () {
    return who.who.d || null;
  },
  getSessionId: current,
};

export var tracker = {
  version: '__VERSION__',
  sharePath: function (path, kind) {
    return guard(sharePath, path, kind) || path;
  },
};

Object.keys(methods).forEach(function (name) {
  tracker[name] = function () {
    var self = this;
    var given = arguments;
    return guard(function () {
      return methods[name].apply(self, given);
    });
  };
});

/** Begins: takes the platform's places, and starts where a configuration stands in the file. */
guard(function () {
  settings.tracker = tracker;
  set(typeof MINILENS === 'object' && MINILENS);
  install();
});

export function boot() {
  if (settings.key) tracker.init();
  return tracker;
}
