// What the owner has set. One object, read where it is needed.

export var settings = {
  name: 'cl_tracker',
  server: '',
  consent: 'granted',
  autoTrack: {},
  batch: {},
  maxStringLength: 255,
  sessionTimeoutSec: 300,
};

export function set(given) {
  for (var name in given) settings[name] = given[name];
  settings.server = settings.server.replace(/\/+$/, '');
}
