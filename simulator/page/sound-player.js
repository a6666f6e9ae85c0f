// @ts-check
import { el, icon } from "./elements.js";
import { texts } from "./texts.js";

/** A voice note: play, place in time, length. It runs left to right in both languages. @param {string} url */
export function soundPlayer(url) {
  const sound = el("audio", { src: url, preload: "metadata" });
  const button = el("button", {
    type: "button",
    onclick: () => (sound.paused ? sound.play().catch(() => undefined) : sound.pause()),
  });
  const place = el("input", {
    type: "range",
    min: "0",
    max: "1000",
    value: "0",
    "aria-label": texts().voice,
  });
  const time = el("span", {}, "0:00");
  const draw = () => {
    const length = Number.isFinite(sound.duration) ? sound.duration : 0;
    button.replaceChildren(icon(sound.paused ? "play" : "pause", "s"));
    button.setAttribute("aria-label", sound.paused ? texts().play : texts().pause);
    place.value = String(length === 0 ? 0 : Math.round((sound.currentTime / length) * 1_000));
    time.replaceChildren(minutes(sound.paused && sound.currentTime === 0 ? length : sound.currentTime));
  };
  place.addEventListener("input", () => {
    if (Number.isFinite(sound.duration)) sound.currentTime = (Number(place.value) / 1_000) * sound.duration;
  });
  for (const event of ["loadedmetadata", "durationchange", "timeupdate", "play", "pause", "ended"]) {
    sound.addEventListener(event, draw);
  }
  draw();
  return el("div", { class: "voice" }, button, place, time);
}

/** @param {number} seconds */
function minutes(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
