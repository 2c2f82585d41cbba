"use strict";
// The page is complete without this script. It sorts tables, chooses rows, keeps the choice in the address, and unfolds
// what somebody is led to.
(() => {
  const text = (node) => node.textContent.trim();

  // A quantity that the page gives, a count that begins the text, or the text.
  const key = (cell) => {
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    const count = /^[\d,]+(\.\d+)?(?= |$)/.exec(text(cell));
    return count ? Number(count[0].replace(/,/g, "")) : text(cell);
  };

  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return a.localeCompare(b, "en", { numeric: true });
  };

  for (const table of document.querySelectorAll("table.sort")) {
    const heads = [...table.tHead.rows[0].cells];
    const bodies = [...table.tBodies].map((body) => [body, [...body.rows].filter((row) => row.className !== "group")]);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "by";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const direction = before === "ascending" ? "descending" : before === "descending" ? "" : "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        if (direction) head.setAttribute("aria-sort", direction);
        const sign = direction === "descending" ? -1 : 1;
        for (const [body, rows] of bodies) {
          if (!direction) body.append(...rows);
          else {
            const keyed = rows.map((row) => [key(row.cells[column]), row]);
            body.append(...keyed.sort((a, b) => sign * compare(a[0], b[0])).map((one) => one[1]));
          }
        }
      });
    });
  }

  const choices = [];
  for (const form of document.querySelectorAll("form.filters")) {
    const table = form.nextElementSibling;
    const lists = [...form.querySelectorAll("select")];
    const search = form.elements.search;
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.dataset.f);
    const facets = rows.map((row) => row.dataset.f.split(" ").map(Number));
    const words = [];

    const apply = () => {
      const wanted = lists.map((list) => list.selectedIndex);
      const sought = search.value.trim().toLowerCase();
      let shown = 0;
      rows.forEach((row, index) => {
        const fits =
          wanted.every((at, facet) => at < 1 || facets[index][facet] === at) &&
          (!sought || (words[index] ??= row.textContent.toLowerCase()).includes(sought));
        row.hidden = !fits;
        if (fits) shown += 1;
      });
      for (const body of table.tBodies) body.hidden = [...body.rows].every((row) => row.hidden || row.className === "group");
      form.querySelector("output").textContent = `${shown} of ${rows.length} rows listed here`;
    };

    const write = () => {
      const chosen = new URLSearchParams([...new FormData(form)].filter((pair) => pair[1])).toString();
      history.replaceState(null, "", "#" + form.dataset.for + (chosen && "?" + chosen));
    };

    const read = (chosen) => {
      for (const field of [search, ...lists]) field.value = chosen.get(field.name) ?? "";
      for (const list of lists) if (list.selectedIndex < 0) list.selectedIndex = 0;
      apply();
    };

    form.hidden = false;
    form.addEventListener("input", () => { apply(); write(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { apply(); write(); }));
    choices.push({ place: form.dataset.for, table, read });
    apply();
  }

  // `#do?severity=critical` chooses rows; any other address leads to a place, whatever hides or folds it.
  const arrive = () => {
    const [place, chosen] = location.hash.slice(1).split("?");
    const target = document.getElementById(decodeURIComponent(place));
    if (!target) return;
    const choice = choices.find((one) => one.place === place);
    if (choice && chosen !== undefined) choice.read(new URLSearchParams(chosen));
    for (const one of choices) if (target.hidden && one.table.contains(target)) one.read(new URLSearchParams());
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();

  // Browsers that cannot print what is folded by style alone: unfold for the print, fold again after it.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:not([open])")];
    for (const part of unfolded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of unfolded) part.open = false;
    unfolded = [];
  });
})();
