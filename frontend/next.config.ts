import type { NextConfig } from "next";

const isDev = process.env.NODE_ENV === "development";
const api = process.env.TESCOSENSE_API ?? "http://127.0.0.1:8000";

/** Exported as plain files the API serves. `npm run dev` has a server of its own and passes `/api-dev/...` on. */
const config: NextConfig = {
  ...(isDev
    ? { rewrites: async () => [{ source: "/api-dev/:path*", destination: `${api}/:path*` }] }
    : { output: "export" as const }),
  env: { NEXT_PUBLIC_API_BASE: isDev ? "/api-dev" : "" },
  trailingSlash: false,
  images: { unoptimized: true },
  reactStrictMode: true,
  devIndicators: false,
};

export default config;
