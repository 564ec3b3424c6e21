// Entry of every page: what is nicer with a script, and the one place that gives htmx its token.

// htmx: a child's own hx-headers would drop an inherited token in silence, so it is set here, once.
document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail?.ctx?.request;
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (!request || !field || /^(GET|HEAD|OPTIONS)$/i.test(request.method || "GET")) return;
  request.headers = request.headers || {};
  request.headers["X-CSRFToken"] = field.value;
});

// An error summary takes the focus, so that it is read first.
document.querySelector("[data-focus-first]")?.focus();

// Links to a field in an error summary: focus the field, or the first choice of a group.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".error-summary a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  const input = target.matches("input,select,textarea")
    ? target
    : target.querySelector("input,select,textarea");
  if (input) {
    event.preventDefault();
    input.focus();
    input.scrollIntoView({ block: "center" });
  }
});

// A select or radio with data-submit sends its form at once (there is a button without script).
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
});

// Print buttons need a script anyway; the template hides them until now.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
