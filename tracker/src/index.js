// Everything: the tracker with what newer platforms tell and events without code. `MINILENS` stands in the first line of the file that a server
// hands out; the package from npm has none and waits for `init`.

import { loadConfig, refresh, walk } from './config.js';
import { heard } from './rules.js';
import { settings } from './settings.js';
import { listen } from './signals.js';
import { boot } from './tracker.js';
import { watch } from './watch.js';

listen(function (trigger, page, more) {
  if (trigger === 'ready') watch();
  if (settings.remoteConfig === false) return;
  if (trigger === 'ready') loadConfig();
  if (trigger === 'opened') walk(more.ml_test);
  if (trigger === 'answer' && page.cfg) refresh(page.cfg);
  if (trigger === 'ready' || trigger === 'opened') refresh();
  heard(trigger, page, more);
});

export default boot();
