/** Bytes after gzip -9 that a file may have. */
export const LIMITS = { 'cl_tracker.js': 9500, 'cl_tracker.core.js': 7500 };
