// Pages: made, shown, hidden, unloaded, by the routes of a mini program.
import { address } from './phone.mjs';

function parsed(url, base = '') {
  const [path, text = ''] = url.split('?');
  const query = Object.fromEntries(text.split('&').filter(Boolean).map((pair) => [pair.split('=')[0], pair.split('=').slice(1).join('=')]));
  const full = path.startsWith('/') ? path.slice(1) : new URL(path, `http://x/${base}`).pathname.slice(1);
  return { path: full, query };
}

export function router(phone) {
  let number = 0;
  phone.home = () => JSON.parse(phone.files['app.json']).pages[0];
  phone.top = () => phone.stack[phone.stack.length - 1];
  const isTab = (path) => (phone.config.tabBar?.list ?? []).some((tab) => tab.pagePath === path);
  const call = (page, name, ...args) => {
    if (typeof page[name] !== 'function') return;
    const result = phone.inside(() => page[name](...args));
    if (result !== undefined) phone.log.push(['returned', page.route, name, typeof result?.then === 'function' ? 'a promise' : JSON.stringify(result)]);
  };
  const lifetime = (page, name) => phone.inside(() => page.$root.getComponent().triggerPageLifetime(name, []));

  phone.pageShows = (page) => {
    if (!page) return;
    call(page, 'onShow');
    lifetime(page, 'show');
  };
  phone.pageHides = (page) => {
    if (!page) return;
    call(page, 'onHide');
    lifetime(page, 'hide');
  };
  const unload = (page) => {
    call(page, 'onUnload');
    phone.inside(() => page.$root.release());
  };
  const make = ({ path, query }) => {
    if (!phone.configs[path]) return null;
    // a page that is a component has its query as properties
    const root = phone.backend && phone.env(path);
    const page = root.get();
    Object.assign(page, { route: path, options: query });
    Object.defineProperty(page, '$root', { value: root, configurable: true });
    Object.defineProperty(page, 'createSelectorQuery', { value: () => phone.selector(), configurable: true });
    phone.inside(() => root.attach(phone.backend.getRootNode(), phone.place()));
    call(page, 'onLoad', query);
    return page;
  };
  phone.env = (path) => {
    const backend = { _$: phone.backend };
    const component = phone.space.getComponentSpace().createComponentByUrl('page', path, null, backend._$);
    return {
      get: () => component.getMethodCaller(),
      getComponent: () => component,
      attach: (parent, place) => phone.easel.Element.replaceDocumentElement(component, parent, place),
      release() {
        phone.easel.Element.pretendDetached(component);
        component.destroyBackendElement();
      },
    };
  };
  phone.place = () => {
    const place = phone.backend.createElement('place', 'place');
    phone.backend.getRootNode().appendChild(place);
    return place;
  };
  phone.rewrite = ({ url }) => {
    if (!phone.routing) throw new Error('rewriteRoute:fail not in onBeforeAppRoute');
    phone.routing.to = url;
  };
  const before = (openType, to) => {
    for (let turn = 0; turn < 3; turn++) {
      phone.routing = {};
      phone.fire('beforeAppRoute', { openType, ...to, routeEventId: `r${number}` });
      const rewritten = phone.routing.to;
      phone.routing = null;
      if (!rewritten) break;
      to = parsed(rewritten);
    }
    return to;
  };
  const after = (openType, page) => phone.fire('appRoute', { openType, path: page.route, query: page.options, page, routeEventId: `r${number}` });
  const appear = (openType, to) => {
    const page = make(to);
    if (!page) {
      phone.fire('appRoute', { openType, ...to, notFound: true });
      return phone.inside(() => phone.app?.onPageNotFound?.({ ...to, isEntryPage: !phone.stack.length }));
    }
    // what the platform offers people only where the page has a function for it
    const offers = ['onShareAppMessage', 'onShareTimeline', 'onAddToFavorites', 'onPullDownRefresh', 'onReachBottom', 'onPageScroll', 'onTabItemTap'];
    phone.log.push(['offers', page.route, offers.filter((name) => page[name]).join()]);
    phone.stack.push(page);
    if (isTab(to.path)) phone.tabs[to.path] = page;
    after(openType, page);
    phone.pageShows(page);
    call(page, 'onReady');
  };
  phone.launchPage = (entry) => {
    number++;
    appear('appLaunch', before('appLaunch', { path: entry.path, query: entry.query ?? {} }));
  };
  phone.route = (type, options, settle) => {
    number++;
    const top = phone.top();
    const go = () => {
      if (type === 'navigateBack') {
        if (phone.stack.length < 2) return;
        const gone = phone.stack.splice(-Math.min(options.delta ?? 1, phone.stack.length - 1)).reverse();
        gone.forEach(unload);
        after('navigateBack', phone.top());
        return phone.pageShows(phone.top());
      }
      const to = before(type, parsed(options.url, top?.route));
      if (type === 'navigateTo') phone.pageHides(top);
      if (type === 'redirectTo') unload(phone.stack.pop());
      if (type === 'reLaunch') {
        const others = Object.values(phone.tabs).filter((page) => !phone.stack.includes(page));
        phone.stack.splice(0).reverse().concat(others).forEach(unload);
        phone.tabs = {};
      }
      if (type === 'switchTab') {
        if (top === phone.tabs[to.path]) return;
        const [first, ...over] = phone.stack.splice(0);
        over.reverse().forEach(unload);
        if (first && isTab(first.route)) {
          if (!over.length) phone.pageHides(first);
        } else if (first) unload(first);
        const known = phone.tabs[to.path];
        if (known) {
          phone.stack.push(known);
          after('switchTab', known);
          return phone.pageShows(known);
        }
      }
      appear(type, to);
    };
    if (!settle) return go();
    // what the program asks for happens after its handler has ended
    phone.clock.set(() => phone.alive && go(), 1, false, true);
    settle(options, { errMsg: `${type}:ok` });
  };
  phone.address = address;
}
