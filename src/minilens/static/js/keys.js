// Keys press the rows of the dialog that lists them (_keys.html). They rest while one types, composes with an input
// method, or has a menu or dialog open; and where somebody has turned them off.

const OFF = "minilens_keys";
const TYPING = "input, textarea, select, [contenteditable]";
const dialog = (name) => document.getElementById(name);

const row = (key) => [...document.querySelectorAll("#keys [data-key]")].find((one) => one.dataset.key === key);

const wide = (element) => element && element.scrollWidth > element.clientWidth;

function resting({ target, key }) {
  if (target.closest?.(TYPING) || document.querySelector("dialog[open], :popover-open")) return true;
  // a table that is wider than its place is scrolled by arrows
  return key.startsWith("Arrow") && wide(target.closest?.("[tabindex='0'], scroll-strip"));
}

document.addEventListener("keydown", (event) => {
  const { key } = event;
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (key.toLowerCase() === "k" && !event.shiftKey && row("mod+k")) press(event, row("mod+k"));
    return;
  }
  if (key === "?" && dialog("keys")?.open && !event.target.matches(TYPING)) return dialog("keys").close();
  if (localStorage.getItem(OFF) || resting(event)) return;
  const pressed = row(key.length === 1 ? key.toLowerCase() : key);
  if (pressed) press(event, pressed);
});

function press(event, pressed) {
  event.preventDefault();
  pressed.click();
}

const deeds = {
  palette() { open("palette"); },
  keys() { open("keys"); },
  search() {
    const field = [...document.querySelectorAll("main input[type=search]")].find((one) => one.checkVisibility());
    if (!field) return open("palette");
    field.focus();
    field.select();
  },
};

function open(name) {
  const other = document.querySelector("dialog[open]");
  if (other) other.close();
  for (const menu of document.querySelectorAll(":popover-open")) menu.hidePopover();
  dialog("keys").querySelector("[data-single]").checked = !localStorage.getItem(OFF);
  dialog(name).showModal();
}

// Before htmx follows the link: a zoom is undone first, and what is clear already is not cleared.
document.addEventListener("click", (event) => {
  const deed = event.target.closest?.("[data-does]");
  if (event.target.closest?.("#keys :is(a, [data-close], [data-does])")) dialog("keys").close();
  if (!deed) return;
  if (deed.dataset.does !== "clear") return deeds[deed.dataset.does]();
  const zoomed = document.querySelector("#way-back:not([hidden]) button");
  if (!zoomed && new URL(deed.href).search !== location.search && cleared()) return;
  event.preventDefault();
  event.stopPropagation();
  zoomed?.click();
}, true);

// Whether there is something that would be cleared.
const cleared = () => [...new URLSearchParams(location.search).keys()].some((name) => name === "filter" || name.endsWith(".search"));

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-single]")) return;
  if (target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "off");
});
