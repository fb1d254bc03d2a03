// <save-picture data-file="…" data-title="…" data-app="…"><button>: the card's chart as a PNG.
//
// Made in the browser from the chart that stands there: title and days above, the legend below, on the
// ground of the theme.

const SCALE = 2;
const EDGE = 24;

function css(element, name) { return getComputedStyle(element).getPropertyValue(name).trim(); }

// The legend's marks are drawn by the style sheet: here once more, as short lines.
function legend(pen, card, x, y) {
  for (const entry of card.querySelectorAll(".legend span")) {
    const then = entry.classList.contains("then");
    pen.strokeStyle = css(card, then ? "--c8" : "--c1");
    pen.lineWidth = 2;
    pen.setLineDash(entry.classList.contains("now") ? [] : [4, 3]);
    pen.beginPath();
    pen.moveTo(x, y - 4);
    pen.lineTo(x + 18, y - 4);
    pen.stroke();
    pen.fillText(entry.textContent, x + 24, y);
    x += 24 + pen.measureText(entry.textContent).width + 20;
  }
}

export function picture(card, { title, app, subject }) {
  const chart = card.querySelector("line-chart");
  const { width, height } = chart.getBoundingClientRect();
  const drawn = chart.chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: css(card, "--surface") });
  const paper = document.createElement("canvas");
  paper.width = (width + 2 * EDGE) * SCALE;
  paper.height = (height + 138) * SCALE;
  const pen = paper.getContext("2d");
  const font = getComputedStyle(card).fontFamily;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = css(card, "--surface");
  pen.fillRect(0, 0, width + 2 * EDGE, height + 138);
  pen.fillStyle = css(card, "--ink");
  pen.font = `600 16px ${font}`;
  pen.fillText(`${app} · ${title}`, EDGE, 32, width);
  pen.fillStyle = css(card, "--soft");
  pen.font = `12px ${font}`;
  pen.fillText(card.querySelector("footer .days").textContent, EDGE, 54, width);
  pen.fillText(subject, EDGE, 72, width);
  pen.drawImage(drawn, EDGE, 86, width, height);
  legend(pen, card, EDGE, height + 116);
  return paper;
}

class SavePicture extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this); }

  handleEvent() {
    picture(this.closest(".card"), this.dataset).toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${this.dataset.file}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }, "image/png");
  }
}

customElements.define("save-picture", SavePicture);
