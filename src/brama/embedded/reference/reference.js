// Finds operations by any word on them, and opens the one that the address names.
const form = document.querySelector(".search");
const input = form.querySelector("input");
const found = form.querySelector("output");
const nothing = document.querySelector(".nothing");
const sections = [...document.querySelectorAll("section")].map((section) => ({
  section,
  operations: [...section.querySelectorAll("details")].map((details) => ({
    details,
    words: `${section.id} ${details.textContent}`.toLowerCase(),
  })),
}));

function find() {
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { section, operations } of sections) {
    let here = 0;
    for (const { details, words } of operations) {
      details.hidden = !wanted.every((word) => words.includes(word));
      here += details.hidden ? 0 : 1;
    }
    section.hidden = here === 0;
    count += here;
  }
  found.textContent = wanted.length > 0 ? String(count) : "";
  nothing.hidden = count > 0;
}

function open() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) {
    named.open = true;
    named.scrollIntoView();
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("input", find);
addEventListener("hashchange", open);
addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== input) {
    event.preventDefault();
    input.focus();
  }
});
for (const details of document.querySelectorAll("details")) {
  details.addEventListener("toggle", () => {
    if (details.open) history.replaceState(null, "", `#${details.id}`);
  });
}
open();
