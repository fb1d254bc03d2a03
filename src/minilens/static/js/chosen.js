// What is chosen shows at the click, before the answer: the entry, preset, measure or heading takes the mark of its
// group, and gives it back where nothing comes of it.

const GROUP = "[role=group], .menu, nav";
let back = [];

export function choose(link) {
  back = [];
  const group = link?.closest(GROUP);
  const head = link?.closest("th");
  if (head) sort(link, head);
  else if (group && !link.closest("[popover] form")) mark(group, link);
}

function mark(group, link) {
  const before = group.querySelector("[aria-current]");
  if (before === link) return;
  const word = before?.getAttribute("aria-current") ?? "true";
  move(before, link, "aria-current", word);
}

function sort(link, head) {
  const before = head.parentElement.querySelector("[aria-sort]");
  if (!before || before === head) return;
  const arrow = before.querySelector("a > span");
  const home = arrow?.parentElement;
  move(before, head, "aria-sort", "descending");
  if (!arrow) return;
  link.append(arrow);
  back.push(() => home.append(arrow));
}

function move(from, to, name, value) {
  const had = from?.getAttribute(name);
  from?.removeAttribute(name);
  to.setAttribute(name, value);
  back.push(() => {
    to.removeAttribute(name);
    from?.setAttribute(name, had);
  });
}

// As it was before the last choice.
export function unchoose() {
  for (const undo of back) undo();
  settle();
}

// The page of the choice has come.
export function settle() { back = []; }
