// A plan that fills a select: touching a building chooses it there instead of leaving the page, so
// that words and photos already given stay. Without the script the link opens the form anew.

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-plan-pick] a[href]");
  if (!link || event.ctrlKey || event.metaKey) return;
  const plan = link.closest("[data-plan-pick]");
  const select = document.getElementById(plan.dataset.planPick);
  const values = [...new URL(link.href?.baseVal ?? link.href, location.href).searchParams.values()];
  const option = [...(select?.options ?? [])].find((one) => one.value === values.at(-1));
  if (!option) return;
  event.preventDefault();
  select.value = option.value;
  for (const old of plan.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
  for (const old of plan.querySelectorAll(".plan--current")) old.classList.remove("plan--current");
  link.setAttribute("aria-current", "true");
  link.querySelector(".plan-shape")?.classList.add("plan--current");
  select.closest(".field")?.scrollIntoView({ block: "center" });
  select.focus({ preventScroll: true });
});
