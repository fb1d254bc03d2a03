// Who it is: the device's id, the identities by slot and by type, what is told about every event, and consent.
//
// Before consent nothing of this exists: no id is made, nothing is read from storage, nothing written, nothing sent.

import { now } from './clock.js';
import { warn } from './guard.js';
import { uuid } from './ids.js';
import { CONFIG, QUEUE, WHO, read, remove, write, writeNow } from './storage.js';
import { cut, merged, props } from './text.js';

/** Kept in storage: d device, ep episode, slots {slot: [type, value]}, ids by type, props, once, consent. */
export var who = {};
/** Configured, permitted, and read from storage. */
export var ready = false;
/** Consent was refused, or the person opted out: then nothing is even remembered. */
export var refused;
/** Identities by type. A new object whenever one changes, so that it can be told by reference. */
export var ids = {};

var warned;

/** Takes up what was stored. `remembered`: only where consent was stored with it; `again`: also after opting out. */
export function open(remembered, again) {
  if (ready) return true;
  var found = read(WHO) || {};
  refused = !again && found.out;
  if (refused || (remembered && !found.consent)) return;
  found.out = 0;
  // what was pushed while consent was pending is the newer
  ['props', 'ids', 'slots'].forEach(function (part) {
    found[part] = merged(found[part], who[part]);
  });
  who = found;
  who.d = who.d || uuid(now());
  who.consent = 1;
  ready = true;
  changed();
  return true;
}

/** Consent is withdrawn, `forGood`: until it is given again. */
export function close(forGood, purge) {
  ready = false;
  refused = 1;
  if (purge) {
    [QUEUE, CONFIG].forEach(remove);
    who = {};
    ids = {};
  }
  if (forGood) writeNow(WHO, { out: 1 });
}

function changed() {
  ids = {};
  for (var slot in who.slots) {
    if (who.slots[slot][1]) ids[who.slots[slot][0]] = who.slots[slot][1];
  }
  ids = merged(ids, who.ids);
  if (ready) write(WHO, who);
}

/**
 * `identityType`, `identityValue`, also with 1, 2 or 3 behind: a slot each. What else is given is told with each event.
 * Nothing is sent. `onTaken(slot, before, type)`: a slot has a new type, the former is no longer sent.
 */
export function push(given, onTaken) {
  var rest = merged(given);
  who.slots = merged(who.slots);
  ['', '1', '2', '3'].forEach(function (suffix) {
    var type = cut(rest['identityType' + suffix], 64);
    var value = cut(rest['identityValue' + suffix], 255);
    var at = suffix || 1;
    var slot = who.slots[at] || [''];
    delete rest['identityType' + suffix];
    delete rest['identityValue' + suffix];
    if (type && type !== slot[0]) {
      if (slot[0] && !warned) {
        warned = 1;
        warn('identityType' + suffix + ': ' + slot[0] + ' → ', type);
        onTaken(at, slot[0], type);
      }
      slot = [type];
    }
    if (type || value) who.slots[at] = [slot[0], value || slot[1]];
  });
  who.props = merged(who.props, props(rest));
  changed();
}

export function identify(type, value) {
  type = cut(type, 64);
  value = cut(value, 255);
  if (!type || !value) return;
  who.ids = merged(who.ids);
  who.ids[type] = value;
  changed();
}

/** Nobody is known any more. Who comes next on this device is not taken for who was there before. */
export function logout() {
  who.slots = who.ids = {};
  who.ep = (who.ep || 0) + 1;
  changed();
}

/** As on a new device. */
export function reset() {
  who = ready ? { d: uuid(now()), consent: 1 } : {};
  changed();
}

/** Of these facts those that this device has not told yet. */
export function once(given) {
  var fresh = {};
  who.once = merged(who.once);
  for (var name in given) {
    if (!who.once[name]) fresh[name] = given[name];
    who.once[name] = 1;
  }
  changed();
  return fresh;
}

export function forgetProperties() {
  who.props = {};
  changed();
}
