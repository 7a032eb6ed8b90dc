"""Puts the built dashboard into what is shipped: beside the API in the wheel, where it was built in the sdist."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DashboardHook(BuildHookInterface):
    """The export is no part of the repository, so a build without it would ship a product without its pages."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Ends the build with one sentence when the dashboard has not been built."""
        if version == "editable":
            return
        export = Path(self.root, "frontend", "out")
        if not (export / "index.html").is_file():
            raise SystemExit("The dashboard is not built, and a package without it serves no pages: run `make build`.")
        place = "api/dashboard" if self.target_name == "wheel" else "frontend/out"
        build_data["force_include"][str(export)] = place
