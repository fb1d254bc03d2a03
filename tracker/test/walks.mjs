// What people do in the fixture programs; the same steps with and without the tracker.

const tap = (phone, selector, ...more) => phone.inside(() => phone.tap(selector, ...more));
const own = (phone, name, ...args) => phone.inside(() => phone.top()[name]?.(...args));

/** Program → steps, each an async function of the phone. */
export const WALKS = {
  shop: async (phone) => {
    await phone.open({ scene: 1047, query: { scene: 'a%3D1', utm_source: 'poster' } });
    tap(phone, '#g1');
    await phone.wait(2000);
    tap(phone, '#buy');
    await phone.wait(1000);
    phone.route('navigateBack', {});
    await phone.wait(500);
    tap(phone, '#boom');
    own(phone, 'onPullDownRefresh');
    phone.log.push(['share', JSON.stringify(own(phone, 'onShareAppMessage', { from: 'button' }))]);
    phone.log.push(['twice', own(phone, 'twice', 2, 3)]);
    phone.route('switchTab', { url: '/pages/mine/index' });
    own(phone, 'onTabItemTap', { index: 1, text: '我的' });
    await phone.wait(500);
    phone.route('switchTab', { url: '/pages/home/index' });
    await phone.hide();
    await phone.wait(20000);
    await phone.show();
    await phone.wait(1000);
    await phone.hide();
    await phone.wait(900000);
    await phone.show({ path: 'pages/detail/index', query: { id: '2' }, scene: 1011, referrerInfo: {} });
    await phone.wait(20000);
  },
  content: async (phone) => {
    await phone.open({ scene: 1007, query: { tag: 'tea' } });
    tap(phone, '#a2');
    await phone.wait(300);
    tap(phone, '#mark');
    await phone.wait(100);
    tap(phone, '#heart');
    phone.log.push(['timeline', JSON.stringify(own(phone, 'onShareTimeline'))]);
    phone.route('navigateBack', {});
    await phone.wait(300);
    tap(phone, '#a1', {}, 'longpress');
    const share = own(phone, 'onShareAppMessage', { from: 'menu' });
    phone.log.push(['share', JSON.stringify(share), JSON.stringify(await share.promise)]);
    for (const page of ['frozen', 'shared', 'inherits']) {
      phone.route('navigateTo', { url: `/pages/${page}` });
      await phone.wait(300);
      tap(phone, { frozen: '#x', shared: '#y', inherits: '#mark' }[page]);
      phone.log.push(['keys', page, typeof phone.top().onY, Object.keys(phone.top().data).join()]);
      await phone.hide();
      await phone.show();
    }
    phone.route('redirectTo', { url: '/more/about' });
    phone.log.push(['bottom', own(phone, 'onReachBottom')]);
    phone.route('navigateTo', { url: '/pages/nowhere' });
    await phone.wait(300);
    phone.route('reLaunch', { url: '/pages/list' });
    await phone.wait(20000);
  },
  forms: async (phone) => {
    await phone.open({ scene: 1001 });
    tap(phone, '#name', { value: '张三' }, 'change');
    tap(phone, '#name', { value: '张三' }, 'confirm');
    tap(phone, '#submit');
    tap(phone, '#null');
    await phone.wait(300);
    phone.route('switchTab', { url: '/pages/done' });
    own(phone, 'onTabItemTap', { index: 1 });
    await phone.wait(20000);
  },
  rewrite: async (phone) => {
    await phone.open({ path: 'pages/old', scene: 1011 });
    await phone.wait(20000);
  },
  library: async (phone) => {
    await phone.open({ scene: 1001 });
    tap(phone, '#b');
    phone.route('navigateTo', { url: '/pages/vant' });
    await phone.wait(300);
    tap(phone, '#b');
    await phone.wait(20000);
  },
};
