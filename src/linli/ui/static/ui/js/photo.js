// Photo picker: previews, and every picture is made at most 1600 px and re-encoded before it
// leaves the device. Drawing on a canvas drops EXIF (place, device). The server strips again.

const MAX_SIDE = 1600;
const QUALITY = 0.82;
const working = new WeakMap(); // form -> number of pictures still being made smaller

async function shrink(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close?.();
  let blob = await toBlob(canvas, "image/webp");
  if (blob?.type !== "image/webp") {
    // No WebP encoder: JPEG has no transparency, so lay white paper under the picture.
    pen.globalCompositeOperation = "destination-over";
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    blob = await toBlob(canvas, "image/jpeg");
  }
  if (!blob) throw new Error("no encoder");
  const kind = blob.type === "image/webp" ? "webp" : "jpg";
  return new File([blob], `photo.${kind}`, { type: blob.type });
}

const toBlob = (canvas, type) => new Promise((done) => canvas.toBlob(done, type, QUALITY));

function setUp(box) {
  if (box.dataset.ready !== undefined) return;
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-photo-list]");
  const note = box.querySelector("[data-photo-note]");
  if (!input || !list || !window.createImageBitmap || !window.DataTransfer) return;
  box.dataset.ready = "";
  let kept = [];

  const write = () => {
    const transfer = new DataTransfer();
    for (const file of kept) transfer.items.add(file);
    input.files = transfer.files;
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren(...kept.map(preview));
    list.hidden = kept.length === 0;
  };

  const preview = (file, index) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.alt = `${index + 1}`;
    image.src = URL.createObjectURL(file);
    image.addEventListener("error", () => {
      const name = document.createElement("span");
      name.className = "photo-name";
      name.textContent = file.name;
      image.replaceWith(name);
    });
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn";
    remove.setAttribute("aria-label", `${box.dataset.textRemove} ${index + 1}`);
    remove.textContent = "×";
    remove.addEventListener("click", () => {
      kept = kept.filter((other) => other !== file);
      note.textContent = "";
      write();
      input.focus();
    });
    item.append(image, remove);
    return item;
  };

  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    const form = input.form;
    const max = Number(box.dataset.max) || 1;
    note.textContent = "";
    // The camera gives one picture at a time: add to what is there instead of replacing it.
    const room = input.multiple ? Math.max(0, max - kept.length) : 1;
    if (chosen.length > room) note.textContent = box.dataset.textMany;
    if (form) working.set(form, (working.get(form) || 0) + 1);
    try {
      const made = [];
      for (const file of chosen.slice(0, room)) {
        try {
          made.push(await shrink(file));
        } catch {
          made.push(file);
          note.textContent = box.dataset.textKept;
        }
      }
      kept = input.multiple ? [...kept, ...made] : made;
      write();
    } finally {
      if (form) {
        working.set(form, working.get(form) - 1);
        form.dispatchEvent(new CustomEvent("linli:photos-ready"));
      }
    }
  });
}

// Sending while a picture is still being made smaller waits for it.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!working.get(form)) return;
    const submitter = event.submitter;
    event.preventDefault();
    event.stopImmediatePropagation();
    const send = () => {
      if (!working.get(form)) {
        form.removeEventListener("linli:photos-ready", send);
        form.requestSubmit(submitter);
      }
    };
    form.addEventListener("linli:photos-ready", send);
  },
  true,
);

const setUpAll = () => document.querySelectorAll("[data-photo-picker]").forEach(setUp);
setUpAll();
document.addEventListener("htmx:after:swap", setUpAll);
document.addEventListener("linli:refreshed", setUpAll);
