"""A whole retail world by arithmetic: a pure function of (seed, scenario log, media buys, day)."""
