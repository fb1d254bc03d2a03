// Back and forward morph the page as links do, so that charts live on.

document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  htmx.ajax("GET", event.detail.path, { target: "#page", select: "#page", swap: "outerMorph" });
});

// A menu closes when one of its links is followed.
document.addEventListener("click", (event) => {
  if (event.target.closest("[popover] a, [popover] .primary")) event.target.closest("[popover]").hidePopover();
});
