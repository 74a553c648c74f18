// The theme asks for light or dark before it has set "auto", and then complains on a reader's first visit.
document.documentElement.dataset.mode ||= "auto";
