/** Where the graph's nodes and edges are drawn: a loop of two rows on wide screens, a column on phones. */

import type { GraphPicture } from "@/lib/types";

export interface Placed {
  node: string;
  x: number;
  y: number;
}

export interface Drawn {
  id: string;
  source: string;
  target: string;
  path: string;
  /** Where the campaign goes on by the usual way; the others are exceptions and are drawn quieter. */
  isSpine: boolean;
}

export interface Layout {
  width: number;
  height: number;
  nodeWidth: number;
  nodeHeight: number;
  nodes: Placed[];
  edges: Drawn[];
}

const START = "__start__";
const END = "__end__";

export const edgeId = (source: string, target: string): string => `${source}>${target}`;

/** The nodes a campaign can be at, in the order the graph lists them. */
export const placesOf = (graph: GraphPicture): string[] => graph.nodes.filter((node) => node !== START && node !== END);

export function layoutGraph(graph: GraphPicture, shape: "loop" | "column"): Layout {
  const names = placesOf(graph);
  return shape === "loop" ? loop(graph, names) : column(graph, names);
}

/** First half left to right, second half back underneath: the picture of a closed loop. */
function loop(graph: GraphPicture, names: string[]): Layout {
  const [nodeWidth, nodeHeight, stepX, top, stepY] = [186, 66, 222, 44, 186];
  const columns = Math.ceil(names.length / 2);
  const nodes = names.map((node, index) => {
    const isBelow = index >= columns;
    const column = isBelow ? 2 * columns - 1 - index : index;
    return { node, x: 8 + column * stepX, y: isBelow ? top + stepY : top };
  });
  const size = { width: 16 + (columns - 1) * stepX + nodeWidth, height: top + stepY + nodeHeight + 14, nodeWidth, nodeHeight };
  return { ...size, nodes, edges: draw(graph, names, nodes, (from, to) => loopPath(from, to, size)) };
}

interface Size {
  nodeWidth: number;
  nodeHeight: number;
}

function loopPath(from: Placed, to: Placed, { nodeWidth: w, nodeHeight: h }: Size): string {
  const [fromX, toX] = [from.x + w / 2, to.x + w / 2];
  if (from.y === to.y) return rowPath(from, to, w, h);
  const isDown = to.y > from.y;
  const [y1, y2] = isDown ? [from.y + h, to.y] : [from.y, to.y + h];
  if (from.x === to.x) {
    const x = fromX + (isDown ? 22 : -22);
    return `M${x} ${y1} L${x} ${y2}`;
  }
  // Away from the middle of each side, so that several arrivals at one node do not lie on each other.
  const lean = Math.sign(toX - fromX) * 30;
  const middle = (y1 + y2) / 2;
  return `M${fromX + lean} ${y1} C${fromX + lean} ${middle} ${toX - lean} ${middle} ${toX - lean} ${y2}`;
}

function rowPath(from: Placed, to: Placed, w: number, h: number): string {
  const isForward = to.x > from.x;
  const isUpperRow = from.y < 120;
  const distance = Math.abs(to.x - from.x);
  const isNext = distance < w * 1.6;
  const runsOn = isForward === isUpperRow;
  if (isNext && runsOn) {
    const y = from.y + h / 2;
    return isForward ? `M${from.x + w} ${y} L${to.x} ${y}` : `M${from.x} ${y} L${to.x + w} ${y}`;
  }
  const outer = isUpperRow === runsOn;
  const edge = outer ? from.y : from.y + h;
  const bow = outer ? edge - 38 : edge + 40;
  const [x1, x2] = isForward ? [from.x + w * 0.7, to.x + w * 0.3] : [from.x + w * 0.3, to.x + w * 0.7];
  return `M${x1} ${edge} C${x1} ${bow} ${x2} ${bow} ${x2} ${edge}`;
}

/** One below the other; ways that do not lead to the next node bow out at the right. */
function column(graph: GraphPicture, names: string[]): Layout {
  const [nodeWidth, nodeHeight, stepY, bowRoom] = [236, 56, 76, 84];
  const nodes = names.map((node, index) => ({ node, x: 8, y: 6 + index * stepY }));
  const size = { width: 8 + nodeWidth + bowRoom, height: 12 + (names.length - 1) * stepY + nodeHeight, nodeWidth, nodeHeight };
  const path = (from: Placed, to: Placed): string => {
    const middle = from.x + 40;
    if (to.y - from.y === stepY) return `M${middle} ${from.y + nodeHeight} L${middle} ${to.y}`;
    const side = from.x + nodeWidth;
    const isDown = to.y > from.y;
    const bow = side + 16 + (Math.abs(to.y - from.y) / stepY) * 11;
    const [y1, y2] = [from.y + nodeHeight * (isDown ? 0.7 : 0.3), to.y + nodeHeight * (isDown ? 0.3 : 0.7)];
    return `M${side} ${y1} C${bow} ${y1} ${bow} ${y2} ${side} ${y2}`;
  };
  return { ...size, nodes, edges: draw(graph, names, nodes, path) };
}

function draw(
  graph: GraphPicture, names: string[], nodes: Placed[], path: (from: Placed, to: Placed) => string,
): Drawn[] {
  const at = new Map(nodes.map((placed) => [placed.node, placed]));
  return graph.edges.flatMap(({ source, target }) => {
    const [from, to] = [at.get(source), at.get(target)];
    if (!from || !to) return [];
    const isSpine = names.indexOf(target) === names.indexOf(source) + 1;
    return [{ id: edgeId(source, target), source, target, path: path(from, to), isSpine }];
  });
}
