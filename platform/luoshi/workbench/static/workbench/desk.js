/* Ticking all, counting what is ticked, and dragging a card to another column. Everything also works without it. */
(function () {
  "use strict";
  var dragged = null;

  function boxes(form) {
    return form.querySelectorAll('tbody input[type="checkbox"], .desk-card input[type="checkbox"]');
  }

  function count(form) {
    var all = boxes(form);
    var ticked = Array.prototype.filter.call(all, function (box) { return box.checked; }).length;
    var place = form.querySelector("[data-count]");
    if (place) {
      place.textContent = String(ticked);
    }
    var master = form.querySelector("[data-all] input");
    if (master) {
      master.checked = all.length > 0 && ticked === all.length;
      master.indeterminate = ticked > 0 && ticked < all.length;
    }
  }

  function prepare() {
    document.querySelectorAll("[data-all]").forEach(function (label) { label.hidden = false; });
    document.querySelectorAll("form").forEach(function (form) {
      if (form.querySelector("[data-count]")) {
        count(form);
      }
    });
    document.querySelectorAll(".desk-card").forEach(function (card) { card.draggable = true; });
  }

  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (!form) {
      return;
    }
    if (event.target.closest("[data-all]")) {
      boxes(form).forEach(function (box) { box.checked = event.target.checked; });
    }
    if (form.querySelector("[data-count]")) {
      count(form);
    }
    if (event.target.id === "f-column") {
      form.requestSubmit();
    }
  });

  document.addEventListener("dragstart", function (event) {
    dragged = event.target.closest ? event.target.closest(".desk-card") : null;
    if (dragged) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.card);
      dragged.classList.add("desk-dragged");
    }
  });

  document.addEventListener("dragend", function () {
    if (dragged) {
      dragged.classList.remove("desk-dragged");
    }
    dragged = null;
    mark(null);
  });

  function mark(column) {
    document.querySelectorAll(".desk-over").forEach(function (one) { one.classList.remove("desk-over"); });
    if (column) {
      column.classList.add("desk-over");
    }
  }

  function columnOf(event) {
    var column = event.target.closest && event.target.closest(".desk-column[data-unit]");
    return dragged && column && column !== dragged.closest(".desk-column") ? column : null;
  }

  document.addEventListener("dragover", function (event) {
    var column = columnOf(event);
    if (column) {
      event.preventDefault();
    }
    mark(column);
  });

  document.addEventListener("drop", function (event) {
    var column = columnOf(event);
    if (!column) {
      return;
    }
    event.preventDefault();
    send(column.dataset.unit, dragged.dataset.card, dragged.dataset.role || "lead");
  });

  function send(unit, card, role) {
    var form = document.getElementById("desk-board");
    var values = { to: unit, card: card, role: role, how: "move" };
    ["session", "column"].forEach(function (name) {
      var field = form.querySelector('input[name="' + name + '"]');
      if (field) {
        values[name] = field.value;
      }
    });
    values.show = Array.prototype.map.call(
      form.querySelectorAll('input[name="show"]'), function (field) { return field.value; });
    var left = form.querySelector(".desk-columns").scrollLeft;
    window.htmx.ajax("POST", form.action, {
      source: form, target: "#main", select: "#main", swap: "outerHTML", values: values
    }).then(function () {
      var columns = document.querySelector(".desk-columns");
      if (columns) {
        columns.scrollLeft = left;
      }
    });
  }

  document.addEventListener("htmx:afterSettle", prepare);
  prepare();
})();
