// A form is sent once: a second press before the answer comes does nothing.
// aria-disabled and not disabled: a disabled button would drop its own name and value.

const sent = new Map();

function restore(form) {
  clearTimeout(sent.get(form));
  sent.delete(form);
  for (const button of form.querySelectorAll("[aria-busy=true]")) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented && !isHtmx(form)) return;
  if ((form.method || "get").toLowerCase() === "get" || form.hasAttribute("data-many")) return;
  if (sent.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // A download leaves the page in place, so the lock also opens by itself.
  sent.set(form, setTimeout(() => restore(form), 8000));
  const button = event.submitter;
  if (button) {
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
  }
});

function isHtmx(form) {
  return ["hx-post", "hx-put", "hx-patch", "hx-delete"].some((name) => form.hasAttribute(name));
}

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) restore(form);
});

// The back button shows a kept page: open everything again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of [...sent.keys()]) restore(form);
});
