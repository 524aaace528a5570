// The words: read from the box, checked, sent, and answered with a receipt or with a sentence that says what was wrong.

import { Refused } from "./api.js";
import { characters } from "./format.js";
import { MOST_CHARACTERS, announce, elements, renderNote } from "./view.js";
import { words } from "./words.js";

export class Steer {
  /** `send(text, when)` answers with a receipt or null and may throw `Refused`; `taken(receipt)` is told of it. */
  constructor(send, taken) {
    this.send = send;
    this.taken = taken;

    this.busy = false;
  }

  /** "next", or "now" where the listener chose that. */
  get when() {
    return new FormData(elements.steer).get("when") ?? "next";
  }

  start() {
    const { steer, words: box } = elements;
    steer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    box.addEventListener("input", () => renderNote(box.value));
    box.addEventListener("keydown", (event) => {
      // Enter sends, Shift+Enter breaks the line; Enter that ends the composing of a word (Japanese, Chinese) does neither.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    renderNote(box.value);
  }

  async submit() {
    const box = elements.words;
    const text = box.value.trim();
    if (this.busy) return;
    if (text === "") return this.#refuse(words.empty);
    if (characters(text) > MOST_CHARACTERS) return this.#refuse(words.tooLong(characters(text), MOST_CHARACTERS));
    await this.#exchange(text);
  }

  async #exchange(text) {
    this.#setBusy(true);
    try {
      const receipt = await this.send(text, this.when);
      if (elements.words.value.trim() === text) elements.words.value = "";
      renderNote(elements.words.value);
      this.taken(receipt);
      if (receipt?.inS != null) announce(words.receiptSoon(receipt.inS));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      this.#refuse(refused.status === 0 ? words.unreachable : refused.message);
    } finally {
      this.#setBusy(false);
    }
  }

  #refuse(message) {
    renderNote(elements.words.value, message);
    announce(message);
    elements.words.focus();
  }

  #setBusy(busy) {
    this.busy = busy;
    elements.send.setAttribute("aria-disabled", String(busy));
  }
}
