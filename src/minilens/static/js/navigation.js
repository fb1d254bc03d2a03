// Links of a page morph it (hx-boost in _page.html), so that charts, focus and open menus live on.
// Here is what else belongs to going from one address to another.

import { choose, settle, unchoose } from "./chosen.js";
import { reached, stay } from "./unreached.js";

// To another address of this page; back and forward have set it already.
export function go(url) {
  const path = url.pathname + url.search;
  const push = path !== location.pathname + location.search && path;
  htmx.ajax("GET", path, { target: "#page", select: "#page", swap: "outerMorph", ...(push && { push }) });
}

// The address of the page that has been asked for and has not come yet: what is clicked meanwhile adds to that.
let next = null;

// This address with some of it set otherwise: `measure=shares&view=`, nothing taking an argument away.
export function addressed(set, add = "") {
  const url = new URL(next ?? location.href, location.href);
  url.hash = "";
  for (const [name, value] of new URLSearchParams(set)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  if (!add || url.searchParams.getAll("filter").includes(add)) return url;
  url.searchParams.append("filter", add);
  // under another filter lists have other rows, and begin anew
  for (const name of [...url.searchParams.keys()]) if (name.endsWith(".offset")) url.searchParams.delete(name);
  return url;
}

// A card does not know the rest of its page's address: its links say what they set, and get the
// rest the moment before they are used. On one's home page they lead to the page that the card is of.
for (const kind of ["pointerdown", "focusin", "click"]) {
  document.addEventListener(kind, (event) => {
    const link = event.target.closest?.("a[data-set], a[data-add]");
    if (!link || link.closest("[data-pinned]")) return;
    const url = followed(link);
    link.href = url.pathname + url.search + link.hash;
  }, true);
}

// A heading turns the order when it is clicked again, also before its list has come in the order of the first click.
function followed(link) {
  const url = addressed(link.dataset.set ?? "", link.dataset.add);
  return link.dataset.turn && `${url.searchParams}` === `${addressed("").searchParams}` ? addressed(link.dataset.turn) : url;
}

// So do its forms, at every pause in typing.
let pause;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-set]:not([data-pinned] *)");
  clearTimeout(pause);
  if (form) pause = setTimeout(() => search(form), 350);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-set]:not([data-pinned] *)")) return;
  event.preventDefault();
  event.stopPropagation();
  search(event.target);
}, true);

function search(form) {
  clearTimeout(pause);
  const url = addressed(new URLSearchParams(new FormData(form)));
  if (url.search !== location.search) go(url);
}

// From the click until the page of the new address stands, what is there is the old one's.
function going(event) {
  const { target, request } = event.detail?.ctx ?? {};
  if ((target?.id ?? target) !== "page" && target !== "#page") return undefined;
  return request;
}

let last;
let shown = location.pathname + location.search;
document.addEventListener("htmx:before:request", (event) => {
  const request = going(event);
  if (!request) return;
  last = request;
  next = request.action;
  document.documentElement.toggleAttribute("data-going", true);
  unchoose();
  choose(event.detail.ctx.sourceElement?.closest?.("a"));
});

// After a way back that was not reached, what stands is of another address.
document.addEventListener("htmx:finally:request", (event) => {
  if (going(event) !== last) return;
  next = null;
  if (event.detail.ctx.status === "swapped") {
    shown = location.pathname + location.search;
    settle();
  }
  document.documentElement.toggleAttribute("data-going", shown !== location.pathname + location.search);
});

// Back and forward morph the page too.
document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  htmx.ajax("GET", event.detail.path, { target: "#page", select: "#page", swap: "outerMorph" });
});

// What is no page of the console (the door after signing out, a refusal) is opened plainly.
document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  const ours = new URL(response.raw.url || request.action, location.href).pathname.startsWith("/a/");
  if (response.status < 400 && (ours || !response.raw.redirected)) return;
  event.preventDefault();
  unchoose();
  if (response.status === 422 && sent?.isConnected) refused(sent, response.raw, request.action);
  else location.assign(request.action);
});

// A form in a popover that is refused stays as it was filled in, and says why.
async function refused(form, answer, address) {
  const popover = form.closest("[popover]");
  const there = new DOMParser().parseFromString(await answer.text(), "text/html");
  const why = there.querySelector(`#${popover.id} [data-refused]`);
  if (!why) return location.assign(address);
  form.querySelector("[data-refused]")?.remove();
  form.prepend(why);
  htmx.process(why);
  if (!popover.matches(":popover-open")) popover.showPopover();
}

// Where the server cannot be reached, what stands stays.
document.addEventListener("htmx:error", (event) => {
  const { request, response, status } = event.detail.ctx ?? {};
  if (!request || (response && status === "swapped")) return;
  unchoose();
  stay(() => go(new URL(request.action, location.href)));
});

// A menu closes when one of its links is followed, and when what its form asks for has come.
document.addEventListener("click", (event) => {
  if (event.target.closest("[popover] a")) event.target.closest("[popover]").hidePopover();
});

let sent = null;
document.addEventListener("submit", (event) => { sent = event.target.closest("[popover]") ? event.target : null; });

document.addEventListener("htmx:after:swap", (event) => {
  if (going(event)) reached();
  sent?.querySelector("[data-refused]")?.remove();
  if (sent?.isConnected) sent.closest("[popover]").hidePopover();
  sent = null;
});
