/**
 * Runs before Turbo. As it loads, Turbo puts a style element for its progress bar into the head, which our policy
 * rightly forbids; the bar is styled in base.css instead, so that one element is turned away at the door.
 */
document.head.insertBefore = <T extends Node>(node: T, before: Node | null): T =>
  node instanceof HTMLStyleElement ? node : (Node.prototype.insertBefore.call(document.head, node, before) as T);

// Turbo asks every clicked link for `href.startsWith`; in SVG `href` is an object that lacks it.
Object.defineProperty(SVGAnimatedString.prototype, 'startsWith', {
  value(this: SVGAnimatedString, start: string) {
    return this.baseVal.startsWith(start);
  },
});
