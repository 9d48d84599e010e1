// Turns Slack's mrkdwn into DOM nodes. Text only ever becomes text nodes, so nothing in it can become markup.

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", eyes: "👀", tada: "🎉", calendar: "📅",
  date: "📅", spiral_calendar_pad: "🗓️", memo: "📝", bell: "🔔", rotating_light: "🚨", thumbsup: "👍", "+1": "👍",
  thumbsdown: "👎", "-1": "👎", hourglass: "⌛", hourglass_flowing_sand: "⏳", large_green_circle: "🟢",
  large_yellow_circle: "🟡", large_orange_circle: "🟠", red_circle: "🔴", white_circle: "⚪", question: "❓",
  bulb: "💡", books: "📚", link: "🔗", speech_balloon: "💬", pushpin: "📌", lock: "🔒", mega: "📣", pencil: "📝",
  arrow_right: "➡️", clipboard: "📋", double_vertical_bar: "⏸️", no_entry: "⛔", wave: "👋", pray: "🙏",
};
const INLINE = new RegExp(
  [
    "<([^<>\\n]+)>",
    "`([^`\\n]+)`",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]+?)(?<=\\S)\\*(?![\\w*])",
    "(?<!\\w)_(?=\\S)([^_\\n]+?)(?<=\\S)_(?!\\w)",
    "(?<![\\w~])~(?=\\S)([^~\\n]+?)(?<=\\S)~(?![\\w~])",
    ":([a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

export const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export function mrkdwn(text, reader) {
  const whole = make("div", { class: "text" });
  for (const [index, part] of text.split("```").entries()) {
    if (index % 2) whole.append(make("pre", {}, plain(part.replace(/^\n|\n$/g, ""))));
    else whole.append(...paragraphs(part, reader));
  }
  return whole;
}

function paragraphs(text, reader) {
  const nodes = [];
  let quote = null;
  for (const [index, line] of text.split("\n").entries()) {
    const quoted = /^(&gt;|>) ?/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = make("blockquote")));
      else quote.append(make("br"));
      quote.append(...inline(line.slice(quoted[0].length), reader));
      continue;
    }
    if (index > 0 && !quote) nodes.push(make("br"));
    quote = null;
    nodes.push(...inline(line, reader));
  }
  return nodes;
}

function inline(text, reader) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(document.createTextNode(plain(text.slice(end, match.index))));
    nodes.push(styled(match, reader));
    end = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(plain(text.slice(end))));
  return nodes;
}

function styled([whole, entity, code, bold, italic, strike, emoji], reader) {
  if (entity) return entityNode(entity, reader);
  if (code) return make("code", {}, plain(code));
  if (bold) return make("strong", {}, ...inline(bold, reader));
  if (italic) return make("em", {}, ...inline(italic, reader));
  if (strike) return make("s", {}, ...inline(strike, reader));
  return document.createTextNode(EMOJI[emoji] || whole);
}

function entityNode(entity, reader) {
  const bar = entity.indexOf("|");
  const target = bar < 0 ? entity : entity.slice(0, bar);
  const label = bar < 0 ? "" : plain(entity.slice(bar + 1));
  if (target.startsWith("@")) return chip(`@${reader.userName(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("#")) return chip(`#${reader.channelName(target.slice(1)) || label || target.slice(1)}`);
  if (target.startsWith("!date^")) return dateNode(target, label, reader);
  if (target.startsWith("!")) return chip(`@${label.replace(/^@/, "") || target.slice(1).split("^")[0]}`, "loud");
  const address = plain(target);
  if (!/^(https?:|mailto:)/i.test(address)) return document.createTextNode(label || address);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label || address);
}

const chip = (text, extra = "") => make("span", { class: `chip ${extra}` }, text);

function dateNode(target, fallback, reader) {
  const [, stamp, format, link] = target.split("^");
  const moment = new Date(Number(stamp) * 1000);
  if (Number.isNaN(moment.getTime()) || !format) return document.createTextNode(fallback);
  const text = plain(format).replace(/\{(\w+)\}/g, (token, name) => dateToken(name, moment, reader) ?? token);
  const node = make("time", { datetime: moment.toISOString(), title: `${fallback} (${reader.zone})` }, text);
  return link ? make("a", { href: plain(link), target: "_blank", rel: "noopener noreferrer" }, node) : node;
}

export function formatted(moment, reader, options) {
  return new Intl.DateTimeFormat(reader.locale, { timeZone: reader.zone, ...options }).format(moment);
}

function dateToken(name, moment, reader) {
  const [style, pretty] = [name.replace("_pretty", ""), name.endsWith("_pretty")];
  const formats = {
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
    date: { year: "numeric", month: "long", day: "numeric" },
    date_short: { year: "numeric", month: "short", day: "numeric" },
    date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
    time: { hour: "2-digit", minute: "2-digit" },
    time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  };
  if (!formats[style]) return null;
  if (pretty) {
    const day = (when) => formatted(when, { ...reader, locale: "en-CA" }, formats.date_num);
    const away = Math.round((Date.parse(day(moment)) - Date.parse(day(reader.now()))) / 86_400_000);
    const near = new Intl.RelativeTimeFormat(reader.locale, { numeric: "auto" });
    if (Math.abs(away) < 2) return near.format(away, "day");
  }
  return formatted(moment, reader, formats[style]);
}
