// Virtual time: timers fire in order when it is let run; the wall clock may jump; who is in the back is suspended.

export function createClock(start = Date.UTC(2026, 5, 1, 2, 0, 0)) {
  let at = start;
  let shift = 0;
  let number = 0;
  let frozen = false;
  let timers = [];

  const run = (timer) => {
    timers = timers.filter((one) => one !== timer);
    timer.work();
  };
  return {
    /** What the phone shows. */
    wall: () => at + shift,
    /** True time, which nobody sets. */
    now: () => at,
    jump: (ms) => (shift += ms),
    freeze: (is) => (frozen = is),
    clear: () => (timers = []),
    pending: () => timers.length,
    set(work, ms = 0, again = false, host = false) {
      const every = Math.max(again ? 1 : 0, +ms || 0);
      const timer = { id: ++number, due: at + every, host, work: () => {
        if (again) timers.push({ ...timer, due: at + every });
        work();
      } };
      timers.push(timer);
      return timer.id;
    },
    cancel: (id) => (timers = timers.filter((one) => one.id !== id)),
    /** Lets so much time pass. Between timers what was promised is kept. */
    async wait(ms) {
      const end = at + ms;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        // answers of the network arrive by the clock, too, but a suspended program does not hear them
        const next = timers.filter((one) => !frozen || one.host).sort((a, b) => a.due - b.due || a.id - b.id)[0];
        if (!next || next.due > end) break;
        at = Math.max(at, next.due);
        run(next);
      }
      at = end;
    },
  };
}

/** The same in real time, for programs that speak to a real server. */
export function createRealClock() {
  let frozen = false;
  let held = [];
  const timers = new Map();
  let number = 0;
  const clock = {
    wall: () => Date.now(),
    now: () => Date.now(),
    freeze(is) {
      frozen = is;
      if (!is) held.splice(0).forEach((work) => work());
    },
    clear() {
      timers.forEach((one) => clearTimeout(one));
      timers.clear();
      held = [];
    },
    set(work, ms = 0, again = false, host = false) {
      const id = ++number;
      const run = () => {
        timers.delete(id);
        if (frozen && !host) held.push(run);
        else work();
        if (again) timers.set(id, setTimeout(run, ms));
      };
      timers.set(id, setTimeout(run, Math.max(0, +ms || 0)));
      return id;
    },
    cancel(id) {
      clearTimeout(timers.get(id));
      timers.delete(id);
    },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
  return clock;
}
