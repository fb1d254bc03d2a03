// Where the server cannot be reached the page stays, and says so with a button to try again: a browser's own page
// of the error would take figures and input away.

const place = () => document.getElementById("unreached");

// The page stays. `again` is what the button does.
export function stay(again) {
  const said = place();
  said.hidden = false;
  said.querySelector("[data-again]").onclick = () => {
    said.hidden = true;
    again();
  };
  said.querySelector("[data-close]").onclick = reached;
}

// What was asked for has come.
export function reached() { place().hidden = true; }

// Links and forms that go to another page by themselves, while the browser knows that it is offline.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const elsewhere = !link || link.target || event.button || event.ctrlKey || event.metaKey || event.shiftKey;
  if (navigator.onLine || elsewhere || new URL(link.href).origin !== location.origin || link.hash) return;
  event.preventDefault();
  event.stopPropagation();
  stay(() => link.click());
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || form.getAttribute("method") === "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  stay(() => form.requestSubmit());
}, true);
