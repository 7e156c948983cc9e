// Enhancement only: every page works without this file.
(() => {
  "use strict";

  // Menus: <details data-menu> close on Escape and on a click elsewhere.
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  });

  // Print buttons are hidden in the page, since they do nothing without this script.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // <form data-once>: a second click sends nothing; a page taken from the history can send again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  // [data-refresh-url][data-refresh-seconds]: replaced by what the address answers, until that asks
  // for no more. What is in [data-refresh-status], or else all of it, is read out when it changes.
  const watched = document.querySelectorAll("[data-refresh-url]");
  if (!watched.length) return;
  const live = document.createElement("div");
  live.className = "kern-sr-only";
  live.setAttribute("role", "status");
  document.body.append(live);

  const refresh = (element, pause = Number(element.dataset.refreshSeconds) || 5) => {
    setTimeout(async () => {
      if (document.hidden) return refresh(element);
      let fresh;
      try {
        const answer = await fetch(element.dataset.refreshUrl, { credentials: "same-origin" });
        if (answer.redirected) return; // signed out meanwhile
        if (!answer.ok) throw new Error(answer.status);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        fresh = page.body.firstElementChild;
      } catch {
        return refresh(element, Math.min(pause * 2, 60));
      }
      if (!fresh) return;
      const focused = element.contains(document.activeElement) && document.activeElement.id;
      element.replaceWith(fresh);
      if (focused) document.getElementById(focused)?.focus();
      const status = (fresh.querySelector("[data-refresh-status]") ?? fresh).textContent;
      const said = status.replace(/\s+/g, " ").trim();
      if (said !== live.textContent) live.textContent = said;
      if (fresh.dataset.refreshUrl) refresh(fresh);
    }, pause * 1000);
  };
  watched.forEach((element) => refresh(element));
})();
