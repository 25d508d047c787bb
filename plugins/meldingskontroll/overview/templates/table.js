"use strict";
(function () {
  document.querySelectorAll(".map [data-page]").forEach(function (shape) {
    shape.addEventListener("click", function () { location.href = "kommuner/" + shape.dataset.page + ".html"; });
  });
  var table = document.getElementById("tabell");
  if (!table) { return; }
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var search = document.getElementById("sok");
  var choice = document.getElementById("velg");
  var count = document.getElementById("antall");
  document.querySelector(".tools").hidden = false;

  function filter() {
    var sought = search.value.trim().toLocaleLowerCase("nb");
    var shown = 0;
    rows.forEach(function (row) {
      var fits = row.cells[0].textContent.toLocaleLowerCase("nb").indexOf(sought) >= 0 &&
        (!choice.value || row.dataset.status === choice.value);
      row.hidden = !fits;
      if (fits) { shown += 1; }
    });
    count.textContent = "Viser " + shown + " av " + rows.length;
  }

  function valueOf(row, column) {
    var cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  }

  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending";
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort(function (a, b) {
        var x = valueOf(a, column), y = valueOf(b, column);
        var order = typeof x === "number" ? x - y : x.localeCompare(y, "nb");
        return up ? order : -order;
      });
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });
  search.addEventListener("input", filter);
  choice.addEventListener("change", filter);
  filter();
})();
