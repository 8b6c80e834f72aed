import { fireEvent } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { onShortcut, SHORTCUTS, switchSingleKeys } from "./shortcuts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  document.body.innerHTML = "";
});

/** Listens to all of them; gives those that went off. */
function listenToAll() {
  const heard: string[] = [];
  for (const { id } of SHORTCUTS) stops.push(onShortcut(id, () => heard.push(id)));
  return heard;
}
function pressAll(target: Element = document.body, extra: KeyboardEventInit = {}) {
  for (const { keys } of SHORTCUTS) {
    const key = keys.split("+").at(-1) ?? "";
    fireEvent.keyDown(target, { key, ctrlKey: keys.startsWith("Mod+"), ...extra });
  }
}
const all = SHORTCUTS.map(({ id }) => id);
const withModifier = SHORTCUTS.filter(({ keys }) => keys.startsWith("Mod+")).map(({ id }) => id);

describe("shortcuts", () => {
  it("each go off by their key, by ⌘ as by Ctrl", () => {
    const heard = listenToAll();
    pressAll();
    expect(heard).toEqual(all);
    fireEvent.keyDown(document.body, { key: "Enter", metaKey: true });
    expect(heard.at(-1)).toBe("press");
  });
  it("leave typing alone, single keys all of them", () => {
    const heard = listenToAll();
    for (const html of [
      "<input>",
      "<input type=search>",
      "<textarea></textarea>",
      "<p contenteditable>a</p>",
    ]) {
      heard.length = 0;
      document.body.innerHTML = html;
      pressAll(document.body.firstElementChild as Element);
      expect(heard).toEqual(withModifier);
    }
  });
  it("never go off while an input method composes, nor for a key held down", () => {
    const heard = listenToAll();
    pressAll(document.body, { isComposing: true });
    pressAll(document.body, { repeat: true });
    expect(heard).toEqual([]);
  });
  it("with a single key can be switched off", () => {
    const heard = listenToAll();
    switchSingleKeys(false);
    pressAll();
    expect(heard).toEqual(withModifier);
  });
  it("belong to what was shown last, and are given back", () => {
    const [below, above] = [vi.fn(), vi.fn()];
    stops.push(onShortcut("search", below));
    const stop = onShortcut("search", above);
    pressAll();
    stop();
    pressAll();
    expect([below.mock.calls.length, above.mock.calls.length]).toEqual([1, 1]);
  });
  it("do not reach behind an open dialog", () => {
    const heard = listenToAll();
    document.body.innerHTML = "<dialog open></dialog>";
    pressAll();
    expect(heard).toEqual([]);
  });
});
