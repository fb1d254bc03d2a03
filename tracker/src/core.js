// The tracker without what newer platforms tell and without events without code.

import { boot } from './tracker.js';

export default boot();
