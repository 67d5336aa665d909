/* Keeps the chosen way of reading for the next page. Without this the links in the header do the same for one page. */
"use strict";
(function () {
  const KEY = "luoshi-view", root = document.documentElement, names = ["large", "contrast", "both"];
  const put = (view) => {
    names.forEach((name) => root.classList.toggle("view-" + name, name === view));
  };
  let store = null;
  try { store = window.localStorage; } catch { return; }
  const asked = new URLSearchParams(location.search).get("view");
  if (names.includes(asked)) store.setItem(KEY, asked);
  if (names.includes(store.getItem(KEY))) put(store.getItem(KEY));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view]");
    if (!link) return;
    if (link.dataset.view) store.setItem(KEY, link.dataset.view);
    else store.removeItem(KEY);
  });
  document.addEventListener("DOMContentLoaded", () => {
    const views = document.querySelector(".views"), kept = store.getItem(KEY);
    if (!views) return;
    views.hidden = false; // a static copy can change its look by this script alone
    if (kept && !views.querySelector('[data-view=""]')) {
      const link = document.createElement("a");
      const plain = new URLSearchParams(location.search);
      plain.delete("view");
      link.href = location.pathname + (plain.toString() ? "?" + plain : "");
      link.dataset.view = "";
      link.textContent = "标准";
      views.append(link);
    }
    if (document.querySelector("article")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "打印";
      button.addEventListener("click", () => window.print());
      views.append(button);
    }
  });
})();
