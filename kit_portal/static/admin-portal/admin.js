// Names that Django's own widgets leave out, for those who hear the page.
(() => {
  "use strict";
  const nameWidgets = () => {
    for (const icon of document.querySelectorAll(".search-label-icon[aria-label]")) {
      icon.setAttribute("role", "img");
    }
    for (const box of document.querySelectorAll(".select2-container")) {
      const select = box.previousElementSibling;
      const label = select?.labels?.[0]?.textContent.trim().replace(/:$/, "");
      if (!label) continue;
      for (const part of box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]")) {
        part.setAttribute("aria-label", label);
      }
    }
  };
  // Fields that are edited in the list: the column's heading and the row's link name them together.
  for (const field of document.querySelectorAll("#result_list td :is(input, select, textarea)")) {
    const cell = field.closest("td");
    const row = cell.parentElement;
    if (field.type === "hidden" || field.labels?.length || cell.matches(".action-checkbox")) continue;
    const heading = row.closest("table").tHead.rows[0].cells[cell.cellIndex];
    const names = [heading.querySelector(".text") ?? heading, row.querySelector("th")];
    field.setAttribute("aria-label", names.map((name) => name?.textContent.trim()).join(", "));
  }

  // Django builds these widgets when it gets to it, and again in every row that is added.
  new MutationObserver(nameWidgets).observe(document.body, { childList: true, subtree: true });
  nameWidgets();
})();
