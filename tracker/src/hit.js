// Which element a tap was on. The logic of a program never sees classes: they are looked up in the view, by place.

import { guard } from './guard.js';

/**
 * `then([index, inner index])` where the tap was on `element`, `then()` where it was not.
 * `#id`, `@handler`, `[data-x=v]`, `.class`, `.outer .inner`
 */
export function hit(element, more, then) {
  var on = more.event.currentTarget;
  var target = more.event.target || {};
  var data = on.dataset || {};
  var name = element.slice(1);
  var attribute = /^\[data-([^=]+)="?(.*?)"?\]$/.exec(element);
  var found = false;
  if (element[0] === '.') return byClass(element.split(/\s+/), more, then);
  if (element[0] === '#') found = on.id === name || target.id === name;
  if (element[0] === '@') found = more.handler === name;
  if (attribute) {
    name = attribute[1].toLowerCase().replace(/-(.)/g, function (_, letter) {
      return letter.toUpperCase();
    });
    found = data[name] + '' === attribute[2] || (target.dataset || {})[name] + '' === attribute[2];
  }
  then(found && (data.index === undefined ? [] : [+data.index]));
}

function byClass(classes, more, then) {
  var touch = (more.event.changedTouches || [])[0];
  var point = touch ? { x: touch.clientX, y: touch.clientY } : more.event.detail || {};
  var query = (more.instance.createSelectorQuery ? more.instance : wx).createSelectorQuery();
  classes.forEach(function (_, at) {
    query.selectAll(classes.slice(0, at + 1).join(' ')).boundingClientRect();
  });
  query.exec(function (lists) {
    guard(function () {
      var found = [];
      var outer;
      lists.forEach(function (rects) {
        // of inner elements those within the outer one
        rects = rects.filter(function (rect) {
          return !outer || within(rect, outer);
        });
        for (var at = 0; at < rects.length; at++) {
          if (within({ left: point.x, right: point.x, top: point.y, bottom: point.y }, rects[at])) {
            outer = rects[at];
            found.push(at);
            break;
          }
        }
      });
      then(found.length === classes.length && found);
    });
  });
}

function within(inner, outer) {
  return inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
}
