import { createEvent, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { picture } from "@/testing/fixtures";
import { FileUpload, type FileUploadProps } from "./FileUpload";

function setUp(props: Partial<FileUploadProps> = {}) {
  const onFileSelect = vi.fn();
  const view = render(<FileUpload onFileSelect={onFileSelect} {...props} />);
  const input = screen.getByLabelText(/拖入照片/);
  const zone = input.closest("div") as HTMLElement;
  const names = () => onFileSelect.mock.calls.map(([files]) => files.map((file: File) => file.name));
  return { onFileSelect, input, zone, names, ...view };
}
const carrying = (...files: File[]) => ({ dataTransfer: { files, types: ["Files"] } });
/** Clipboard and drag events of jsdom carry no data of their own. */
function paste(files: File[]) {
  const event = createEvent.paste(window as unknown as Element);
  Object.defineProperty(event, "clipboardData", { value: { files } });
  fireEvent(window as unknown as Element, event);
}

describe("FileUpload", () => {
  it("takes one JPEG, PNG or WebP of at most 10 MB unless told otherwise", () => {
    const { input } = setUp();
    expect(input).toHaveAttribute("accept", "image/jpeg,image/png,image/webp");
    expect(input).not.toHaveAttribute("multiple");
    expect(input).toHaveAccessibleDescription("JPEG / PNG / WebP，单张不超过 10 MB");
  });

  it("says what happens to location data", () => {
    setUp();
    expect(screen.getByText(/去除位置/)).toBeVisible();
  });

  it("hands over what was picked, and the same file again when it is picked again", async () => {
    const { input, names } = setUp();
    const cat = picture("cat.jpg", "jpeg");
    await userEvent.upload(input, cat);
    await waitFor(() => expect(names()).toEqual([["cat.jpg"]]));
    expect((input as HTMLInputElement).value).toBe("");
    await userEvent.upload(input, cat);
    await waitFor(() => expect(names()).toEqual([["cat.jpg"], ["cat.jpg"]]));
  });

  it("keeps the first files when there are too many, and says which were left out", async () => {
    const { zone, names } = setUp({ maxFiles: 2 });
    fireEvent.drop(zone, carrying(picture("1.png", "png"), picture("2.png", "png"), picture("3.png", "png")));
    await waitFor(() => expect(names()).toEqual([["1.png", "2.png"]]));
    expect(screen.getByRole("alert")).toHaveTextContent("3.png：一次最多 2 张，这张没有添加");
  });

  it("refuses each bad file by name, reason and limit while good ones go through", async () => {
    const { zone, names } = setUp({ maxFiles: 5, maxFileSize: 1 });
    const big = picture("big.png", "png", 2 * 1024 * 1024);
    const notes = new File(["hello"], "notes.txt", { type: "text/plain" });
    fireEvent.drop(
      zone,
      carrying(picture("ok.webp", "webp"), big, notes, picture("IMG.heic", "heic", 64, "")),
    );
    await waitFor(() => expect(names()).toEqual([["ok.webp"]]));
    const alert = screen.getByRole("alert");
    expect(alert).toHaveTextContent("big.png：文件有 2 MB，超过单张 1 MB 的上限");
    expect(alert).toHaveTextContent("notes.txt：不支持 TXT 格式，请使用 JPEG / PNG / WebP");
    expect(alert).toHaveTextContent("IMG.heic：不支持 HEIC 格式");
  });

  it("stays drag-active while the pointer crosses children, and ends on leave and drop", () => {
    const { zone } = setUp();
    const child = zone.querySelector("svg") as Element;
    fireEvent.dragEnter(zone, carrying());
    fireEvent.dragEnter(child, carrying());
    fireEvent.dragLeave(zone, carrying());
    expect(zone).toHaveClass("drag-active");
    fireEvent.dragLeave(child, carrying());
    expect(zone).not.toHaveClass("drag-active");
    fireEvent.dragEnter(zone, carrying());
    fireEvent.drop(zone, carrying(picture("a.png", "png")));
    expect(zone).not.toHaveClass("drag-active");
  });

  it("ignores drops and cannot be opened while disabled", async () => {
    const { zone, input, onFileSelect } = setUp({ disabled: true });
    fireEvent.dragEnter(zone, carrying());
    expect(zone).not.toHaveClass("drag-active");
    fireEvent.drop(zone, carrying(picture("a.png", "png")));
    expect(input).toBeDisabled();
    expect(onFileSelect).not.toHaveBeenCalled();
  });

  it("takes drops and pasted pictures anywhere in the window when asked to", async () => {
    const { names } = setUp({ wholeWindow: true });
    fireEvent.drop(document.body, carrying(picture("dropped.png", "png")));
    await waitFor(() => expect(names()).toEqual([["dropped.png"]]));
    paste([picture("pasted.png", "png")]);
    await waitFor(() => expect(names()).toEqual([["dropped.png"], ["pasted.png"]]));
  });

  it("is reached by keyboard", async () => {
    const { input } = setUp();
    await userEvent.tab();
    expect(input).toHaveFocus();
  });
});
