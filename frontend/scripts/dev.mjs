// `npm run dev`: one address for both, as in production. Pages and their parts come from Next, which reloads them as
// they are edited; everything else, the socket too, goes to the API at TESCOSENSE_API.
import { spawn } from "node:child_process";
import { createServer, request } from "node:http";

const port = Number(process.env.PORT ?? 3000);
const pages = new URL(`http://127.0.0.1:${port + 1}`);
const api = new URL(process.env.TESCOSENSE_API ?? "http://127.0.0.1:8000");

const isPage = ({ url = "/", headers }) =>
  url === "/" || /^\/(_next|__next|icon\.svg|favicon\.ico)/.test(url) || url.includes("_rsc=") || "rsc" in headers || (headers.accept ?? "").includes("text/html");

function passOn(incoming, done) {
  const target = isPage(incoming) ? pages : api;
  const headers = { ...incoming.headers, host: target.host };
  // The API takes sockets only from pages it has served.
  if (headers.origin) headers.origin = target.origin;
  const { hostname } = target;
  const outgoing = request({ hostname, port: target.port, path: incoming.url, method: incoming.method, headers });
  outgoing.on("error", (error) => done(error));
  return outgoing;
}

const server = createServer((incoming, answer) => {
  const outgoing = passOn(incoming, (error) => answer.writeHead(502).end(String(error)));
  outgoing.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  incoming.pipe(outgoing);
});

server.on("upgrade", (incoming, socket) => {
  const outgoing = passOn(incoming, () => socket.destroy());
  outgoing.on("upgrade", (response, upstream) => {
    const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(["HTTP/1.1 101 Switching Protocols", ...lines, "", ""].join("\r\n"));
    upstream.pipe(socket).pipe(upstream);
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  outgoing.on("response", () => socket.destroy());
  outgoing.end();
});

server.listen(port, "127.0.0.1", () => console.log(`dashboard at http://127.0.0.1:${port}, API at ${api.origin}`));
const next = spawn("npx", ["next", "dev", "-p", pages.port, "-H", pages.hostname], { stdio: "inherit" });
next.on("exit", (code) => process.exit(code ?? 0));
process.on("SIGTERM", () => next.kill());
