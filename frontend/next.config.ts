import type { NextConfig } from "next";

/** Exported as plain files, which the API serves beside its own routes. */
const config: NextConfig = {
  output: "export",
  trailingSlash: false,
  images: { unoptimized: true },
  reactStrictMode: true,
  devIndicators: false,
};

export default config;
