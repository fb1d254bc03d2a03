// Dragging over a chart shows the days under the pointer alone. Fingers scroll and read the tooltip instead: they have
// the rows of the table, which do the same, and the calendar.

const LEAST = 8;

// `pointAt(x)`: the number of the point at a place, null where nothing can be zoomed; `then(first, last)` goes there.
export function zoomable(place, pointAt, then) {
  let from = null;
  let area = null;
  let dragged = false;
  let down = 0;

  const at = (event) => {
    const box = place.getBoundingClientRect();
    return Math.min(Math.max(0, event.clientX - box.left), box.width);
  };

  const end = () => {
    area?.remove();
    from = area = null;
    removeEventListener("keydown", cancel, true);
  };

  const cancel = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end();
  };

  place.addEventListener("pointerdown", (event) => {
    dragged = false;
    down = event.clientX;
    if (event.button || event.pointerType === "touch" || pointAt(0) === null) return;
    from = at(event);
    place.setPointerCapture(event.pointerId);
    addEventListener("keydown", cancel, true);
  });

  place.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const to = at(event);
    if (!area && Math.abs(to - from) < LEAST) return;
    if (!area) {
      area = document.createElement("div");
      dragged = true;
      area.className = "zoomed";
      place.append(area);
    }
    area.style.left = `${Math.min(from, to)}px`;
    area.style.width = `${Math.abs(to - from)}px`;
  });

  place.addEventListener("pointerup", (event) => {
    const ends = area && [pointAt(from), pointAt(at(event))].sort((a, b) => a - b);
    end();
    if (ends) then(...ends);
  });

  place.addEventListener("pointercancel", end);
  const moved = (event) => dragged || Math.abs(event.clientX - down) >= LEAST;
  place.addEventListener("click", (event) => moved(event) && event.stopImmediatePropagation());
}
