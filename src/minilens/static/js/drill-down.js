// From a figure to what it is made of: a row filters by its value, a part of a chart or the row of a day becomes the
// range. The way back from a range is one step, also after filters were added: the chip in the bar, or the browser's.

import { addressed, go } from "./navigation.js";

const RANGE = ["period", "grain", "step", "from", "to", "compare", "compare_from", "compare_to"];

// Where the range of an address was zoomed from, for as long as the window is there.
const key = (url) => `zoom ${url.pathname} ${url.searchParams.get("from")} ${url.searchParams.get("to")}`;
const ranged = (url) => new URLSearchParams(RANGE.map((name) => [name, url.searchParams.get(name) ?? ""])).toString();

export function zoom(set) {
  const there = addressed(set);
  const here = new URL(location.href);
  if (key(there) === key(here)) return;
  remember(there, here);
  go(there);
}

function remember(there, here) { sessionStorage.setItem(key(there), ranged(here)); }

// Shown while the range is one that was zoomed to.
function offer() {
  const chip = document.getElementById("way-back");
  if (chip) chip.hidden = sessionStorage.getItem(key(new URL(location.href))) === null;
}

export function back() {
  const set = sessionStorage.getItem(key(new URL(location.href)));
  if (set !== null) go(addressed(set));
}

document.addEventListener("htmx:after:swap", offer);
document.addEventListener("htmx:finally:request", offer);
offer();

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest?.("#way-back button")) return back();
  const link = target.closest?.("a[data-zoom]");
  if (link && !link.closest("[data-pinned]")) return remember(addressed(link.dataset.set), new URL(location.href));
  // the whole row is as good as its name, unless something in it was marked or has a meaning of its own
  const row = target.closest?.("tbody tr");
  if (!row || target.closest("a, button, input, [popover]") || String(getSelection())) return undefined;
  return row.querySelector("a[data-add]:not(.own), a[data-zoom]")?.click();
});
