/* Sorts a table by the column whose head is pressed: numbers from data-n, names from data-v; empty cells stay last. */
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const names = new Intl.Collator("zh-CN", { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = head.classList.contains("n") && !head.classList.contains("rank") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((h) => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => [row, row.cells[column].dataset]);
      rows.sort(([, a], [, b]) => {
        if (a.v !== undefined) return sign * names.compare(a.v, b.v);
        if (a.n === "" || b.n === "") return (a.n === "") - (b.n === "");
        return sign * (Number(a.n) - Number(b.n));
      });
      body.append(...rows.map(([row]) => row));
    });
  });
}
