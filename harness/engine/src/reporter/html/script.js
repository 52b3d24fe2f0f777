"use strict";
// Everything is readable without this: it filters, copies, and opens what is printed or linked to.
(() => {
  const form = document.getElementById("filter");
  const entries = [...document.querySelectorAll(".entry")];
  if (form) {
    const input = document.getElementById("text");
    const matches = document.getElementById("matches");
    const texts = entries.map((entry) => entry.dataset.text.toLowerCase());
    const filter = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      entries.forEach((entry, at) => {
        entry.hidden = !words.every((word) => texts[at].includes(word));
        shown += entry.hidden ? 0 : 1;
      });
      for (const section of document.querySelectorAll("section.list")) {
        section.hidden = !section.querySelector(".entry:not([hidden])");
      }
      matches.textContent = words.length ? `${shown} of ${entries.length}` : "";
    };
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("input", filter);
    filter();
  }
  for (const block of document.querySelectorAll("pre.copy")) {
    const button = document.createElement("button");
    button.type = "button";
    const label = `Copy ${block.dataset.what}`;
    button.textContent = label;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(block);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = label; }, 2000);
    });
    block.previousElementSibling.append(button);
  }
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", open);
  open();
  // On paper nothing can be unfolded: what does not hold is printed with its exchanges.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("article.entry details:not([open])")];
    unfolded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => unfolded.forEach((details) => { details.open = false; }));
})();
