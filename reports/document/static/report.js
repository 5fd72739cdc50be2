"use strict";
// Draws every figure from the one JSON block, follows ground and width, and saves the data.
(function () {
  const drawings = JSON.parse(document.getElementById("drawings").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const narrow = window.matchMedia("(max-width: 640px)");
  const print = window.matchMedia("print");
  const config = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false };

  // Each change is [path, value]: the value that stands there in the other figure.
  function apply(figure, changes) {
    changes.forEach(function (change) {
      const path = change[0];
      let part = figure;
      path.slice(0, -1).forEach(function (key) { part = part[key]; });
      part[path[path.length - 1]] = structuredClone(change[1]);
    });
  }

  function chosen(id) {
    const small = narrow.matches && !print.matches;
    const figure = structuredClone(drawings[id].wide);
    if (small) apply(figure, drawings[id].narrow);
    if (dark.matches && !print.matches) apply(figure, drawings[id][small ? "narrow-dark" : "wide-dark"]);
    return figure;
  }

  function draw() {
    const drawn = Object.keys(drawings).map(function (id) {
      const figure = chosen(id);
      const place = document.getElementById("figure-" + id);
      // Without a height of its own the place collapses when a figure is drawn again.
      place.style.height = figure.layout.height + "px";
      return window.Plotly.react(place, figure.data, figure.layout, config).then(function () {
        place.dataset.drawn = "yes";
      });
    });
    return Promise.all(drawn);
  }

  let closed = [];
  function openAll() {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (part) { part.open = true; });
  }
  function closeAgain() {
    closed.forEach(function (part) { part.open = false; });
    closed = [];
  }

  function save(button) {
    const text = document.getElementById(button.dataset.source).textContent;
    let content = JSON.parse(text);
    if (button.dataset.pretty) content = JSON.stringify(content, null, 2) + "\n";
    if (button.dataset.binary) content = Uint8Array.from(atob(content), function (c) { return c.charCodeAt(0); });
    const address = URL.createObjectURL(new Blob([content], { type: button.dataset.type }));
    const link = document.createElement("a");
    link.href = address;
    link.download = button.dataset.name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
  }

  draw();
  [dark, narrow, print].forEach(function (query) { query.addEventListener("change", draw); });
  window.addEventListener("beforeprint", openAll);
  window.addEventListener("afterprint", closeAgain);
  document.querySelectorAll("button[data-source]").forEach(function (button) {
    button.addEventListener("click", function () { save(button); });
  });
})();
