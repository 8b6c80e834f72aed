import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { keyView, stepZoom, zoomAt, zoomTo } from "@/hooks/pan-zoom-view";
import { ImagePreview } from "./ImagePreview";

const picture = (url: string, alt: string) => ({ url, alt, thumbhash: null, width: 300, height: 200 });
const show = () =>
  render(
    <ImagePreview before={picture("/before", "原图 cat.jpg")} after={picture("/after", "抠图的结果")} />,
  );
const clips = () =>
  [...document.querySelectorAll<HTMLElement>('[style*="clip-path"]')].map((layer) => layer.style.clipPath);

describe("ImagePreview", () => {
  it("shows both pictures, divided in the middle, each with words for it", () => {
    show();
    expect(screen.getByRole("img", { name: "原图 cat.jpg" })).toHaveAttribute("src", "/before");
    expect(screen.getByRole("img", { name: "抠图的结果" })).toHaveAttribute("src", "/after");
    expect(clips()).toEqual(["inset(0 0 0 50%)", "inset(0 50% 0 0)"]);
  });
  it("moves the divider with a native range, which says what it shows", () => {
    show();
    const divider = screen.getByRole("slider");
    fireEvent.change(divider, { target: { value: "20" } });
    expect(clips()).toEqual(["inset(0 0 0 20%)", "inset(0 80% 0 0)"]);
    expect(divider).toHaveAttribute("aria-valuetext", "左侧 20% 显示原图");
  });
  it("says the size in the picture's own pixels, and shows them one to one", async () => {
    const width = vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(150);
    show();
    expect(screen.getByText("50%")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: /^1:1/ }));
    expect(screen.getByText("100%")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "适应窗口" }));
    expect(screen.getByText("50%")).toBeVisible();
    width.mockRestore();
  });
  it("shows the original while the button is held, by pointer and by key", async () => {
    show();
    const hold = screen.getByRole("button", { name: "按住看原图" });
    fireEvent.pointerDown(hold);
    expect(clips()[1]).toBe("inset(0 0% 0 0)");
    expect(screen.queryByRole("slider")).not.toBeInTheDocument();
    expect(document.querySelector(".compare-knob")).toBeNull();
    fireEvent.pointerUp(hold);
    expect(screen.getByRole("slider")).toBeInTheDocument();
    expect(clips()[1]).toBe("inset(0 50% 0 0)");
    const keyboard = userEvent.setup();
    hold.focus();
    await keyboard.keyboard("{Enter>}");
    expect(clips()[1]).toBe("inset(0 0% 0 0)");
    await keyboard.keyboard("{/Enter}");
    expect(clips()[1]).toBe("inset(0 50% 0 0)");
  });
  it("zooms by button and back", async () => {
    show();
    await userEvent.click(screen.getByRole("button", { name: "放大" }));
    expect(screen.getByText("150%")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: /适应窗口/ }));
    expect(screen.getByText("100%")).toBeVisible();
  });
  it("puts the labels of a narrow picture next to it", () => {
    const tall = { ...picture("/after", "结果图"), width: 200, height: 3000 };
    const { unmount } = show();
    expect(screen.getByRole("application")).toContainElement(screen.getByText("原图"));
    unmount();
    render(<ImagePreview before={{ ...tall, url: "/before" }} after={tall} />);
    for (const label of ["原图", "结果"])
      expect(screen.getByRole("application")).not.toContainElement(screen.getByText(label));
  });
  it("keeps its place before the pictures are there", () => {
    show();
    expect(screen.getByRole("application").style.aspectRatio).toBe("300 / 200");
  });
});

describe("zoom", () => {
  it("keeps the point under the pointer where it is", () => {
    const { zoom, x, y } = zoomAt({ zoom: 1, x: 0, y: 0 }, 2, 100, 50);
    // The point lay 100 px from the middle; scaled by 2 and shifted it lies there still.
    expect([zoom, 100 * zoom + x, 50 * zoom + y]).toEqual([2, 100, 50]);
  });
  it("stays between everything and eight times", () => {
    expect(zoomAt({ zoom: 1, x: 0, y: 0 }, 0.1, 0, 0).zoom).toBe(1);
    expect(zoomAt({ zoom: 6, x: 0, y: 0 }, 10, 0, 0).zoom).toBe(8);
  });
  it("stops at sizes of the picture's pixels, and where all of it is in sight", () => {
    // A large picture of which all is seen at 30 %.
    const steps = [1];
    for (let step = 0; step < 4; step += 1) steps.push(stepZoom(steps.at(-1) ?? 1, 0.3, true));
    expect(steps.map((zoom) => Math.round(zoom * 30))).toEqual([30, 50, 75, 100, 150]);
    expect(stepZoom(0.5 / 0.3, 0.3, false)).toBe(1);
    expect(stepZoom(1, 0.3, false)).toBe(1);
  });
  it("reaches one to one, of a very large picture as of a small one", () => {
    expect(zoomTo({ zoom: 1, x: 0, y: 0 }, 1 / 0.05, 0.05).zoom).toBe(20);
    expect(zoomTo({ zoom: 1, x: 0, y: 0 }, 1 / 4, 4).zoom).toBe(0.25);
  });
  it("leaves other keys to the page", () => {
    expect(keyView("Tab")).toBeNull();
  });
});
