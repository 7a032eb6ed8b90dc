"""Benchmarks: each measures us beside a peer or a bare floor, in the same run, and says what it reached."""
