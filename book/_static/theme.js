// The theme asks for light or dark before it has set "auto", and then complains on a reader's first visit.
document.documentElement.dataset.mode ||= "auto";

// It wires the first button of each sidebar, which stands in a header that we hide: the one that is seen passes its click on.
document.addEventListener("DOMContentLoaded", () => {
  for (const side of [".primary-toggle", ".secondary-toggle"]) {
    const [wired, ...seen] = document.querySelectorAll(side);
    for (const button of seen) button.addEventListener("click", () => wired.click());
  }
});

// A table may scroll, on a phone nearly each does: then it must be in the reach of the keyboard.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("table.table, .cell_output table")) table.tabIndex = 0;
});
