// Predict, then see: the box "Before you run it" takes a guess, which stays in this browser and stands beside what was
// measured in the table of claims. What is asked and what was measured book/guess.py puts on the page.
{
  // A sketch's axes, from `LEFT` to `RIGHT` and from `TOP` to `BOTTOM`; where a place and a value lie on them.
  const [LEFT, RIGHT, TOP, BOTTOM] = [34, 328, 10, 150];
  const across = ({ xs }, i) => LEFT + ((xs[i] - xs[0]) / (xs.at(-1) - xs[0])) * (RIGHT - LEFT);
  const up = ({ low, high }, y) => BOTTOM - ((y - low) / (high - low)) * (BOTTOM - TOP);
  const curve = (asked, ys, name) =>
    `<path class="${name}" d="M${ys.map((y, i) => `${across(asked, i)} ${up(asked, y)}`).join("L")}"/>`;

  const picture = (asked, inside, attributes) => `<svg viewBox="0 0 340 180" ${attributes}>
    <path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}"/><text x="${(LEFT + RIGHT) / 2}" y="172">${asked.x}</text>
    <text x="${LEFT}" y="172">${asked.xs[0]}</text><text x="${RIGHT}" y="172">${asked.xs.at(-1)}</text>
    <text x="18" y="${BOTTOM + 4}">${asked.low}</text><text x="18" y="${TOP + 6}">${asked.high}</text>${inside}</svg>`;

  // What stands in the box: native inputs of one name, so that a guess is the list of their values.
  const FIELDS = {
    number: ({ asks, low, high }) => `<label>${asks}, ${low} to ${high}
      <input name="guess" type="number" min="${low}" max="${high}" step="any" required></label>`,
    choice: ({ asks, options }) => `<fieldset><legend>${asks}</legend>${options.map((option) =>
      `<label><input name="guess" type="radio" value="${option}" required> ${option}</label>`).join("")}</fieldset>`,
    sketch: (asked) => `<fieldset><legend>${asked.asks}: draw it, or set its points by Tab and the arrow keys</legend>
      ${picture(asked, "<g></g>", 'aria-hidden="true"')}${asked.xs.map((at) => `<input name="guess" type="range"
      class="visually-hidden" aria-label="${asked.x} ${at}" min="${asked.low}" max="${asked.high}" step="0.01">`).join("")}</fieldset>`,
  };

  // The pen of a sketch: the nearest place takes its height, and the curve follows its inputs.
  const pen = (asked, form, inputs) => {
    const pad = form.querySelector("svg"), drawn = pad.querySelector("g");
    const draw = () => {
      const dots = inputs.map(({ value }, i) => `<circle cx="${across(asked, i)}" cy="${up(asked, value)}" r="5"
        class="${inputs[i] === document.activeElement ? "at" : ""}"/>`);
      drawn.innerHTML = curve(asked, inputs.map(({ value }) => value), "yours") + dots.join("");
    };
    const touch = ({ buttons, clientX, clientY }) => {
      if (!buttons) return;
      const at = new DOMPoint(clientX, clientY).matrixTransform(pad.getScreenCTM().inverse());
      const far = asked.xs.map((_, i) => Math.abs(across(asked, i) - at.x));
      const height = (BOTTOM - at.y) / (BOTTOM - TOP);
      inputs[far.indexOf(Math.min(...far))].value = asked.low + height * (asked.high - asked.low);
      draw();
    };
    for (const kind of ["pointerdown", "pointermove"]) pad.addEventListener(kind, touch);
    for (const kind of ["input", "focusin", "focusout"]) form.addEventListener(kind, () => setTimeout(draw));
    return draw;
  };

  // The guess beside what was measured; of a sketch, both curves and how far apart they lie.
  const told = (asked, guess) => {
    const { kind, asks, measured, xs } = asked;
    if (kind !== "sketch") return `${asks}: you said <b>${guess[0]}</b>; measured <b>${measured}</b>`;
    const apart = guess.reduce((sum, y, i) => sum + Math.abs(y - measured[i]), 0) / guess.length;
    const list = (ys) => ys.map((y, i) => `${y} at ${xs[i]}`).join(", ");
    const label = `role="img" aria-label="You said ${list(guess)}. Measured: ${list(measured)}."`;
    const both = picture(asked, curve(asked, guess, "yours") + curve(asked, measured, "measured"), label);
    return `${asks}: you said the dashes; measured the line; on average <b>${apart.toFixed(2)}</b> apart${both}`;
  };

  document.addEventListener("DOMContentLoaded", () => {
    const data = document.getElementById("guess"), box = document.querySelector(".admonition.guess");
    const table = [...document.querySelectorAll("table")].find(({ rows }) => rows[0].textContent.trim().endsWith("verdict"));
    if (!(data && box && table)) return;
    const plain = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt()};`);
    const asked = JSON.parse(data.textContent, (_, value) => (typeof value === "string" ? plain(value) : value));
    const key = `guess ${location.pathname}`, form = document.createElement("form"), beside = document.createElement("div");
    form.innerHTML = `${FIELDS[asked.kind](asked)}<button>Keep my guess</button> <button type="reset">Forget it</button>
      <p role="status"></p>`;
    const word = form.querySelector("[role=status]"), inputs = [...form.querySelectorAll("input")];
    const guess = () => new FormData(form).getAll("guess");
    const redraw = asked.kind === "sketch" ? pen(asked, form, inputs) : () => {};
    const show = (kept) => {
      beside.innerHTML = kept ? told(asked, kept.map(plain)) : "";
      form.querySelector("[type=reset]").hidden = !kept;
      redraw();
    };
    const keep = (kept) => { // a browser may refuse; then the guess lasts as long as the page
      try {
        if (kept) localStorage.setItem(key, JSON.stringify(kept));
        else localStorage.removeItem(key);
        return "Kept in this browser";
      } catch { return "Kept until you leave this page"; }
    };

    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* nothing is kept here */ }
    inputs.forEach((input, i) => {
      if (input.type === "radio") input.checked = kept?.includes(input.value);
      else if (kept) input.value = kept[i];
    });
    const fits = kept && form.matches(":valid") && JSON.stringify(guess()) === JSON.stringify(kept);
    if (!fits) form.reset();

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const where = keep(guess());
      show(guess());
      word.innerHTML = `${where}; it stands <a href="#you-said">beside what was measured</a>.`;
    });
    form.addEventListener("reset", () => {
      keep(null); // at once: a reader may leave before the inputs are empty
      setTimeout(() => {
        show(null);
        word.textContent = "Forgotten.";
      });
    });
    // A browser's own words vanish: one sentence stands below instead.
    form.addEventListener("invalid", (event) => {
      event.preventDefault();
      const { value, validity } = event.target;
      const given = validity.badInput ? "No number" : asked.kind === "number" && value ? value : "Nothing";
      word.innerHTML = `${given} was given; allowed: ${asked.options?.join(", ") ?? `${asked.low} to ${asked.high}`}.`;
      event.target.focus();
    }, true);

    Object.assign(beside, { id: "you-said", className: "you-said" });
    box.append(form);
    table.rows[asked.row + 1].cells[2].append(beside);
    show(fits ? kept : null);
  });
}
