"""The dashboard's socket: what a client missed, then what happens, and the commands it sends."""
