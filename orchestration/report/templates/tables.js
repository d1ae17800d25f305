// Sorts and filters the tables of a page, shows one area at a time, and shortens what a phone has to scroll.
// The pages are whole without it.
(() => {
  "use strict";
  const ROWS_SORTED = 4, ROWS_FILTERED = 12, ROWS_SHORTENED = 6;
  const narrow = matchMedia("(max-width: 46rem)");

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const rowsOf = (part) => [...part.rows].filter((row) => row.cells.length > 1);
  const bodyRows = (table) => [...table.tBodies].flatMap(rowsOf);

  // What a cell is sorted by: its figure, else its text.
  const key = (row, column) => {
    const cell = row.cells[column];
    const figure = cell.querySelector("data");
    if (figure) return Number(figure.value);
    if (cell.querySelector("abbr")) return null;
    const text = cell.textContent.trim();
    return /^\d{1,2} [A-Z][a-z]+ \d{4}$/.test(text) ? Date.parse(`${text} UTC`) : text;
  };

  const compare = (one, other) => {
    if (one === null || other === null) return (one === null) - (other === null);
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other), "en-GB", { numeric: true });
  };

  const sorted = (table, column, direction) => {
    // Each group is sorted by itself.
    for (const body of table.tBodies) {
      const known = [], absent = [];
      for (const row of rowsOf(body)) {
        const of = key(row, column);
        (of === null || of === "" ? absent : known).push([of, row]);
      }
      known.sort((one, other) => direction * compare(one[0], other[0]));
      body.append(...[...known, ...absent].map((one) => one[1]));
    }
    [...table.tHead.rows[0].cells].forEach((heading, place) => {
      if (place === column) heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else heading.removeAttribute("aria-sort");
    });
  };

  const sortable = (table) => {
    const headings = [...table.tHead.rows[0].cells];
    const names = headings.map((heading) => heading.textContent.trim().replace(/\s+/g, " "));
    headings.forEach((heading, column) => {
      const button = element("button", { type: "button", className: "sort" });
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const up = heading.getAttribute("aria-sort");
        // A column of figures begins with the highest.
        const first = heading.classList.contains("number") ? -1 : 1;
        sorted(table, column, up ? (up === "ascending" ? -1 : 1) : first);
      });
    });
    if (!table.classList.contains("stacked")) return [];
    // The headings of a stacked table are not seen on a narrow screen: a list stands for them there.
    const list = element("select", {}, element("option", { value: "" }, "As published"));
    names.forEach((name, column) => list.append(element("option", { value: String(column) }, name)));
    const original = [...table.tBodies].map((body) => [body, rowsOf(body)]);
    list.addEventListener("change", () => {
      if (list.value === "") original.forEach(([body, rows]) => body.append(...rows));
      else sorted(table, Number(list.value), headings[Number(list.value)].classList.contains("number") ? -1 : 1);
    });
    return [element("label", { className: "narrow" }, "Sort by ", list)];
  };

  const filterable = (table) => {
    const input = element("input", { type: "search" });
    const told = element("span", { role: "status" });
    input.addEventListener("input", () => {
      lengthen(table);
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      for (const row of bodyRows(table)) {
        row.classList.toggle("filtered", !row.textContent.toLowerCase().includes(wanted));
        shown += !row.classList.contains("filtered");
      }
      for (const body of table.tBodies) {
        const heading = body.querySelector(".group");
        if (heading) heading.classList.toggle("filtered", !body.querySelector("tr:not(.group, .filtered)"));
      }
      told.textContent = wanted ? `${shown} of ${bodyRows(table).length} rows` : "";
    });
    return [element("label", {}, "Filter the rows ", input), told];
  };

  // On a phone a long table begins with its first rows; the style sheet hides the others there.
  const shorten = (table, number) => {
    if (number < ROWS_SHORTENED || table.classList.contains("fixed")) return;
    const button = element("button", { type: "button" }, `Show all ${number} rows`);
    button.addEventListener("click", () => {
      const hidden = bodyRows(table).find((row) => row.offsetParent === null);
      lengthen(table);
      if (hidden) {
        hidden.tabIndex = -1;
        hidden.focus();
      }
    });
    table.classList.add("short");
    table.closest(".scroll").after(element("p", { className: "more" }, button));
  };

  const lengthen = (table) => {
    if (!table.classList.contains("short")) return;
    table.classList.remove("short");
    table.closest(".scroll").nextElementSibling.remove();
  };

  // What a link leads to is shown, wherever it is.
  const showTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const table = target && target.closest("table.short");
    if (!table) return;
    lengthen(table);
    target.scrollIntoView();
  };

  const fold = (open) => document.querySelectorAll("details.fold").forEach((one) => { one.open = open; });

  const areaPicker = () => {
    const areas = document.getElementById("areas");
    const first = document.querySelector("main [data-area]");
    if (!areas || !first) return;
    const list = element("select", {}, areas.content.cloneNode(true));
    for (const option of [...list.options]) {
      if (option.value && !document.querySelector(`main [data-area="${option.value}"]`)) option.remove();
    }
    list.addEventListener("change", () => {
      document.querySelectorAll("main table").forEach(lengthen);
      for (const one of document.querySelectorAll("main [data-area]")) {
        one.classList.toggle("other", list.value !== "" && one.dataset.area !== list.value);
      }
    });
    const tools = element("p", { className: "tools" }, element("label", {}, "Show the area ", list));
    areas.before(tools);
  };

  areaPicker();
  for (const table of document.querySelectorAll("main table")) {
    const rows = bodyRows(table).length;
    const tools = [];
    if (rows >= ROWS_SORTED) tools.push(...sortable(table));
    if (rows >= ROWS_FILTERED) tools.push(...filterable(table));
    shorten(table, rows);
    if (tools.length) table.closest(".scroll").before(element("p", { className: "tools" }, ...tools));
  }
  showTarget();
  addEventListener("hashchange", showTarget);
  fold(!narrow.matches);
  narrow.addEventListener("change", () => fold(!narrow.matches));
  addEventListener("beforeprint", () => fold(true));
  addEventListener("afterprint", () => fold(!narrow.matches));
})();
