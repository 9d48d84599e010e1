// Draws Block Kit as DOM nodes. `act(element, value)` is called for buttons and choices.

import { make, mrkdwn, plain } from "./mrkdwn.js";

const CHOICES = ["static_select", "users_select", "conversations_select", "channels_select", "overflow"];
const SEVERAL = ["multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"];
const TYPED = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "number",
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

export function textNode(object, reader) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, reader);
  return make("div", { class: "text" }, plain(object.text));
}

export function drawBlocks(blocks, reader, act) {
  return blocks.map((block) => {
    const draw = DRAWN[block.type];
    const node = draw ? draw(block, reader, act) : make("p", { class: "quiet" }, `(${block.type} block)`);
    node.classList.add("block");
    return node;
  });
}

const DRAWN = {
  section: (block, reader, act) =>
    make("div", { class: "section" },
      make("div", { class: "grow" },
        block.text ? textNode(block.text, reader) : null,
        block.fields ? make("div", { class: "fields" }, ...block.fields.map((f) => textNode(f, reader))) : null),
      block.accessory ? drawElement(block.accessory, block, reader, act) : null),
  header: (block) => make("h3", {}, block.text.text),
  divider: () => make("hr"),
  context: (block, reader) =>
    make("div", { class: "context" },
      ...block.elements.map((e) => (e.type === "image" ? picture(e) : textNode(e, reader)))),
  actions: (block, reader, act) =>
    make("div", { class: "actions" }, ...block.elements.map((e) => drawElement(e, block, reader, act))),
  image: (block) =>
    make("figure", {}, picture(block), block.title ? make("figcaption", {}, block.title.text) : null),
  markdown: (block, reader) => mrkdwn(block.text, reader),
  rich_text: (block, reader) => make("div", { class: "text" }, ...block.elements.map((e) => rich(e, reader))),
  input: drawInput,
};

function drawInput(block, reader, act) {
  const control = drawElement(block.element, block, reader, block.dispatch_action ? act : null);
  const id = `field-${block.block_id}`;
  const single = control.matches("input, select, textarea");
  if (single) control.id = id;
  const words = [block.label.text, block.optional ? make("span", { class: "quiet" }, " (optional)") : null];
  return make(single ? "div" : "fieldset", { class: "input", "data-input": block.block_id },
    single ? make("label", { for: id }, ...words) : make("legend", {}, ...words),
    control,
    block.hint ? make("p", { class: "quiet" }, block.hint.text) : null,
    make("p", { class: "complaint", role: "alert" }));
}

function drawElement(element, block, reader, act) {
  const place = { "data-block": block.block_id, "data-action": element.action_id };
  const chosen = (value) => act && confirmed(element) && act(element, value);
  if (element.type === "image") return picture(element);
  if (element.type === "button") return button(element, chosen);
  if (element.type === "checkboxes" || element.type === "radio_buttons") return boxes(element, place, reader, chosen);
  if (CHOICES.includes(element.type)) return choice(element, place, reader, chosen);
  if (SEVERAL.includes(element.type)) return several(element, place, reader);
  if (TYPED[element.type]) return typed(element, place, chosen);
  return make("span", { class: "quiet" }, `(${element.type})`);
}

function button(element, chosen) {
  const label = element.accessibility_label || null;
  const press = () => chosen(element.value ?? null);
  if (element.url) {
    const address = { href: element.url, target: "_blank", rel: "noopener noreferrer" };
    return make("a", { class: `button ${element.style || ""}`, ...address, "aria-label": label, onclick: press },
      element.text.text, " ↗");
  }
  return make("button", { type: "button", class: element.style || "", "aria-label": label, onclick: press },
    element.text.text);
}

function confirmed(element) {
  const ask = element.confirm;
  return !ask || window.confirm(`${ask.title.text}\n\n${plain(ask.text.text)}`);
}

function optionsOf(element, reader) {
  if (element.type.includes("users")) return reader.people().map((u) => [u.id, u.real_name]);
  if (element.type.includes("conversations") || element.type.includes("channels")) {
    return reader.channels().map((c) => [c.id, `#${c.name}`]);
  }
  const groups = (element.option_groups || []).flatMap((group) => group.options);
  return [...(element.options || []), ...groups].map((o) => [o.value, plain(o.text.text)]);
}

function initialOf(element) {
  const held = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation
    ?? element.initial_channel;
  const many = (element.initial_options || []).map((o) => o.value);
  return new Set([held, ...many, ...(element.initial_users || [])].filter(Boolean));
}

function choice(element, place, reader, chosen) {
  const initial = initialOf(element);
  const words = element.type === "overflow" ? "⋯ More" : element.placeholder?.text || "Choose…";
  const select = make("select", { ...place, "aria-label": words },
    make("option", { value: "" }, words),
    ...optionsOf(element, reader).map(([value, text]) => make("option", { value, selected: initial.has(value) }, text)));
  select.addEventListener("change", () => select.value && chosen(select.value));
  return select;
}

function several(element, place, reader) {
  const initial = initialOf(element);
  return make("select", { ...place, multiple: true, "aria-label": element.placeholder?.text || "Choose" },
    ...optionsOf(element, reader).map(([value, text]) => make("option", { value, selected: initial.has(value) }, text)));
}

function boxes(element, place, reader, chosen) {
  const initial = initialOf(element);
  const type = element.type === "checkboxes" ? "checkbox" : "radio";
  const group = make("div", { class: "boxes", ...place, "data-boxes": type });
  for (const option of element.options) {
    const box = make("input", { type, name: `${element.action_id}-${place["data-block"]}`, value: option.value,
      checked: initial.has(option.value) });
    box.addEventListener("change", () => chosen(checkedIn(group)));
    group.append(make("label", {}, box, textNode(option.text, reader),
      option.description ? textNode(option.description, reader) : null));
  }
  return group;
}

function typed(element, place, chosen) {
  const value = element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  const common = { ...place, placeholder: element.placeholder?.text, maxlength: element.max_length };
  if (element.multiline) return make("textarea", { ...common, rows: 5 }, value);
  const field = make("input", { ...common, type: TYPED[element.type], value });
  if (element.type === "datetimepicker" && element.initial_date_time) {
    field.value = new Date(element.initial_date_time * 1000).toISOString().slice(0, 16);
  }
  if (element.type.endsWith("picker")) field.addEventListener("change", () => chosen(valueOf(field)));
  return field;
}

const checkedIn = (group) => {
  const values = [...group.querySelectorAll("input:checked")].map((box) => box.value);
  return group.dataset.boxes === "radio" ? values[0] ?? null : values;
};

function valueOf(control) {
  if (control.dataset.boxes) return checkedIn(control);
  if (control.multiple) return [...control.selectedOptions].map((option) => option.value);
  if (control.type === "datetime-local") return control.value ? Date.parse(control.value) / 1000 : null;
  return control.value || null;
}

export function valuesIn(container) {
  const values = {};
  for (const control of container.querySelectorAll("[data-action]")) {
    if (control.matches("select") && control.options[0]?.text === "⋯ More") continue;
    (values[control.dataset.block] ??= {})[control.dataset.action] = valueOf(control);
  }
  return values;
}

function picture(element) {
  return make("img", { src: element.image_url, alt: element.alt_text, loading: "lazy" });
}

function rich(element, reader) {
  if (element.type === "user") return make("span", { class: "chip" }, `@${reader.userName(element.user_id)}`);
  if (element.type === "link") {
    const safe = /^https?:/i.test(element.url) ? element.url : "#";
    return make("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, element.text || element.url);
  }
  if (element.elements) {
    const tag = { rich_text_list: "ul", rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[element.type];
    const inner = element.elements.map((e) => (tag === "ul" ? make("li", {}, rich(e, reader)) : rich(e, reader)));
    return make(tag || "div", {}, ...inner);
  }
  const style = element.style || {};
  const tag = style.code ? "code" : style.bold ? "strong" : style.italic ? "em" : style.strike ? "s" : "span";
  return make(tag, {}, element.text || (element.type === "emoji" ? `:${element.name}:` : ""));
}
