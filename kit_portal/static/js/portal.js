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

  // What changes without a new page is said to those who do not see it.
  if (!document.querySelector("form[data-live], [data-refresh-url]")) return;
  const live = document.createElement("div");
  live.className = "kern-sr-only";
  live.setAttribute("role", "status");
  document.body.append(live);
  const say = (text) => {
    const said = text.replace(/\s+/g, " ").trim();
    if (said !== live.textContent) live.textContent = said;
  };
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  // <form data-live="id">: its choices show at once. The same address as without script answers, and
  // of that page the element with the id is put in; the fields stay, so focus and typing do too.
  const form = document.querySelector("form[data-live]");
  if (form) {
    const { pathname } = new URL(form.action);
    const address = () => {
      const query = [...new FormData(form)].filter(([, value]) => value !== "");
      return pathname + (query.length ? "?" + new URLSearchParams(query) : "");
    };
    const fill = (fresh, typed) => {
      for (const field of form.elements) {
        const other = field.name && fresh.elements[field.name];
        if (!other || field === typed) continue;
        if (field.tagName === "SELECT") field.replaceChildren(...other.cloneNode(true).children);
        field.value = other.value;
      }
    };
    let asked, wanted = location.pathname + location.search;
    const show = async (url, { note, focus, typed } = {}) => {
      if (url === wanted) return;
      wanted = url;
      asked?.abort();
      const { signal } = (asked = new AbortController());
      const results = document.getElementById(form.dataset.live);
      results.setAttribute("aria-busy", "true");
      let fresh;
      try {
        const answer = await fetch(url, { credentials: "same-origin", signal });
        if (!answer.ok || new URL(answer.url).pathname !== pathname) throw new Error(answer.status);
        fresh = parse(await answer.text());
      } catch (error) {
        if (error.name !== "AbortError") location.assign(url);
        return;
      }
      if (note) history[note](null, "", url);
      document.title = fresh.title;
      fill(fresh.querySelector("form[data-live]"), typed);
      results.replaceWith(fresh.getElementById(form.dataset.live));
      // Links to the same page in another language.
      const languages = document.querySelectorAll("[data-follows-address]");
      fresh.querySelectorAll("[data-follows-address]").forEach((part, i) => languages[i]?.replaceWith(part));
      const heading = document.querySelector(`#${form.dataset.live} h2`);
      if (focus) heading.focus();
      say(heading.textContent);
    };

    form.querySelector("[type=submit]").hidden = true;
    // Typing makes one step for the back button, however many letters it has.
    let timer, typed = null;
    form.addEventListener("input", (event) => {
      if (event.target.tagName === "SELECT") return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        show(address(), { note: typed ? "replaceState" : "pushState", typed: event.target });
        typed = event.target;
      }, 400);
    });
    form.addEventListener("focusout", () => { typed = null; });
    for (const moment of ["change", "submit"]) {
      form.addEventListener(moment, (event) => {
        if (moment === "submit") event.preventDefault();
        clearTimeout(timer);
        show(address(), { note: "pushState" });
      });
    }
    document.addEventListener("click", (event) => {
      const link = event.target.closest(`#${form.dataset.live} a`);
      const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
      if (!link || !plain || link.pathname !== pathname) return;
      event.preventDefault();
      show(link.pathname + link.search, { note: "pushState", focus: true });
    });
    window.addEventListener("popstate", () => show(location.pathname + location.search));
  }

  // [data-refresh-url][data-refresh-seconds]: replaced by what the address answers, until that asks
  // for no more. What is in [data-refresh-status], or else all of it, is read out when it changes.
  // With another [data-refresh-state] the rest of the page changes too: it is loaded anew.
  const watched = document.querySelectorAll("[data-refresh-url]");

  const refresh = (element, pause = Number(element.dataset.refreshSeconds) || 5) => {
    setTimeout(async () => {
      if (document.hidden) return refresh(element);
      let fresh;
      try {
        const answer = await fetch(element.dataset.refreshUrl, { credentials: "same-origin" });
        if (answer.redirected) return; // signed out meanwhile
        if (!answer.ok) throw new Error(answer.status);
        fresh = parse(await answer.text()).body.firstElementChild;
      } catch {
        return refresh(element, Math.min(pause * 2, 60));
      }
      if (!fresh) return;
      if (fresh.dataset.refreshState !== element.dataset.refreshState) return location.reload();
      const focused = element.contains(document.activeElement) && document.activeElement.id;
      element.replaceWith(fresh);
      if (focused) document.getElementById(focused)?.focus();
      say((fresh.querySelector("[data-refresh-status]") ?? fresh).textContent);
      if (fresh.dataset.refreshUrl) refresh(fresh);
    }, pause * 1000);
  };
  watched.forEach((element) => refresh(element));
})();
