// Lists that can be put in order by dragging; the buttons up and down do the same by keyboard.
(() => {
  "use strict";
  const live = document.createElement("div");
  live.className = "kern-sr-only";
  live.setAttribute("role", "status");
  document.body.append(live);

  for (const list of document.querySelectorAll("[data-sort-url]")) {
    const entries = () => [...list.querySelectorAll(":scope > [data-sort-key]")];
    if (entries().length < 2) continue;
    let held = null;
    let before = "";
    const order = () => entries().map((entry) => entry.dataset.sortKey).join();

    const save = async () => {
      const form = new FormData();
      form.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      for (const entry of entries()) form.append("item", entry.dataset.sortKey);
      let done = false;
      try {
        done = (await fetch(list.dataset.sortUrl, { method: "POST", body: form })).ok;
      } catch {
        // said below
      }
      live.textContent = done ? list.dataset.sortSaid : list.dataset.sortFailed;
      if (!done) window.alert(list.dataset.sortFailed);
    };

    for (const entry of entries()) {
      entry.draggable = true;
      entry.classList.add("is-sortable");
      entry.addEventListener("dragstart", (event) => {
        held = entry;
        before = order();
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", entry.dataset.sortKey);
        entry.classList.add("is-held");
      });
      entry.addEventListener("dragend", () => {
        entry.classList.remove("is-held");
        held = null;
        if (order() !== before) save();
      });
      entry.addEventListener("dragover", (event) => {
        if (!held || held === entry || held.parentElement !== list) return;
        event.preventDefault();
        const box = entry.getBoundingClientRect();
        const isBelow = event.clientY > box.top + box.height / 2;
        entry[isBelow ? "after" : "before"](held);
      });
    }
  }
})();
