// Links of a page morph it (hx-boost in _page.html), so that charts, focus and open menus live on.
// Here is what else belongs to going from one address to another.

// Back and forward morph the page too.
document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  htmx.ajax("GET", event.detail.path, { target: "#page", select: "#page", swap: "outerMorph" });
});

// What is no page of the console (the door after signing out, a refusal) is opened plainly.
document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  if (response.status < 400 && !response.raw.redirected) return;
  event.preventDefault();
  location.assign(request.action);
});

// So is everything when the server cannot be reached: the browser says why.
document.addEventListener("htmx:error", (event) => {
  const { request, response } = event.detail.ctx ?? {};
  if (request && !response) location.assign(request.action);
});

// A menu closes when one of its links is followed.
document.addEventListener("click", (event) => {
  if (event.target.closest("[popover] a, [popover] .primary")) event.target.closest("[popover]").hidePopover();
});
