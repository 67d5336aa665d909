/* The few things a page does by itself. Everything also works without it. */
(function () {
  "use strict";
  var KEPT = "luoshi-kept:";

  function csrfToken() {
    var meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  // Every request of htmx that changes something carries the token of the session.
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = csrfToken();
    }
  });

  // A page with a look of its own (login, password, the site's editor) is loaded whole, not swapped in.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var text = event.detail.serverResponse || "";
    if (event.detail.boosted && text.indexOf('id="main"') < 0) {
      event.detail.shouldSwap = false;
      window.location.assign(event.detail.xhr.responseURL || window.location.href);
    }
  });

  // After a page was swapped in, the reader begins at its top, also with a screen reader.
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.boosted) {
      var main = document.getElementById("main");
      if (main) {
        main.focus({ preventScroll: true });
        window.scrollTo(0, 0);
      }
    }
    restoreAll();
  });

  document.addEventListener("htmx:sendError", sayBroken);
  document.addEventListener("htmx:responseError", function (event) {
    var page = event.detail.boosted && event.detail.xhr.status < 500;
    if (page) {
      window.location.assign(event.detail.xhr.responseURL || window.location.href);
    } else {
      sayBroken();
    }
  });

  function sayBroken() {
    var area = document.getElementById("messages");
    if (area) {
      var box = document.createElement("div");
      box.className = "alert alert-danger";
      box.setAttribute("role", "alert");
      box.textContent = "没有连上系统，刚才的操作没有完成；您填写的内容还在，请稍后再试。";
      area.replaceChildren(box);
    }
  }

  // What is typed into a form with data-keep outlives an error, a closed page and an expired login in this
  // tab, for this person alone. It is forgotten when the server says that it was saved (data-kept), and on
  // signing out.
  function keyOf(form) {
    return KEPT + document.body.dataset.person + ":" + form.dataset.keep;
  }

  function keep(form) {
    var values = {};
    Array.prototype.forEach.call(form.elements, function (field) {
      if (field.name && !/^(hidden|password|file|submit)$/.test(field.type)) {
        if (field.type === "checkbox" || field.type === "radio") {
          if (field.checked) {
            (values[field.name] = values[field.name] || []).push(field.value);
          } else {
            values[field.name] = values[field.name] || [];
          }
        } else {
          (values[field.name] = values[field.name] || []).push(field.value);
        }
      }
    });
    try {
      sessionStorage.setItem(keyOf(form), JSON.stringify(values));
    } catch (error) {
      return; // a full or forbidden store keeps nothing
    }
  }

  function restore(form) {
    var text = sessionStorage.getItem(keyOf(form));
    if (!text || form.dataset.restored) {
      return;
    }
    form.dataset.restored = "1";
    var values = JSON.parse(text);
    Array.prototype.forEach.call(form.elements, function (field) {
      var kept = values[field.name];
      if (!kept || /^(hidden|password|file|submit)$/.test(field.type)) {
        return;
      }
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = kept.indexOf(field.value) >= 0;
      } else if (kept.length) {
        field.value = kept.shift();
      }
    });
  }

  function restoreAll() {
    document.querySelectorAll("[data-kept]").forEach(function (mark) {
      sessionStorage.removeItem(KEPT + document.body.dataset.person + ":" + mark.dataset.kept);
    });
    document.querySelectorAll("form[data-keep]").forEach(restore);
  }

  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-keep]");
    if (form) {
      keep(form);
    }
  });

  document.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-forget]")) {
      sessionStorage.clear();
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      document.querySelectorAll("details.wb-account[open]").forEach(function (box) {
        box.open = false;
      });
    }
  });

  restoreAll();
})();
