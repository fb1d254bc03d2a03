// What the program does by itself: App, Page, Component and Behavior are wrapped. No share menu, no handler and no
// page for "not found" appears that the host did not have.

import { hidden as appHidden, launched, launches, shown as appShown, shows } from './app.js';
import * as pages from './page.js';
import { settings } from './settings.js';
import { shared } from './share.js';
import { fire } from './signals.js';
import { cut } from './text.js';
import { emit } from './track.js';
import { copy, wrap, wrapHandler } from './wrap.js';

/** What pages tell besides: the host's function → event. */
var TOLD = {
  onPullDownRefresh: 'pull_down_refresh',
  onReachBottom: 'reach_bottom',
  onAddToFavorites: 'add_favorite',
  onTabItemTap: 'tab_tap',
};
var MOST_ERRORS = 10;
var errors = [];
export var wrapped = false;

/** Lifecycle of a page in place: what the host has, and where `adds`, what it lacks. */
function pageLife(options, adds) {
  wrap(options, 'onLoad', ofPage(pages.turn), ofPage(pages.loaded), adds);
  wrap(options, 'onShow', ofPage(pages.turn), ofPage(pages.shown), adds);
  wrap(options, 'onHide', 0, ofPage(pages.hidden), adds);
  wrap(options, 'onUnload', 0, ofPage(pages.unloaded), adds);
  shareOf(options, 'onShareAppMessage');
  shareOf(options, 'onShareTimeline');
  Object.keys(TOLD).forEach(function (name) {
    wrap(options, name, 0, function (self, argument) {
      var page = pages.pageOf(self);
      emit(TOLD[name], name === 'onTabItemTap' && { index: argument.index, text: argument.text }, { page: page }, 1);
      if (name === 'onPullDownRefresh') fire('pullDownRefresh', page);
    });
  });
}

function shareOf(options, name) {
  wrap(
    options,
    name,
    0,
    function (self, asked, result) {
      var from = name === 'onShareTimeline' ? 'timeline' : cut((asked || {}).from, 16) || 'menu';
      fire('share', pages.pageOf(self), { from: from });
      return shared(from, result);
    },
    0,
    1,
  );
}

function handlers(methods) {
  Object.keys(methods).forEach(function (name) {
    wrapHandler(methods, name);
  });
}

/** For App, or by hand where App cannot be replaced. */
export function wrapApp(options) {
  return made(options, function (app) {
    adopt(app);
    wrapped = true;
    wrap(app, 'onLaunch', launches, launched, 1);
    wrap(app, 'onShow', shows, appShown, 1);
    wrap(app, 'onHide', 0, appHidden, 1);
    wrap(app, 'onError', 0, failed, 1);
    wrap(app, 'onPageNotFound', 0, notFound);
  });
}

/** `app.cl_tracker`, where it is not there. */
export function adopt(app) {
  if (app && !app[settings.name]) app[settings.name] = settings.tracker;
}

/** An error of the host's: each once a run, ten at most. */
export function failed(_, error) {
  var text = cut((error && error.message) || error, 255);
  if (errors.length >= MOST_ERRORS || errors.indexOf(text) >= 0) return;
  errors.push(text);
  emit('app_error', { message: text }, 0, 1);
}

export function notFound(_, given) {
  emit('page_not_found', 0, { page: { p: cut(given.path, 512) } }, 1);
}

export function wrapPage(options) {
  return made(options, function (page) {
    var inherits = page.behaviors && page.behaviors.length;
    handlers(page);
    pageLife(page, !inherits);
    if (inherits) {
      // a behavior's onShow would be hidden by one of ours: ours goes below it
      var below = {};
      pageLife(below, 1);
      page.behaviors = [Behavior({ methods: below })].concat(page.behaviors);
    }
  });
}

/** Components, which may be pages. Of those with behaviors only what adds up is used: a method would hide theirs. */
export function wrapComponent(options) {
  return made(options, function (component) {
    var inherits = component.behaviors && component.behaviors.length;
    var methods = (component.methods = copy(component.methods));
    handlers(methods);
    pageLife(methods, !inherits);
    if (!inherits) return;
    var lives = (component.pageLifetimes = copy(component.pageLifetimes));
    if (!methods.onShow) wrap(lives, 'show', ofPage(pages.turn), ofPage(pages.shown), 1);
    wrap(lives, 'hide', 0, ofPage(pages.hidden), 1);
    // an old `detached` at the top would no longer be called if `lifetimes` had one
    if (!component.detached) component = component.lifetimes = copy(component.lifetimes);
    wrap(component, 'detached', 0, ofPage(pages.unloaded), 1);
  });
}

/** A component is a page where it has a route. */
function ofPage(work) {
  return function (self, given) {
    if (pages.routeOf(self)) work(self, given);
  };
}

/** Of behaviors only what they have. */
function methodsOf(behavior) {
  if (!behavior.methods) return;
  behavior.methods = copy(behavior.methods);
  handlers(behavior.methods);
  pageLife(behavior.methods);
}

/** A copy that `change` has changed; on any doubt the host's own. */
function made(options, change) {
  if (!options || typeof options !== 'object') return options;
  try {
    var own = copy(options);
    change(own);
    return own;
  } catch (_) {
    return options;
  }
}

function replaced(original, change) {
  if (original.minilens) return original;
  var replacement = function (options) {
    if (arguments.length) arguments[0] = change(options);
    return original.apply(this, arguments);
  };
  for (var name in original) replacement[name] = original[name];
  replacement.minilens = 1;
  return replacement;
}

/** Takes the place of the platform's functions, where they are and can be replaced. */
export function install() {
  try {
    App = replaced(App, wrapApp);
  } catch (_) {}
  try {
    Page = replaced(Page, wrapPage);
  } catch (_) {}
  try {
    Behavior = replaced(Behavior, function (options) {
      return made(options, methodsOf);
    });
  } catch (_) {}
  try {
    Component = replaced(Component, wrapComponent);
  } catch (_) {}
}
