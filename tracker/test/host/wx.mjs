// `wx` of the host: what programs and the tracker call, with answers, faults and a log of who called.

const DEVICE = { brand: 'HUAWEI', model: 'LIO-AN00', system: 'Android 12', platform: 'android' };
const BASE = { version: '8.0.50', SDKVersion: '3.5.5', language: 'zh_CN' };
const WINDOW = { screenWidth: 392.7, screenHeight: 851, windowWidth: 392, windowHeight: 780, pixelRatio: 2.75 };

/** `phone` brings storage, network, clock, faults and routes; `who` is said in the log. */
export function createWx(phone, who) {
  const listeners = phone.listeners;
  const later = (work, ms = 1) => phone.clock.set(() => phone.alive && work(), ms, false, true);
  const settle = (options, answer, failed) =>
    later(() => {
      const said = failed ? { errMsg: failed } : answer;
      phone.inside(() => (failed ? options?.fail?.(said) : options?.success?.(said)));
      phone.inside(() => options?.complete?.(said));
    });
  const on = (name) => (work) => (listeners[name] ??= []).push(work);
  const off = (name) => (work) => (listeners[name] = (listeners[name] ?? []).filter((one) => one !== work));
  const put = (key, data) => {
    const text = JSON.stringify(data) ?? 'null';
    if (text.length > 1 << 20) throw new Error('setStorage:fail exceed max size');
    phone.storage.set(key, text);
  };
  const get = (key) => (phone.storage.has(key) ? JSON.parse(phone.storage.get(key)) : '');
  const api = {
    getDeviceInfo: () => ({ ...DEVICE, ...phone.device }),
    getAppBaseInfo: () => ({ ...BASE }),
    getWindowInfo: () => ({ ...WINDOW }),
    getSystemInfoSync: () => ({ ...DEVICE, ...BASE, ...WINDOW, ...phone.device }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789abcdef', envVersion: phone.environment, version: '1.4.0' } }),
    getLaunchOptionsSync: () => phone.launchOptions,
    getEnterOptionsSync: () => phone.enterOptions,
    getNetworkType: (options) => settle(options, { networkType: phone.network.up ? 'wifi' : 'none' }),
    onNetworkStatusChange: on('network'),
    onAppShow: on('appShow'),
    onAppHide: on('appHide'),
    onWindowStateChange: on('windowState'),
    onAppRoute: on('appRoute'),
    onBeforeAppRoute: on('beforeAppRoute'),
    onAgentHandoff: on('handoff'),
    offAppRoute: off('appRoute'),
    getStorageSync: (key) => get(key),
    setStorageSync: (key, data) => put(key, data),
    removeStorageSync: (key) => phone.storage.delete(key),
    getStorage: (options) => settle(options, { data: get(options.key) }),
    setStorage(options) {
      try {
        put(options.key, options.data);
        settle(options, { errMsg: 'ok' });
      } catch (error) {
        settle(options, null, error.message);
      }
    },
    removeStorage(options) {
      phone.storage.delete(options.key);
      settle(options, { errMsg: 'ok' });
    },
    request: (options) => phone.network.request(options, settle, later, who),
    navigateTo: (options) => phone.route('navigateTo', options, settle),
    redirectTo: (options) => phone.route('redirectTo', options, settle),
    reLaunch: (options) => phone.route('reLaunch', options, settle),
    switchTab: (options) => phone.route('switchTab', options, settle),
    navigateBack: (options = {}) => phone.route('navigateBack', options, settle),
    rewriteRoute: (options) => phone.rewrite(options),
    showToast: (options) => settle(options, { errMsg: 'ok' }),
    login: (options) => settle(options, { code: 'c0de' }),
    stopPullDownRefresh: () => {},
    nextTick: (work) => later(work, 0),
    getPerformance: () => ({ createObserver: (work) => ({ observe: () => (listeners.performance ??= []).push(work), disconnect() {} }), getEntries: () => [] }),
    createSelectorQuery: () => phone.selector(),
    env: { USER_DATA_PATH: '/tmp' },
    canIUse: () => true,
  };
  const wx = {};
  for (const [name, work] of Object.entries(api)) {
    if (typeof work !== 'function') {
      wx[name] = work;
      continue;
    }
    const called = function (...args) {
      phone.called(who, name, args);
      const fault = phone.faults[name];
      if (fault === 'throw') throw new Error(`${name}: fault`);
      if (fault === 'hang') return undefined;
      if (fault === 'fail') return settle(args[0], null, `${name}:fail`);
      if (fault === 'null') return null;
      return work.apply(this, args);
    };
    Object.defineProperty(wx, name, { enumerable: true, configurable: true, get: () => (phone.faults[name] === 'missing' ? undefined : called) });
  }
  return wx;
}
