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
  // Django builds these widgets when it gets to it, and again in every row that is added.
  new MutationObserver(nameWidgets).observe(document.body, { childList: true, subtree: true });
  nameWidgets();
})();
