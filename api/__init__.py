"""FastAPI: thin routes, the dashboard's socket, and the dashboard itself, on one port."""
