/* Writing a reply: what is typed is kept on the server every so often, and a passage that is selected can be
   put beside the ask that it answers. Without this script the button "保存" does the same. */
(function () {
  "use strict";
  var EVERY = 15000;
  var form = document.querySelector("form[data-desk]");
  if (!form) {
    return;
  }
  var body = form.querySelector('[name="body"]');
  var version = form.querySelector('[name="version"]');
  var status = document.getElementById("saved");
  var dirty = false;
  var busy = false;
  var stopped = false;
  var leaving = false;

  function say(text) {
    status.textContent = text;
  }

  function stop(text) {
    stopped = true;
    say(text);
  }

  // Another text was saved meanwhile: both stay, and this one is no longer kept by itself.
  function conflict(told) {
    var box = document.createElement("section");
    var head = document.createElement("p");
    var theirs = document.createElement("textarea");
    box.className = "alert alert-danger";
    box.setAttribute("role", "alert");
    head.textContent = told.message + "。另一稿：";
    theirs.className = "form-control";
    theirs.rows = 8;
    theirs.readOnly = true;
    theirs.value = told.body;
    theirs.setAttribute("aria-label", "另一稿");
    box.append(head, theirs);
    form.before(box);
    version.value = told.version;
    stop("自动保存已停。对照两稿，改好后按“保存”，以您的为准。");
    box.scrollIntoView();
  }

  function keep() {
    if (!dirty || busy || stopped || leaving) {
      return;
    }
    busy = true;
    dirty = false;
    var data = new FormData(form);
    Array.from(data.keys()).forEach(function (name) {
      if (data.get(name) instanceof File) {
        data.delete(name);
      }
    });
    fetch(form.dataset.desk, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { "X-Requested-With": "fetch" },
      redirect: "manual",
    })
      .then(function (answer) {
        var isJson = (answer.headers.get("Content-Type") || "").indexOf("json") > 0;
        return isJson ? answer.json().then(function (told) { return [answer.status, told]; }) : [0, {}];
      })
      .then(function (result) {
        var told = result[1];
        if (result[0] === 200) {
          version.value = told.version;
          say(told.message);
        } else if (result[0] === 409 && told.version !== undefined) {
          conflict(told);
        } else if (result[0]) {
          stop(told.message);
        } else {
          stop("登录已过期，自动保存已停；您的文字还在本页。按“保存”后登录，文字会带回来。");
        }
      })
      .catch(function () {
        dirty = true;
        say("没有连上系统，稍后再存；您的文字还在本页。");
      })
      .finally(function () {
        busy = false;
      });
  }

  form.addEventListener("input", function () {
    dirty = true;
  });
  form.addEventListener("submit", function () {
    leaving = true;
  });
  window.setInterval(keep, Number(form.dataset.every) || EVERY);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      keep();
    }
  });

  form.querySelectorAll("button[data-quote]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var id = button.dataset.quote;
      var passage = body.value.slice(body.selectionStart, body.selectionEnd).trim();
      if (!passage) {
        say("请先在正文中选中一段话，再按这个按钮。");
        body.focus();
        return;
      }
      form.elements["asks_answered." + id + ".quote"].value = passage;
      form.querySelector('[name="asks_answered"][value="' + id + '"]').checked = true;
      dirty = true;
    });
  });
})();
