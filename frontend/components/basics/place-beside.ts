/** Pixels kept free around what is placed. */
const MARGIN = 8;
const LEAST_HEIGHT = 240;

/** Beneath the button where there is room, above it otherwise, and never beyond the screen's sides. */
export function placeBeside(button: HTMLElement, list: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const [width, height] = [document.documentElement.clientWidth, window.innerHeight];
  const [above, beneath] = [at.top - MARGIN, height - at.bottom - MARGIN];
  const isBeneath = beneath >= LEAST_HEIGHT || beneath >= above;
  const isLeft = at.left + at.width / 2 < width / 2;
  Object.assign(list.style, {
    left: isLeft ? `${Math.max(at.left, MARGIN)}px` : "auto",
    right: isLeft ? "auto" : `${Math.max(width - at.right, MARGIN)}px`,
    top: isBeneath ? `${at.bottom + 4}px` : "auto",
    bottom: isBeneath ? "auto" : `${height - at.top + 4}px`,
    maxHeight: `${(isBeneath ? beneath : above) - 4}px`,
  });
}
