"""The product's one version number, which `pyproject.toml` states and the installation keeps."""

from importlib.metadata import version

VERSION = version("tescosense")
