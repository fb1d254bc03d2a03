// The phone and the program, told once a batch. Asked for when the first batch is made, so that loading costs nothing.

import { ask, start } from './platform.js';
import { settings } from './settings.js';

var context;
/** The code of a test walk: its events are kept apart from those that count. */
export var preview;

export function about() {
  if (!context) {
    var old = (wx.getDeviceInfo ? 0 : ask('getSystemInfoSync')) || {};
    var phone = ask('getDeviceInfo') || old;
    var base = ask('getAppBaseInfo') || old;
    var screen = ask('getWindowInfo') || old;
    var program = (ask('getAccountInfoSync') || {}).miniProgram || {};
    context = {
      appv: settings.appVersion || program.version,
      env: program.envVersion,
      brand: phone.brand,
      model: phone.model,
      os: phone.system,
      plat: phone.platform,
      wxv: base.version,
      sdkv: base.SDKVersion,
      lang: base.language,
      w: screen.screenWidth,
      h: screen.screenHeight,
    };
  }
  if (preview) context.env = 'preview';
  context.net = net;
  return context;
}

var net;

/** Keeps to the kind of network; `onBack` when there is one again. */
export function watchNetwork(onBack) {
  var heard = function (answer) {
    net = answer.networkType;
    if (answer.isConnected) onBack();
  };
  start('getNetworkType', { success: heard });
  start('onNetworkStatusChange', heard);
}

export function setPreview(code) {
  preview = code;
}
