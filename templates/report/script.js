
"use strict";
// The page is complete without this script. It adds sorting, filters and a way to see a finding that a filter hides.
(() => {
  const value = (cell) => {
    const given = cell.dataset.value;
    if (given !== undefined) return Number(given);
    const text = cell.textContent.trim();
    const number = Number(text.replace(/,/g, "").replace(/ .*$/, ""));
    return text !== "" && !Number.isNaN(number) ? number : text;
  };

  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    const original = new Map([...table.tBodies].map((body) => [body, [...body.rows]]));
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const direction = before === "ascending" ? "descending" : before === "descending" ? "" : "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        if (direction) head.setAttribute("aria-sort", direction);
        for (const [body, rows] of original) {
          const kept = rows.filter((row) => row.classList.contains("group"));
          const moved = rows.filter((row) => !row.classList.contains("group"));
          if (direction) {
            const sign = direction === "ascending" ? 1 : -1;
            moved.sort((a, b) => sign * compare(value(a.cells[column]), value(b.cells[column])));
          }
          body.append(...kept, ...moved);
        }
      });
    });
  }

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

  const form = document.getElementById("filters");
  const table = document.getElementById("finding-table");
  if (!form || !table) return;
  const field = (name) => document.getElementById("f-" + name);
  const rows = [...table.querySelectorAll("tr.finding")].map((row) => ({ row, text: row.textContent.toLowerCase() }));

  const apply = () => {
    const text = field("text").value.trim().toLowerCase();
    let shown = 0;
    for (const entry of rows) {
      const data = entry.row.dataset;
      const keep =
        (!text || entry.text.includes(text)) &&
        ["metric", "system", "severity"].every((name) => !field(name).value || data[name] === field(name).value) &&
        (!field("result").value || data.result.split(" ").includes(field("result").value));
      entry.row.hidden = !keep;
      if (keep) shown += 1;
    }
    for (const body of table.tBodies) {
      body.hidden = ![...body.rows].some((row) => row.classList.contains("finding") && !row.hidden);
    }
    field("count").textContent = shown + " of " + rows.length + " listed findings";
    document.getElementById("f-none").hidden = shown > 0;
  };

  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.hidden) {
      form.reset();
      apply();
      target.scrollIntoView();
    }
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("hashchange", reveal);
  apply();
})();
