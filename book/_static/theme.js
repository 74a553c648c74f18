// The theme asks for light or dark before it has set "auto", and then complains on a reader's first visit.
document.documentElement.dataset.mode ||= "auto";

// It wires the first button of each sidebar, which stands in a header that we hide: the one that is seen passes its click on.
document.addEventListener("DOMContentLoaded", () => {
  for (const side of [".primary-toggle", ".secondary-toggle"]) {
    const [wired, ...seen] = document.querySelectorAll(side);
    for (const button of seen) button.addEventListener("click", () => wired.click());
  }
});

// A table that scrolls must be in the reach of the keyboard.
const reachable = () => {
  for (const table of document.querySelectorAll("table.table, .cell_output table"))
    table.scrollWidth > table.clientWidth ? table.setAttribute("tabindex", "0") : table.removeAttribute("tabindex");
};
for (const moment of ["load", "resize"]) window.addEventListener(moment, reachable);
