"""Cases whose right answers are known, asked of the nodes, scored by rule, and compared from one run to the next."""
